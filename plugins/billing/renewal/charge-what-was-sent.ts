import { sql, type Tx } from '@portico/kit/server';
import { autoChargeRenewal } from '@portico/workflows/auto-charge-renewal';
import type { Invoice } from '../invoice/invoice.model.ts';
import { keepWaiting } from './keep-waiting.ts';

/**
 * An invoice was marked Sent: where auto-pay is on, the clock charges it to the card that auto-pay stands on (R-2.18: what
 * was not sent it leaves alone). A renewal without auto-pay is asked for by mail, as it would have been at issue. In the
 * caller's transaction, which has locked the invoice; repeating it changes nothing.
 */
export async function chargeWhatWasSent(tx: Tx, { id, bill_group_id, subscription_id, state, total_minor }: Invoice): Promise<void> {
  if (state !== 'issued' || total_minor === 0) return;
  const row = await tx.row(sql`select 1 as found from billing.bill_group_terms t
    join billing.payment_methods m on m.tenant_id = ${tx.ctx.tenant.id} and m.id = t.default_method_id and m.removed_at is null
    where t.tenant_id = ${tx.ctx.tenant.id} and t.bill_group_id = ${bill_group_id} and t.auto_pay`);
  if (!row && subscription_id === null) return; // written by hand: the customer finds it in the portal
  await keepWaiting(tx, [id]);
  await tx.nudge(autoChargeRenewal);
}
