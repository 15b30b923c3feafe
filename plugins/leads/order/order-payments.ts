import { NotFound, type Id } from '@portico/kit';
import type { Tx } from '@portico/kit/server';
import { orderPayments } from '@portico/workflows/order-payments';
import { LeadOrder, OrderPayment } from './lead-order.model.ts';

/** Locks an order, so that what is paid on it is counted by one at a time. Throws NotFound. */
export async function lockForPayment(tx: Tx, orderId: Id): Promise<LeadOrder> {
  const order = await tx.query(LeadOrder).findById(orderId).forUpdate();
  if (!order) throw new NotFound();
  tx.ctx.demand('manage', 'LeadOrder', order);
  return order;
}

/** The one writer of a payment's row: the order's Amount Paid moves by it, and the clock books it in billing's ledger, unless it came from there. */
export async function writePayment(
  tx: Tx,
  order: LeadOrder,
  payment: Pick<OrderPayment, 'id' | 'amount_minor' | 'paid_on' | 'note' | 'reverses_id'> & { readonly invoice_number?: number },
): Promise<void> {
  const { actor, clock } = tx.ctx;
  await tx.query(OrderPayment).insert({
    ...payment,
    order_id: order.id,
    currency: order.currency,
    recorded_by: actor.id,
    recorded_at: clock.now(),
    ...(payment.invoice_number ? { booked_at: clock.now() } : {}),
  });
  if (!payment.invoice_number) await tx.nudge(orderPayments);
  await order.$query(tx.sql).patch({ paid_minor: order.paid_minor + payment.amount_minor });
}
