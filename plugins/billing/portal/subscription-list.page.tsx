import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Card, EmptyState, NoMatch, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { SubscriptionTable, useStateFilter } from '../views/subscription-words.tsx';
import type { load } from './subscription-list.server.ts';

/** The plans that the customer has. */
export default function SubscriptionList({ data }: PageProps<typeof load>) {
  const t = useText();
  const empty = data.hasEnded ? (
    <EmptyState
      icon="bill"
      title={t('billing.subscriptions.only-ended')}
      text={t('billing.subscriptions.only-ended.text')}
      action={<ButtonLink href="/billing/subscriptions?state=ended">{t('billing.subscriptions.show-ended')}</ButtonLink>}
    />
  ) : (
    <EmptyState icon="bill" title={t('billing.subscriptions.portal-empty')} text={t('billing.subscriptions.portal-empty.text')} />
  );
  return (
    <>
      <PageHead title={t('billing.subscriptions')} sub={t('billing.subscriptions.portal-about')} />
      <Card flush label={t('billing.subscriptions')}>
        <Toolbar filters={[useStateFilter()]} />
        <SubscriptionTable subscriptions={data.data} hrefOf={({ id }) => `/billing/subscriptions/${id}`} empty={data.isNarrowed ? <NoMatch /> : empty} />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}
