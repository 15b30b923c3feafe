import type { PageProps } from '@portico/kit/page';
import { Card, PageHead, Slot, Split, useSlotFills, useText } from '@portico/ui';
import { SubscriptionFacts, WhatHappensNext } from '../views/subscription-words.tsx';
import type { load } from './subscription.server.ts';

/** Plan Details: what was agreed, and what happens next. */
export default function Subscription({ data }: PageProps<typeof load>) {
  const t = useText();
  const { subscription, contacts, parts } = data;
  const { id: subscriptionId, planId } = subscription;
  return (
    <>
      <PageHead
        crumbs={[{ label: t('billing.subscriptions'), href: '/billing/subscriptions' }]}
        title={subscription.plan}
        sub={t('billing.subscription.title', { number: subscription.number })}
      />
      <Split
        side={
          <Card title={t('billing.next')}>
            <WhatHappensNext subscription={subscription} />
          </Card>
        }
      >
        <Card title={t('billing.plan-details')}>
          <SubscriptionFacts subscription={subscription} contacts={contacts} />
        </Card>
        <Slot fills={useSlotFills(parts)} props={{ subscriptionId, planId }} />
      </Split>
    </>
  );
}
