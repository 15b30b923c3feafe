import type { PageProps } from '@portico/kit/page';
import { Card, DataTable, DateTime, EmptyState, PageBar, PageHead, useText, type Column } from '@portico/ui';
import type { load } from './audit-log.server.ts';

type Row = PageProps<typeof load>['data']['data'][number];

/** Who did what, and what it was before: nobody can change it. */
export default function AuditLog({ data }: PageProps<typeof load>) {
  const t = useText();
  const columns: Column<Row>[] = [
    { key: 'what', header: t('workspace.field.what'), lead: true, cell: (row) => <b>{row.said}</b> },
    {
      key: 'who',
      header: t('workspace.field.who'),
      cell: (row) => (
        <div>
          {row.actorName}
          <br />
          <small className="ui-quiet">{t(`workspace.actor.${row.actorKind}`)}</small>
        </div>
      ),
    },
    { key: 'at', header: t('workspace.field.when'), cell: (row) => <DateTime at={row.at} />, sort: true, firstWay: 'descending' },
    { key: 'change', header: t('workspace.field.change'), cell: (row) => <Changes row={row} /> },
  ];
  return (
    <>
      <PageHead title={t('workspace.audit')} sub={t('workspace.audit.about')} />
      <Card flush label={t('workspace.audit')}>
        <DataTable
          caption={t('workspace.audit')}
          columns={columns}
          rows={data.data}
          rowKey={(row) => row.id}
          defaultSort="-at"
          empty={<EmptyState icon="shield" title={t('workspace.audit.none')} text={t('workspace.audit.none-text')} />}
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}

const shown = (value: unknown): string =>
  value === null || value === undefined || value === '' ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);

function Changes({ row }: { readonly row: Row }) {
  const t = useText();
  const before = (row.before ?? {}) as Readonly<Record<string, unknown>>;
  const after = (row.after ?? {}) as Readonly<Record<string, unknown>>;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => shown(before[name]) !== shown(after[name]));
  if (names.length === 0) return <>–</>;
  return (
    <details>
      <summary>{t('workspace.audit.changes', { count: names.length })}</summary>
      <ul>
        {names.map((name) => (
          <li key={name}>
            {name in before
              ? t('workspace.audit.from-to', { name, before: shown(before[name]), after: shown(after[name]) })
              : t('workspace.audit.value', { name, value: shown(after[name]) })}
          </li>
        ))}
      </ul>
    </details>
  );
}
