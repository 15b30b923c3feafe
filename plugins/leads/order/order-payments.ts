import { NotFound, type Id } from '@portico/kit';
import type { Tx } from '@portico/kit/server';
import { LeadOrder, OrderPayment } from './lead-order.model.ts';

/** Locks an order, so that what is paid on it is counted by one at a time. Throws NotFound. */
export async function lockForPayment(tx: Tx, orderId: Id): Promise<LeadOrder> {
  const order = await tx.query(LeadOrder).findById(orderId).forUpdate();
  if (!order) throw new NotFound();
  tx.ctx.demand('manage', 'LeadOrder', order);
  return order;
}

/** The one writer of a payment's row: the order's Amount Paid moves by it. */
export async function writePayment(
  tx: Tx,
  order: LeadOrder,
  payment: Pick<OrderPayment, 'id' | 'amount_minor' | 'paid_on' | 'note' | 'reverses_id'>,
): Promise<void> {
  const { actor, clock } = tx.ctx;
  await tx.query(OrderPayment).insert({ ...payment, order_id: order.id, currency: order.currency, recorded_by: actor.id, recorded_at: clock.now() });
  await order.$query(tx.sql).patch({ paid_minor: order.paid_minor + payment.amount_minor });
}
