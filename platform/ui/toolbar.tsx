import { Form, useLocation } from '@remix-run/react';
import { type ReactNode, useId } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { Anchor } from './link.tsx';
import { activeFilters, clearHref, type Filter, listHref, pageHref, paramName } from './list-links.ts';
import { useFormat, useText } from './text.tsx';

export interface ToolbarProps {
  /** Search box: its label, and what may be typed. Sends `q`, or what `name` calls it. */
  readonly search?: { readonly label?: string; readonly placeholder?: string; readonly name?: string };
  readonly filters?: readonly Filter[];
  readonly prefix?: string;
  /** Further controls at the end. */
  readonly children?: ReactNode;
}

/** Search and filters above a list: a plain GET form. What is on shows as chips, each of which takes itself off. */
export function Toolbar({ search: box, filters = [], prefix, children }: ToolbarProps) {
  const t = useText();
  const format = useFormat();
  const { pathname, search } = useLocation();
  const params = new URLSearchParams(search);
  const value = (name: string) => params.get(paramName(name, prefix)) ?? '';
  const range = (from: string | null, to: string | null) => {
    const [first, last] = [from && format.when(from, 'day'), to && format.when(to, 'day')];
    if (first && last) return t('ui.filter.between', { from: first, to: last });
    return first ? t('ui.filter.since', { from: first }) : t('ui.filter.until', { to: last ?? '' });
  };
  const active = activeFilters(search, filters, { range }, prefix);
  const find = box?.name ?? 'q';
  const word = value(find);
  return (
    <div className="ui-toolbar" role="search">
      {/* The key makes a new form when the address changes, so fields never show what is no longer asked for. */}
      <Form method="get" action={pathname} key={search} className="ui-toolbar-form" preventScrollReset>
        <KeptParams params={params} own={[find, 'cursor', 'before', ...filters.flatMap(namesOf)].map((name) => paramName(name, prefix))} />
        {box && (
          <label className="ui-find">
            <FilterCaption>{box.label ?? t('ui.search')}</FilterCaption>
            <span className="ui-find-box">
              <Icon name="search" />
              <input
                type="search"
                name={paramName(find, prefix)}
                defaultValue={word}
                placeholder={box.placeholder === box.label ? undefined : box.placeholder}
                maxLength={200}
                className="ui-input"
                data-search=""
              />
            </span>
          </label>
        )}
        {filters.map((filter) => (
          <FilterControl key={filter.name} filter={filter} value={value} prefix={prefix} />
        ))}
        <Button>{filters.length > 0 ? t('ui.filter.apply') : t('ui.search')}</Button>
      </Form>
      {children}
      {(active.length > 0 || word) && (
        <ul className="ui-filters" aria-label={t('ui.filter.active')}>
          {word && <FilterChip label={t('ui.search')} value={word} without={listHref(search, { [find]: null }, prefix)} />}
          {active.map((filter) => (
            <FilterChip key={filter.name} {...filter} />
          ))}
          <li>
            <Anchor href={clearHref(search, filters, prefix, find)} keepScroll>
              {t('ui.filter.clear')}
            </Anchor>
          </li>
        </ul>
      )}
    </div>
  );
}

const namesOf = (filter: Filter): readonly string[] => (filter.kind === 'select' ? [filter.name] : [filter.from, filter.to]);

/** A GET form forgets the address it stands at, so what is not its own travels along hidden: the order, another list. */
const KeptParams = ({ params, own }: { readonly params: URLSearchParams; readonly own: readonly string[] }) => (
  <>
    {[...params]
      .filter(([name]) => !own.includes(name))
      .map(([name, value]) => (
        <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
      ))}
  </>
);

function FilterChip({ label, value, without }: { readonly label: string; readonly value: string; readonly without: string }) {
  const t = useText();
  return (
    <li>
      <Anchor href={without} keepScroll className="ui-filter-chip" aria-label={t('ui.filter.remove', { label, value })}>
        {value}
        <Icon name="close" size={13} />
      </Anchor>
    </li>
  );
}

