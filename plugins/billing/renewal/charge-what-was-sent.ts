import { noonOf, type Id, type Instant } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { autoChargeRenewal } from '@portico/workflows/auto-charge-renewal';
import type { Invoice } from '../invoice/invoice.model.ts';
import { keepWaiting } from './keep-waiting.ts';

/**
 * An invoice was marked Sent: where auto-pay is on, the clock charges it to the card that auto-pay stands on (R-2.18: what
 * was not sent it leaves alone). A renewal at once, as it would have been at issue, and without auto-pay it is asked for by
 * mail; one that was written by hand at noon of its due day, so that its customer has read it. In the caller's transaction,
 * which has locked the invoice; repeating it changes nothing.
 */
export async function chargeWhatWasSent(tx: Tx, { id, bill_group_id, subscription_id }: Invoice): Promise<void> {
  const row = await tx.row<{ dueOn: string; autoPay: boolean }>(sql`select i.due_on as "dueOn", coalesce(t.auto_pay, false) as "autoPay" from billing.invoices i
    left join billing.bill_group_terms t on t.tenant_id = ${tx.ctx.tenant.id} and t.bill_group_id = ${bill_group_id}
    where i.tenant_id = ${tx.ctx.tenant.id} and i.id = ${id} and i.state = 'issued' and i.open_minor > 0`);
  if (!row || (subscription_id === null && !row.autoPay)) return;
  await keepWaiting(tx, [id], subscription_id === null ? noonOf(row.dueOn, tx.ctx.tenant.zone) : tx.ctx.clock.now());
  await tx.nudge(autoChargeRenewal);
}

/** When auto-pay charges an invoice, and what; undefined when it will not, or is about to. */
export interface PlannedCharge {
  readonly at: Instant;
  /** As it is said to people: "Visa 4242". */
  readonly card: string;
}

/** Reads it, from the rows that the clock goes by. */
export const plannedChargeOf = (tx: Tx, invoiceId: Id): Promise<PlannedCharge | undefined> =>
  tx.row(sql`select w.since as at, m.brand || ' ' || m.last_four as card from billing.waiting_charges w
    join billing.invoices i on i.tenant_id = ${tx.ctx.tenant.id} and i.id = w.invoice_id and i.state = 'issued' and i.open_minor > 0
    join billing.bill_group_terms t on t.tenant_id = ${tx.ctx.tenant.id} and t.bill_group_id = i.bill_group_id and t.auto_pay
    join billing.payment_methods m on m.tenant_id = ${tx.ctx.tenant.id} and m.id = t.default_method_id and m.removed_at is null
    where w.tenant_id = ${tx.ctx.tenant.id} and w.invoice_id = ${invoiceId} and w.since > ${tx.ctx.clock.now()}::timestamptz`);
