import type { PageProps } from '@portico/kit/page';
import { Anchor, Card, type Column, DataTable, DateTime, EmptyState, type Filter, NoMatch, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { QueueChip, useQueueReason } from '../views/queue-words.tsx';
import type { load } from './call-queue.server.ts';

type Data = PageProps<typeof load>['data'];
type Row = Data['data'][number];

/** The leads of plans that wait to be called, the oldest first; those that were called, rest, or left. */
export default function CallQueue({ data }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('leads.call-queue')} sub={t('leads.queue.about')} />
      <Card flush label={t('leads.call-queue')}>
        <Toolbar filters={useFilters(data)} />
        <DataTable
          caption={t('leads.call-queue')}
          columns={useColumns(data.state)}
          rows={data.data}
          rowKey={(row) => row.id}
          defaultSort="queued"
          empty={data.isNarrowed ? <NoMatch /> : <EmptyState icon="phone" title={t(`leads.queue.empty.${data.state}`)} text={t('leads.queue.empty.text')} />}
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}

function useFilters({ plans, customers }: Data): readonly Filter[] {
  const t = useText();
  return [
    {
      kind: 'select',
      name: 'state',
      label: t('leads.queue.state'),
      all: t('leads.queue.queued'),
      options: (['called', 'held', 'withdrawn'] as const).map((value) => ({ value, label: t(`leads.queue.${value}`) })),
    },
    { kind: 'select', name: 'plan', label: t('leads.queue.plan'), all: t('leads.queue.all-plans'), options: plans },
    { kind: 'select', name: 'account', label: t('leads.queue.customer'), all: t('leads.queue.all-customers'), options: customers },
  ];
}

function useColumns(state: Data['state']): readonly Column<Row>[] {
  const t = useText();
  const reason = useQueueReason();
  const why: Column<Row> = { key: 'why', header: t(state === 'called' ? 'leads.queue.result' : 'leads.queue.why'), cell: reason };
  return [
    {
      key: 'lead',
      header: t('leads.lead'),
      lead: true,
      cell: ({ id, name, type, town }) => (
        <>
          <Anchor href={`/console/leads/queue/${id}`}>{name}</Anchor>
          <br />
          <small className="ui-quiet">{[type, town].filter(Boolean).join(' · ')}</small>
        </>
      ),
    },
    {
      key: 'phone',
      header: t('leads.fact.phone'),
      cell: ({ phone, phoneText }) => (phone ? <Anchor href={`tel:${phone}`}>{phoneText}</Anchor> : t('leads.queue.no-phone')),
    },
    {
      key: 'for',
      header: t('leads.queue.for'),
      cell: ({ accountId, account, plan }) => (
        <div>
          <Anchor href={`/console/accounts/${accountId}`}>{account}</Anchor>
          {plan && (
            <>
              <br />
              <small className="ui-quiet">{plan}</small>
            </>
          )}
        </div>
      ),
    },
    { key: 'queued', header: t('leads.queue.since'), sort: true, cell: ({ queuedAt }) => <DateTime at={queuedAt} /> },
    { key: 'state', header: t('leads.queue.state'), cell: (entry) => <QueueChip entry={entry} /> },
    ...(state === 'queued' ? [] : [why]),
  ];
}