/** What a search box or a select asks for, small above it: seen by everybody, also once something is typed or chosen. */
const FilterCaption = ({ children }: { readonly children: string }) => <span className="ui-filter-caption">{children}</span>;

function FilterControl({ filter, value, prefix }: { readonly filter: Filter; readonly value: (name: string) => string; readonly prefix?: string }) {
  const t = useText();
  const id = useId();
  if (filter.kind === 'select')
    return (
      <label className="ui-filter">
        <FilterCaption>{filter.label}</FilterCaption>
        <span className="ui-select-box">
          <select name={paramName(filter.name, prefix)} defaultValue={value(filter.name)} className="ui-input ui-select">
            <option value="">{filter.all}</option>
            {filter.options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon name="down" size={16} />
        </span>
      </label>
    );
  return (
    <details className="ui-filter ui-pop">
      <summary className="ui-button ui-button-plain">
        {filter.label}
        <Icon name="down" size={15} />
      </summary>
      <div className="ui-pop-panel ui-pop-dates">
        <div className="ui-field">
          <label htmlFor={`${id}-from`} className="ui-field-label">
            {t('ui.filter.from')}
          </label>
          <input id={`${id}-from`} type="date" name={paramName(filter.from, prefix)} defaultValue={value(filter.from)} className="ui-input" />
        </div>
        <div className="ui-field">
          <label htmlFor={`${id}-to`} className="ui-field-label">
            {t('ui.filter.to')}
          </label>
          <input id={`${id}-to`} type="date" name={paramName(filter.to, prefix)} defaultValue={value(filter.to)} className="ui-input" />
        </div>
        <Button look="main">{t('ui.filter.apply')}</Button>
      </div>
    </details>
  );
}

export interface PageBarProps {
  /** How many rows this page shows. */
  readonly shown: number;
  /** How many there are, when that is cheap to know. */
  readonly total?: number;
  /** `total` is where counting stopped: "1,000+". */
  readonly isFloor?: boolean;
  /** Cursor of the next page (`cursor=`); absent or null: this is the last. */
  readonly nextCursor?: string | null;
  /** Cursor of the previous page (`before=`); an empty text means the first page; absent or null: this is the first. */
  readonly previousCursor?: string | null;
  readonly prefix?: string;
}

/** What part of the list is shown, and the pages beside it. */
export function PageBar({ shown, total, isFloor, nextCursor, previousCursor, prefix }: PageBarProps) {
  const t = useText();
  const format = useFormat();
  const { search } = useLocation();
  const all = total === undefined ? undefined : `${format.number(total)}${isFloor ? '+' : ''}`;
  const hasPrevious = previousCursor !== undefined && previousCursor !== null;
  return (
    <nav className="ui-page-bar" aria-label={t('ui.pages')}>
      <span className="ui-num">
        {all === undefined ? t('ui.pages.shown', { shown: format.number(shown) }) : t('ui.pages.shown-of', { shown: format.number(shown), all })}
      </span>
      <span className="ui-buttons">
        <PageLink text={t('ui.pages.previous')} rel="prev" href={hasPrevious ? pageHref(search, 'before', previousCursor || null, prefix) : undefined} />
        <PageLink text={t('ui.pages.next')} rel="next" href={nextCursor ? pageHref(search, 'cursor', nextCursor, prefix) : undefined} />
      </span>
    </nav>
  );
}

const PageLink = ({ text, rel, href }: { readonly text: string; readonly rel: string; readonly href?: string }) =>
  href === undefined ? (
    <span className="ui-button ui-button-plain ui-button-small" role="link" aria-disabled="true">
      {text}
    </span>
  ) : (
    <Anchor href={href} rel={rel} className="ui-button ui-button-plain ui-button-small">
      {text}
    </Anchor>
  );
