import type { PageProps } from '@portico/kit/page';
import { ButtonLink, EmptyState, FormCard, PageHead, SelectField, TextField, useFormat, useText } from '@portico/ui';
import { BuyerField } from '../views/buyer-field.tsx';
import { useInterval } from '../views/plan-words.tsx';
import type { load } from './subscription-new.server.ts';

/** Gives a customer a plan. */
export default function SubscriptionNew({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const format = useFormat();
  const interval = useInterval();
  const { buyers, plans } = data;
  const head = (
    <PageHead
      crumbs={[{ label: t('billing.subscriptions'), href: '/console/billing/subscriptions' }]}
      title={t('billing.subscription-new')}
      sub={t('billing.subscription-new.about')}
    />
  );
  if (buyers.groups.length === 0 || plans.length === 0) {
    const what = buyers.groups.length === 0 ? 'no-customer' : 'no-plan';
    const href = what === 'no-customer' ? '/console/accounts/new' : '/console/billing/plans/new';
    return (
      <>
        {head}
        <EmptyState
          icon={what === 'no-customer' ? 'users' : 'tag'}
          title={t(`billing.subscription-new.${what}`)}
          text={t(`billing.subscription-new.${what}.text`)}
          action={
            <ButtonLink look="main" href={href}>
              {t(`billing.subscription-new.${what}.do`)}
            </ButtonLink>
          }
        />
      </>
    );
  }
  const offers = plans.flatMap((plan) =>
    plan.prices.map((price) => ({ value: `${plan.id} ${price.currency}`, label: `${plan.name} · ${format.money(price)} ${interval(plan.every)}` })),
  );
  const fields = Object.fromEntries(
    Object.entries(refusal?.fields ?? {}).map(([field, text]) => [{ planId: 'plan', currency: 'plan', accountId: 'billGroupId' }[field] ?? field, text]),
  );
  return (
    <>
      {head}
      <FormCard submit={t('billing.subscription-new.submit')} cancel="/console/billing/subscriptions" refusal={refusal && { ...refusal, fields }}>
        <input type="hidden" name="subscriptionId" value={refusal?.typed['subscriptionId'] ?? data.subscriptionId} />
        <BuyerField groups={buyers.groups} more={buyers.more} defaultValue={data.chosen} />
        <SelectField name="plan" label={t('billing.plan')} placeholder={t('billing.choose')} options={offers} />
        <TextField name="quantity" label={t('billing.quantity')} defaultValue="1" inputMode="numeric" maxLength={6} />
      </FormCard>
    </>
  );
}
