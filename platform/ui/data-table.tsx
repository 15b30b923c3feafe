import { Form, useLocation } from '@remix-run/react';
import { type ReactNode, type RefObject, useId, useRef } from 'react';
import { Hidden } from './card.tsx';
import { classes } from './class-names.ts';
import { useRowKeys } from './client.ts';
import { Icon } from './icon.tsx';
import { Anchor } from './link.tsx';
import { sortHref, sortOf, sortWay, type SortWay } from './list-links.ts';
import { PartField } from './part-field.tsx';
import { usePicks } from './picks.ts';
import { useText } from './text.tsx';
import { useHydrated } from './values.tsx';

/** One column of a list of `Row`. */
export interface Column<Row> {
  /** Unique in the table; also the sort key unless `sort` names another. */
  readonly key: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Can be sorted by: `true`, or the name that the address uses. */
  readonly sort?: boolean | string;
  /** Which way the first click sorts. Default ascending. */
  readonly firstWay?: SortWay;
  /** Figures and money stand at the end, in tabular figures. */
  readonly align?: 'end';
  /** What the row is about: first in the card on a phone, in stronger type. Usually a link. Default: the first column. */
  readonly lead?: boolean;
}

/** Rows that can be picked, and what can be done with the picked ones. */
export interface Selection<Row> {
  /** Name of the form field that carries each picked row's key. Default `ids`. */
  readonly name?: string;
  /** What the tick box of a row is called: "Pick Sam Whitlock". */
  readonly label: (row: Row) => string;
  readonly disabled?: (row: Row) => boolean;
  /**
   * Buttons of the bulk bar; they send the picked rows. Fields are welcome too. A function is told what is picked, for a bar
   * that says what it comes to; before script runs nothing is known to be picked.
   */
  readonly bar: ReactNode | ((picked: readonly Row[]) => ReactNode);
  /** Address that the bulk form goes to. Default: this page. */
  readonly action?: string;
  /** `get`: the picked rows stand in the address of `action`, which is loaded as a document. Default `post`. */
  readonly method?: 'post' | 'get';
}

export interface DataTableProps<Row> {
  /** Names the table for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** The list's own order, `-received`: what an address without `sort` means. */
  readonly defaultSort?: string;
  readonly prefix?: string;
  /** Buttons at the end of a row. */
  readonly actions?: (row: Row) => ReactNode;
  readonly selection?: Selection<Row>;
  /** A quiet mark before the row: something not seen yet. */
  readonly isFresh?: (row: Row) => boolean;
  /** J and K move through the rows, X picks, Enter opens, other letters press the row's button with that `rowKey`. */
  readonly keys?: boolean;
  /** Instead of the table when there are no rows: `EmptyState` or `NoMatch`. */
  readonly empty?: ReactNode;
  readonly captionShown?: boolean;
}

/** A list: a native table that becomes labelled cards under 640 px. Sorting, picking and row buttons work without script. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, rowKey, actions, selection, keys, empty } = props;
  const t = useText();
  const table = useRef<HTMLTableElement>(null);
  useRowKeys(table, Boolean(keys));
  const formId = useId();
  if (rows.length === 0 && empty) return <>{empty}</>;
  const lead = columns.find((column) => column.lead) ?? columns[0];
  return (
    <div className="ui-list">
      {selection && <BulkBar id={formId} selection={selection} table={table} rows={rows} rowKey={rowKey} />}
      <table className={classes('ui-table', columns.some((column) => column.sort) && 'ui-table-sorts')} ref={table}>
        <caption className={props.captionShown ? undefined : 'ui-hidden'}>{caption}</caption>
        <thead>
          <tr>
            {selection && (
              <th scope="col" className="ui-pick">
                <Hidden>{t('ui.table.pick')}</Hidden>
              </th>
            )}
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} defaultSort={props.defaultSort} prefix={props.prefix} />
            ))}
            {actions && (
              <th scope="col" className="ui-end">
                <Hidden>{t('ui.table.actions')}</Hidden>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} tabIndex={keys ? -1 : undefined} className={props.isFresh?.(row) ? 'ui-fresh' : undefined}>
              {selection && (
                <td className="ui-pick">
                  <input
                    type="checkbox"
                    form={formId}
                    name={selection.name ?? 'ids'}
                    value={rowKey(row)}
                    aria-label={selection.label(row)}
                    disabled={selection.disabled?.(row)}
                  />
                </td>
              )}
              {columns.map((column) => (
                <td key={column.key} data-label={column.header} className={classes(column === lead && 'ui-lead', column.align && 'ui-end ui-num') || undefined}>
                  {column.cell(row)}
                </td>
              ))}
              {actions && (
                <td className="ui-acts">
                  <div>{actions(row)}</div>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeaderCell<Row>({ column, defaultSort, prefix }: { readonly column: Column<Row>; readonly defaultSort?: string; readonly prefix?: string }) {
  const { search } = useLocation();
  const end = column.align && 'ui-end';
  if (!column.sort)
    return (
      <th scope="col" className={end}>
        {column.header}
      </th>
    );
  const key = column.sort === true ? column.key : column.sort;
  const way = sortWay(sortOf(search, defaultSort, prefix), key);
  return (
    <th scope="col" aria-sort={way} className={end}>
      <Anchor href={sortHref({ search, key, first: column.firstWay, defaultSort, prefix })} keepScroll>
        {column.header}
        {way && <Icon name={way === 'ascending' ? 'arrow-up' : 'arrow-down'} size={14} />}
      </Anchor>
    </th>
  );
}

interface BulkBarProps<Row> {
  readonly id: string;
  readonly selection: Selection<Row>;
  readonly table: RefObject<HTMLTableElement>;
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
}

/** The bar that acts on picked rows. Without script it is always there; with script it counts and can pick the whole page. */
function BulkBar<Row>({ id, selection, table, rows, rowKey }: BulkBarProps<Row>) {
  const t = useText();
  const isHydrated = useHydrated();
  const { picked, all, pickAll } = usePicks(table);
  const { bar, action, method = 'post' } = selection;
  return (
    <Form method={method} reloadDocument={method === 'get'} id={id} action={action} className="ui-bulk">
      {method === 'post' && action === undefined && <PartField />}
      {isHydrated && (
        <label className="ui-row">
          <input type="checkbox" checked={all} onChange={(event) => pickAll(event.target.checked)} />
          {t('ui.table.pick-page')}
        </label>
      )}
      <span role="status" className="ui-quiet">
        {isHydrated ? t('ui.table.picked', { count: picked.length }) : t('ui.table.pick-hint')}
      </span>
      <div className="ui-buttons">{typeof bar === 'function' ? bar(rows.filter((row) => picked.includes(rowKey(row)))) : bar}</div>
    </Form>
  );
}
