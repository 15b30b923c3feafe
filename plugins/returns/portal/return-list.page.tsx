import type { PageProps } from '@portico/kit/page';
import { Anchor, ButtonLink, Card, type Column, DataTable, DateTime, EmptyState, type Filter, NoMatch, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { ReturnedText, ReturnStatusChip } from '../views/return-chip.tsx';
import type { load } from './return-list.server.ts';

type Row = Awaited<ReturnType<typeof load>>['returns'][number];

/** What was given back, and what became of it. */
export default function ReturnList({ data }: PageProps<typeof load>) {
  const t = useText();
  const filters = useStatusFilter();
  const columns = useColumns();
  const { returns, total, isFloor, hasAny, nextCursor, previousCursor } = data;
  return (
    <>
      <PageHead title={t('returns.title')} sub={t('returns.list.sub')} />
      {hasAny ? (
        <Card label={t('returns.title')} flush>
          <Toolbar filters={filters} />
          <DataTable caption={t('returns.title')} columns={columns} rows={returns} rowKey={(row) => row.id} defaultSort="-requested" empty={<NoMatch />} />
          <PageBar shown={returns.length} total={total} isFloor={isFloor} nextCursor={nextCursor} previousCursor={previousCursor} />
        </Card>
      ) : (
        <EmptyState
          icon="return"
          title={t('returns.list.empty')}
          text={t('returns.list.empty-text')}
          action={<ButtonLink href="/leads">{t('returns.list.to-leads')}</ButtonLink>}
        />
      )}
    </>
  );
}

function useStatusFilter(): readonly Filter[] {
  const t = useText();
  const options = (['pending', 'approved', 'denied', 'withdrawn'] as const).map((value) => ({ value, label: t(`returns.status.${value}`) }));
  return [{ kind: 'select', name: 'status', label: t('returns.filter.show'), all: t('returns.filter.all'), options }];
}

function useColumns(): readonly Column<Row>[] {
  const t = useText();
  return [
    { key: 'lead', header: t('returns.column.lead'), lead: true, cell: (row) => <Anchor href={`/returns/${row.id}`}>{row.lead}</Anchor> },
    { key: 'returned', header: t('returns.column.status'), cell: (row) => <ReturnedText status={row.status} /> },
    { key: 'status', header: t('returns.column.return-status'), cell: (row) => <ReturnStatusChip status={row.status} /> },
    {
      key: 'requested',
      header: t('returns.column.return-date'),
      sort: true,
      firstWay: 'descending',
      cell: (row) => <DateTime at={row.requestedAt} look="day" />,
    },
    { key: 'reason', header: t('returns.column.return-reason'), cell: (row) => row.reason },
    { key: 'decide-by', header: t('returns.column.decide-by'), sort: true, cell: (row) => (row.status === 'pending' ? <DateTime at={row.decideBy} /> : '–') },
  ];
}
