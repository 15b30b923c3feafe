import { Anchor, Chip, type Column, DataTable, DateTime, Facts, type Filter, Money, useFormat, useText } from '@portico/ui';
import type { ReactNode } from 'react';
import type { SubscriptionView } from '../subscription/subscription.queries.ts';
import { useInterval } from './plan-words.tsx';

const TONES = { pending: 'wait', active: 'good', paused: 'wait', cancelling: 'wait', ended: 'neutral' } as const;

/** The state of a subscription in a word. */
export function SubscriptionChip({ subscription }: { readonly subscription: Pick<SubscriptionView, 'state'> }) {
  const t = useText();
  return <Chip tone={TONES[subscription.state]}>{t(`billing.subscription.${subscription.state}`)}</Chip>;
}

/** Which subscriptions a list shows: the current ones unless one chooses otherwise. */
export function useStateFilter(): Filter {
  const t = useText();
  return {
    kind: 'select',
    name: 'state',
    label: t('billing.status'),
    all: t('billing.filter.current'),
    options: [
      ...(['pending', 'active', 'paused', 'cancelling', 'ended'] as const).map((value) => ({ value, label: t(`billing.subscription.${value}`) })),
      { value: 'all', label: t('billing.filter.ended-too') },
    ],
  };
}

interface TableProps {
  readonly subscriptions: readonly SubscriptionView[];
  readonly hrefOf: (subscription: SubscriptionView) => string;
  readonly withAccount?: boolean;
  readonly empty: ReactNode;
}

/** A list of subscriptions: what, how it stands, what it costs, when it renews. */
export function SubscriptionTable({ subscriptions, hrefOf, withAccount, empty }: TableProps) {
  const t = useText();
  const interval = useInterval();
  const columns: Column<SubscriptionView>[] = [
    {
      key: 'plan',
      header: t('billing.plan'),
      lead: true,
      cell: (subscription) => (
        <>
          <Anchor href={hrefOf(subscription)}>{subscription.plan}</Anchor>
          <br />
          <small className="ui-quiet">{withAccount ? `${subscription.account} · ${subscription.number}` : subscription.billGroup}</small>
        </>
      ),
    },
    { key: 'state', header: t('billing.status'), cell: (subscription) => <SubscriptionChip subscription={subscription} /> },
    {
      key: 'price',
      header: t('billing.price'),
      align: 'end',
      cell: (subscription) => (
        <>
          <Money value={subscription.price} />
          <br />
          <small className="ui-quiet">{interval(subscription.every)}</small>
        </>
      ),
    },
    { key: 'starts', header: t('billing.subscription.starts-on'), cell: (subscription) => <DateTime at={subscription.startsOn} look="day" /> },
    {
      key: 'renews',
      header: t('billing.subscription.renews-on'),
      cell: (subscription) => (subscription.renewsOn ? <DateTime at={subscription.renewsOn} look="day" /> : '–'),
    },
  ];
  return <DataTable caption={t('billing.subscriptions')} columns={columns} rows={subscriptions} rowKey={(row) => row.id} defaultSort="-number" empty={empty} />;
}

interface NextProps {
  readonly subscription: SubscriptionView;
  /** Who reads it: the customer is spoken to, staff are told about the customer. */
  readonly reader: 'customer' | 'staff';
}

/** What happens next with a subscription, in one sentence: the date, the amount, the card (S4). */
export function WhatHappensNext({ subscription, reader }: NextProps) {
  const t = useText();
  const format = useFormat();
  const { state, renewsOn, cancelsAt, autoPayCard, price } = subscription;
  const values = {
    day: renewsOn ? format.when(renewsOn, 'long') : '',
    amount: format.money(price),
    card: autoPayCard ? `${autoPayCard.brand} ${autoPayCard.lastFour}` : '',
  };
  if (state === 'active') return <p>{t(`billing.next.${autoPayCard ? 'charged' : 'invoiced'}.${reader}`, values)}</p>;
  if (state === 'cancelling' && cancelsAt) return <p>{t('billing.next.ends', { day: format.when(cancelsAt, 'long') })}</p>;
  return <p>{t(`billing.next.${state}`)}</p>;
}

/** Everything that was agreed about a subscription. */
export function SubscriptionFacts({
  subscription,
  contacts,
}: {
  readonly subscription: SubscriptionView;
  readonly contacts: readonly { name: string; email: string | null }[];
}) {
  const t = useText();
  const interval = useInterval();
  const { endedAt, renewsOn } = subscription;
  return (
    <Facts
      facts={[
        { label: t('billing.plan'), value: subscription.plan },
        ...(subscription.about ? [{ label: t('billing.plan.about'), value: subscription.about }] : []),
        { label: t('billing.status'), value: <SubscriptionChip subscription={subscription} /> },
        { label: t('billing.price'), value: <Money value={subscription.price} /> },
        { label: t('billing.plan.interval'), value: interval(subscription.every) },
        { label: t('billing.subscription.starts-on'), value: <DateTime at={subscription.startsOn} look="long" /> },
        { label: t('billing.subscription.renews-on'), value: renewsOn && <DateTime at={renewsOn} look="long" /> },
        ...(endedAt ? [{ label: t('billing.subscription.ended'), value: <DateTime at={endedAt} look="long" /> }] : []),
        { label: t('billing.bill-group'), value: `${subscription.account} · ${subscription.billGroup}` },
        {
          label: t('billing.subscription.contacts'),
          value: contacts.length > 0 && contacts.map(({ name, email }) => (email ? `${name}, ${email}` : name)).join('; '),
        },
      ]}
    />
  );
}
