import { CheckField, DateField, TextField, useText } from '@portico/ui';
import type { OrderView } from '../order/order.queries.ts';

interface Props {
  readonly order?: Pick<OrderView, 'endsOn' | 'places' | 'acceptsReturns' | 'renewal' | 'autoCharge'>;
  /** It belongs to a period of a plan, which renews by itself. */
  readonly isOfPlan?: boolean;
}

/** What can be said about an order when it is made and later on: last day, places, returns, renewal. */
export function OrderFields({ order, isOfPlan }: Props) {
  const t = useText();
  return (
    <>
      <DateField name="endsOn" label={t('leads.order.ends')} hint={t('leads.order.ends.hint')} defaultValue={order?.endsOn ?? ''} optional />
      <TextField
        name="places"
        label={t('leads.order.places')}
        hint={t('leads.order.places.hint')}
        defaultValue={order?.places.join(' ') ?? ''}
        maxLength={4_000}
        optional
      />
      <CheckField name="acceptsReturns" label={t('leads.order.accepts-returns')} defaultChecked={order?.acceptsReturns ?? true} />
      {!isOfPlan && <RenewalFields order={order} />}
    </>
  );
}

function RenewalFields({ order }: Pick<Props, 'order'>) {
  const t = useText();
  return (
    <>
      <CheckField name="renewal" label={t('leads.order.renews')} hint={t('leads.order.renews.hint')} defaultChecked={order?.renewal ?? false} />
      <CheckField
        name="autoCharge"
        label={t('leads.order.auto-charges')}
        hint={t('leads.order.auto-charges.hint')}
        defaultChecked={order?.autoCharge ?? false}
      />
    </>
  );
}
