import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Card, EmptyState, NoMatch, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import { SubscriptionTable, useStateFilter } from '../views/subscription-words.tsx';
import { crumbsOf } from '../views/of-customer.tsx';
import type { load } from './subscription-list.server.ts';

/** Every plan that a customer has. */
export default function SubscriptionList({ data }: PageProps<typeof load>) {
  const t = useText();
  const empty = <EmptyState icon="bill" title={t('billing.subscriptions.console-empty')} text={t('billing.subscriptions.console-empty.text')} />;
  return (
    <>
      <PageHead
        crumbs={crumbsOf(data.of)}
        title={t('billing.subscriptions')}
        sub={t('billing.subscriptions.console-about')}
        actions={
          <ButtonLink look="main" href="/console/billing/subscriptions/new">
            {t('billing.subscription-new')}
          </ButtonLink>
        }
      />
      <Card flush label={t('billing.subscriptions')}>
        <Toolbar filters={[useStateFilter()]} />
        <SubscriptionTable
          subscriptions={data.data}
          hrefOf={({ id }) => `/console/billing/subscriptions/${id}`}
          withAccount
          empty={data.isNarrowed ? <NoMatch /> : empty}
        />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}
