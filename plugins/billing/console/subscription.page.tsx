import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Card, Notice, PageHead, Slot, Split, useSlotFills, useText } from '@portico/ui';
import { CancellationBanner, CancellationCard, EarlierCancellations } from '../views/cancel-parts.tsx';
import { CollectionCard } from '../views/collection-parts.tsx';
import { SubscriptionFacts, WhatHappensNext } from '../views/subscription-words.tsx';
import type { load } from './subscription.server.ts';

/** Plan Details: what was agreed, and what happens next. */
export default function Subscription({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const { subscription, contacts, settled, parts, followed, collected, mayDecide } = data;
  const mayCancel = subscription.state !== 'ended' && (!followed || (mayDecide && followed.state === 'asked') || followed.state === 'taken-back');
  const { id: subscriptionId, planId } = subscription;
  return (
    <>
      <PageHead
        crumbs={[{ label: t('billing.subscriptions'), href: '/console/billing/subscriptions' }]}
        title={subscription.plan}
        sub={t('billing.subscription.title', { number: subscription.number })}
        actions={mayCancel && <ButtonLink href={`/console/billing/subscriptions/${subscriptionId}/cancel`}>{t('billing.cancel')}</ButtonLink>}
        banner={refusal?.say ? <Notice tone="bad">{refusal.say}</Notice> : <CancellationBanner followed={followed} />}
      />
      <Split
        side={
          <Card title={t('billing.next')}>
            <WhatHappensNext subscription={subscription} reader="staff" />
          </Card>
        }
      >
        <Card title={t('billing.plan-details')}>
          <SubscriptionFacts subscription={subscription} contacts={contacts} />
        </Card>
        <CollectionCard followed={collected} invoiceHref={`/console/billing/invoices/${collected?.invoiceId}`} />
        <CancellationCard followed={followed} mayDecide={mayDecide} />
        <EarlierCancellations settled={settled} />
        <Slot fills={useSlotFills(parts)} props={{ subscriptionId, planId }} />
      </Split>
    </>
  );
}
