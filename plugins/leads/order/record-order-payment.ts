import { dayOf, InvalidInput, type FieldProblem, type Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { type LeadOrder, OrderPayment } from './lead-order.model.ts';
import { PaymentFormUsed } from './order-errors.ts';
import type { RecordPayment } from './order-input.ts';
import { lockForPayment, writePayment } from './order-payments.ts';

/**
 * Staff record a payment by hand; Amount Paid of the order is the sum of them. Closed orders can be paid too. `paymentId`
 * is the id that the form was made with: the same payment sent again is answered as the first time and books nothing;
 * another payment under that id throws PaymentFormUsed.
 */
export async function recordOrderPayment(ctx: Ctx, orderId: Id, input: RecordPayment, paymentId: Id = ctx.newId()): Promise<Id> {
  ctx.demand('manage', 'LeadOrder');
  return ctx.inTenant(async (tx) => {
    const order = await lockForPayment(tx, orderId);
    const earlier = await tx.query(OrderPayment).findById(paymentId);
    if (earlier) return demandSame(earlier, orderId, input);
    demandSensible(tx, order, input);
    await writePayment(tx, order, { id: paymentId, amount_minor: input.amount.amount, paid_on: input.paidOn, note: input.note, reverses_id: null });
    await tx.audit('leads.order-payment-recorded', null, { orderId, paymentId, amount: input.amount });
    return paymentId;
  });
}

function demandSame(earlier: OrderPayment, orderId: Id, { amount, paidOn, note }: RecordPayment): Id {
  const isSame = earlier.order_id === orderId && earlier.amount_minor === amount.amount && earlier.paid_on === paidOn && earlier.note === note;
  if (!isSame) throw new PaymentFormUsed();
  return earlier.id;
}

function demandSensible({ ctx }: Tx, order: LeadOrder, input: RecordPayment): void {
  const problems: Record<string, FieldProblem> = {};
  if (input.amount.currency !== order.currency) problems['amount.currency'] = { key: 'leads.problem.currency', values: { currency: order.currency } };
  if (input.paidOn > dayOf(ctx.clock.now(), ctx.tenant.zone)) problems.paidOn = { key: 'leads.problem.in-future' };
  if (Object.keys(problems).length > 0) throw new InvalidInput(problems);
}
