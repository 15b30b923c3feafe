import { dayOf, NotFound, type Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { OrderPayment } from './lead-order.model.ts';
import { PaymentTakenBack } from './order-errors.ts';
import type { TakePaymentBack } from './order-input.ts';
import { lockForPayment, writePayment } from './order-payments.ts';

/**
 * Staff take back a payment that was recorded by mistake, with the reason. The payment stays, a row of the opposite amount
 * stands beside it, and Amount Paid is the sum as before. Answers the id of that row. Throws NotFound, and
 * PaymentTakenBack when it was taken back before, or is itself what takes another one back.
 */
export async function takePaymentBack(ctx: Ctx, orderId: Id, paymentId: Id, { reason }: TakePaymentBack): Promise<Id> {
  ctx.demand('manage', 'LeadOrder');
  return ctx.inTenant(async (tx) => {
    const order = await lockForPayment(tx, orderId);
    const payment = await tx.query(OrderPayment).findById(paymentId).where({ order_id: orderId });
    if (!payment) throw new NotFound();
    if (payment.reverses_id || (await tx.query(OrderPayment).findOne({ reverses_id: paymentId }))) throw new PaymentTakenBack();
    const id = ctx.newId();
    const today = dayOf(ctx.clock.now(), ctx.tenant.zone);
    await writePayment(tx, order, { id, amount_minor: -payment.amount_minor, paid_on: today, note: reason, reverses_id: paymentId });
    await tx.audit('leads.order-payment-taken-back', null, { orderId, paymentId, amount: { amount: payment.amount_minor, currency: order.currency }, reason });
    return id;
  });
}
