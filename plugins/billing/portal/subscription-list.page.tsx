import type { PageProps } from '@portico/kit/page';
import { Card, EmptyState, type Filter, NoMatch, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { SubscriptionTable } from '../views/subscription-words.tsx';
import type { load } from './subscription-list.server.ts';

/** The plans that the customer has. */
export default function SubscriptionList({ data }: PageProps<typeof load>) {
  const t = useText();
  const states: Filter = {
    kind: 'select',
    name: 'state',
    label: t('billing.status'),
    all: t('billing.filter.all'),
    options: (['pending', 'active', 'paused', 'cancelling', 'ended'] as const).map((value) => ({ value, label: t(`billing.subscription.${value}`) })),
  };
  const empty = <EmptyState icon="bill" title={t('billing.subscriptions.portal-empty')} text={t('billing.subscriptions.portal-empty.text')} />;
  return (
    <>
      <PageHead title={t('billing.subscriptions')} sub={t('billing.subscriptions.portal-about')} />
      <Card flush label={t('billing.subscriptions')}>
        <Toolbar filters={[states]} />
        <SubscriptionTable subscriptions={data.data} hrefOf={({ id }) => `/billing/subscriptions/${id}`} empty={data.isNarrowed ? <NoMatch /> : empty} />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}
