import type { PageProps } from '@portico/kit/page';
import { Card, type Column, DataTable, DateTime, EmptyState, Facts, Money, Notice, PageHead, Stack, useText } from '@portico/ui';
import type { load } from './book-comparison.server.ts';

type Compared = NonNullable<PageProps<typeof load>['data']['compared']>;
type Row = Compared['data'][number];

/** What the gateway has charged against what the books say, each difference with a name and in plain words. */
export default function BookComparison({ data: { compared } }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead
        crumbs={[{ label: t('billing.payments'), href: '/console/billing/payments' }]}
        title={t('billing.comparison')}
        sub={t('billing.comparison.about')}
      />
      {compared ? (
        <Stack>
          <Verdict compared={compared} />
          {compared.data.length > 0 && <Differences compared={compared} />}
        </Stack>
      ) : (
        <EmptyState icon="bill" title={t('billing.comparison.not-connected')} text={t('billing.comparison.not-connected.text')} />
      )}
    </>
  );
}

function Verdict({ compared }: { readonly compared: Compared }) {
  const t = useText();
  const { differs, charges, isPartial, totals } = compared;
  return (
    <>
      <Notice
        tone={differs > 0 ? 'bad' : isPartial ? 'wait' : 'good'}
        title={t(differs > 0 ? 'billing.comparison.differ' : 'billing.comparison.agree', { count: differs })}
      >
        {t('billing.comparison.charges', { count: charges })} <DateTime at={compared.at} />. {isPartial && t('billing.comparison.partial')}
      </Notice>
      {totals.length > 0 && (
        <Card title={t('billing.comparison.totals')} about={t('billing.comparison.totals.about')}>
          <Facts
            facts={totals.flatMap(({ books, gateway }) => [
              { label: t('billing.comparison.in-books'), value: <Money value={books} /> },
              { label: t('billing.comparison.at-gateway'), value: <Money value={gateway} /> },
            ])}
          />
        </Card>
      )}
    </>
  );
}

function Differences({ compared }: { readonly compared: Compared }) {
  const t = useText();
  const columns: Column<Row>[] = [
    { key: 'what', header: t('billing.comparison.what'), lead: true, cell: (row) => t(`billing.difference.${row.kind}`) },
    {
      key: 'of',
      header: t('billing.comparison.of'),
      cell: (row) => (
        <>
          {row.account ?? '–'}
          {row.paymentNumber !== null && ` · ${t('billing.payment.number', { number: row.paymentNumber })}`}
          {row.gatewayRef !== null && <small className="ui-quiet"> {row.gatewayRef}</small>}
        </>
      ),
    },
    { key: 'books', header: t('billing.comparison.in-books'), align: 'end', cell: (row) => (row.books ? <Money value={row.books} /> : '–') },
    { key: 'gateway', header: t('billing.comparison.at-gateway'), align: 'end', cell: (row) => (row.gateway ? <Money value={row.gateway} /> : '–') },
  ];
  return (
    <Card title={t('billing.comparison.differences')} flush>
      <DataTable caption={t('billing.comparison.differences')} columns={columns} rows={compared.data} rowKey={(row) => row.key} empty={null} />
    </Card>
  );
}
