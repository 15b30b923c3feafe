import type { Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { paymentGateway } from '../api.ts';
import { PaymentUnderWay } from '../invoice/invoice-errors.ts';
import { readInvoice } from '../invoice/invoice.queries.ts';
import { liveOrders } from './look-again.ts';
import type { AttemptState } from './payment.model.ts';
import { settleOutcomes } from './settle-outcomes.ts';

/** The payment of an invoice that is not settled, and how it stands; undefined when there is none. */
export const liveAttemptOf = (tx: Tx, invoiceId: Id): Promise<{ readonly id: Id; readonly state: AttemptState } | undefined> =>
  tx.row(sql`select t.id, t.state from billing.attempt_invoices l join billing.payment_attempts t on t.tenant_id = ${tx.ctx.tenant.id} and t.id = l.attempt_id
    where l.tenant_id = ${tx.ctx.tenant.id} and l.invoice_id = ${invoiceId} and l.is_live`);

/**
 * Staff give up a card payment that waits for its customer to answer their bank, so that the invoice can be paid by another
 * road. Answers `paid` when the customer was faster: then it stays paid. Repeating it changes nothing. Throws NotFound, and
 * PaymentUnderWay while the bank itself is looking at the payment.
 */
export async function giveUpForCustomer(ctx: Ctx, invoiceId: Id): Promise<'given-up' | 'paid'> {
  ctx.demand('manage', 'Payment');
  const { number, live, order } = await ctx.inTenant(async (tx) => {
    const { number } = await readInvoice(tx, invoiceId);
    const live = await liveAttemptOf(tx, invoiceId);
    return { number, live, order: live && (await liveOrders(tx, [live.id]))[0] };
  });
  if (!live || !order) return 'given-up';
  if (live.state !== 'needs-customer') throw new PaymentUnderWay({ number: number! });
  const outcome = await ctx.provider(paymentGateway).callOff(order);
  await settleOutcomes(ctx, new Map([[live.id, outcome]]));
  return outcome.kind === 'paid' ? 'paid' : 'given-up';
}
