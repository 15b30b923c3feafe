import type { PageProps } from '@portico/kit/page';
import { Anchor, Card, type Column, DataTable, DateTime, EmptyState, type Filter, Money, NoMatch, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { CollectionChip } from '../views/collection-parts.tsx';
import { crumbsOf } from '../views/of-customer.tsx';
import type { load } from './failed-charge-list.server.ts';

type Row = PageProps<typeof load>['data']['data'][number];

/** Whose charge failed, how much, why in plain words, and when the card is charged again. */
export default function FailedChargeList({ data }: PageProps<typeof load>) {
  const t = useText();
  const states: Filter = {
    kind: 'select',
    name: 'state',
    label: t('billing.status'),
    all: t('billing.failed-charges.waiting'),
    options: [
      ...(['declined', 'hard-declined', 'needs-customer', 'processing', 'unknown'] as const).map((value) => ({
        value,
        label: t(`billing.collection.state.${value}`),
      })),
      { value: 'over', label: t('billing.failed-charges.over') },
    ],
  };
  const empty = <EmptyState icon="check" title={t('billing.failed-charges.none')} text={t('billing.failed-charges.none.text')} />;
  return (
    <>
      <PageHead crumbs={crumbsOf(data.of)} title={t('billing.failed-charges')} sub={t('billing.failed-charges.about')} />
      <Card flush label={t('billing.failed-charges')}>
        <Toolbar filters={[states]} />
        <DataTable
          caption={t('billing.failed-charges')}
          columns={useColumns()}
          rows={data.data}
          rowKey={(row) => row.id}
          defaultSort="-failed"
          empty={data.isNarrowed ? <NoMatch /> : empty}
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}

function useColumns(): readonly Column<Row>[] {
  const t = useText();
  return [
    {
      key: 'customer',
      header: t('billing.customer'),
      lead: true,
      cell: ({ accountId, account, invoiceId, invoiceNumber }) => (
        <>
          <Anchor href={`/console/accounts/${accountId}`}>{account}</Anchor>
          <br />
          <small>
            <Anchor href={`/console/billing/invoices/${invoiceId}`}>{t('billing.invoice.title', { number: invoiceNumber })}</Anchor>
          </small>
        </>
      ),
    },
    { key: 'open', header: t('billing.invoice.open-amount'), align: 'end', cell: ({ open }) => <Money value={open} /> },
    { key: 'state', header: t('billing.status'), cell: (charge) => <CollectionChip charge={charge} /> },
    { key: 'because', header: t('billing.failed-charges.because'), cell: ({ because }) => because ?? t('billing.failed-charges.no-answer') },
    {
      key: 'failed',
      header: t('billing.failed-charges.since'),
      sort: true,
      firstWay: 'descending',
      cell: ({ failedAt }) => <DateTime at={failedAt} />,
    },
    {
      key: 'next',
      header: t('billing.collection.clock.try'),
      cell: ({ nextTryAt, endedBecause }) => (nextTryAt ? <DateTime at={nextTryAt} /> : endedBecause ? '–' : t('billing.collection.clock.no-try')),
    },
  ];
}
