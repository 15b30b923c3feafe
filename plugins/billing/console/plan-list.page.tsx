import type { PageProps } from '@portico/kit/page';
import { Anchor, ButtonLink, Card, type Column, DataTable, EmptyState, type Filter, NoMatch, Num, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { PlanChip, PriceList, useInterval } from '../views/plan-words.tsx';
import type { load } from './plan-list.server.ts';

type Row = Awaited<ReturnType<typeof load>>['data'][number];

/** What the business sells again and again. */
export default function PlanList({ data }: PageProps<typeof load>) {
  const t = useText();
  const interval = useInterval();
  const columns: Column<Row>[] = [
    { key: 'name', header: t('billing.plan.name'), lead: true, cell: (plan) => <Anchor href={`/console/billing/plans/${plan.id}`}>{plan.name}</Anchor> },
    { key: 'state', header: t('billing.status'), cell: (plan) => <PlanChip state={plan.state} /> },
    { key: 'every', header: t('billing.plan.interval'), cell: (plan) => interval(plan.every) },
    { key: 'price', header: t('billing.price'), align: 'end', cell: (plan) => <PriceList prices={plan.prices} /> },
    { key: 'in-use', header: t('billing.subscriptions'), align: 'end', cell: (plan) => <Num value={plan.inUse} /> },
  ];
  const states: Filter = {
    kind: 'select',
    name: 'state',
    label: t('billing.status'),
    all: t('billing.filter.all'),
    options: (['draft', 'live', 'archived'] as const).map((value) => ({ value, label: t(`billing.plan.${value}`) })),
  };
  const create = (
    <ButtonLink look="main" href="/console/billing/plans/new">
      {t('billing.plan-new')}
    </ButtonLink>
  );
  const empty = data.isNarrowed ? <NoMatch /> : <EmptyState icon="tag" title={t('billing.plans.empty')} text={t('billing.plans.empty.text')} action={create} />;
  return (
    <>
      <PageHead title={t('billing.plans')} sub={t('billing.plans.about')} actions={create} />
      <Card flush label={t('billing.plans')}>
        <Toolbar filters={[states]} />
        <DataTable caption={t('billing.plans')} columns={columns} rows={data.data} rowKey={(plan) => plan.id} empty={empty} />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}
