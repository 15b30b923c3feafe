import { dayOf, InvalidInput, NotFound, type FieldProblem, type Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { LeadOrder, OrderPayment } from './lead-order.model.ts';
import type { RecordPayment } from './order-input.ts';

/** Staff record a payment by hand; Amount Paid of the order is the sum of them. Closed orders can be paid too. */
export async function recordOrderPayment(ctx: Ctx, orderId: Id, input: RecordPayment): Promise<Id> {
  ctx.demand('manage', 'LeadOrder');
  return ctx.inTenant(async (tx) => {
    const order = await tx.query(LeadOrder).findById(orderId).forUpdate();
    if (!order) throw new NotFound();
    ctx.demand('manage', 'LeadOrder', order);
    const now = ctx.clock.now();
    const problems: Record<string, FieldProblem> = {};
    if (input.amount.currency !== order.currency) problems['amount.currency'] = { key: 'leads.problem.currency', values: { currency: order.currency } };
    if (input.paidOn > dayOf(now, ctx.tenant.zone)) problems.paidOn = { key: 'leads.problem.in-future' };
    if (Object.keys(problems).length > 0) throw new InvalidInput(problems);
    const id = ctx.newId();
    await tx.query(OrderPayment).insert({
      id,
      order_id: orderId,
      amount_minor: input.amount.amount,
      currency: order.currency,
      paid_on: input.paidOn,
      note: input.note,
      recorded_by: ctx.actor.id,
      recorded_at: now,
    });
    await order.$query(tx.sql).patch({ paid_minor: order.paid_minor + input.amount.amount });
    await tx.audit('leads.order-payment-recorded', null, { orderId, paymentId: id, amount: input.amount });
    return id;
  });
}
