import { SelectField, TextareaField, TextField, useText, digitsOf } from '@portico/ui';
import type { PlanView } from '../plan/plan.queries.ts';

interface Props {
  readonly plan?: PlanView;
  /** The currencies that have a field; the business's own comes first. */
  readonly currencies: readonly string[];
}

/** The name, the rhythm and the prices of a plan. A currency that is left empty is not sold in. */
export function PlanFields({ plan, currencies }: Props) {
  const t = useText();
  const priceIn = (currency: string): string | undefined => {
    const amount = plan?.prices.find((price) => price.currency === currency)?.amount;
    const digits = digitsOf(currency);
    return amount === undefined ? undefined : (amount / 10 ** digits).toFixed(digits);
  };
  return (
    <>
      <TextField name="name" label={t('billing.plan.name')} defaultValue={plan?.name} maxLength={80} />
      <TextareaField name="about" label={t('billing.plan.about')} hint={t('billing.plan.about.hint')} defaultValue={plan?.about} maxLength={500} optional />
      <div className="ui-form-pair">
        <TextField name="count" label={t('billing.plan.every')} defaultValue={String(plan?.every.count ?? 1)} inputMode="numeric" maxLength={3} />
        <SelectField
          name="unit"
          label={t('billing.plan.unit')}
          defaultValue={plan?.every.unit ?? 'month'}
          options={(['day', 'week', 'month', 'year'] as const).map((value) => ({ value, label: t(`billing.unit.${value}`) }))}
        />
      </div>
      {currencies.map((currency, at) => (
        <TextField
          key={currency}
          name={`price-${currency}`}
          label={t('billing.plan.price-in', { currency })}
          before={at === 0 ? currency : undefined}
          defaultValue={priceIn(currency)}
          inputMode="decimal"
          maxLength={20}
          optional={at > 0}
        />
      ))}
    </>
  );
}
