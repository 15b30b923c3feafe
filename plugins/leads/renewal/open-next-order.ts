import { dayOf, daysAfter, daysBetween } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { daysOf } from '../order/create-order.ts';
import { LeadOrder } from '../order/lead-order.model.ts';
import { OrderRenewal } from './order-renewal.model.ts';

/**
 * Opens the order that continues another one, on its terms and for as many days, under the id of the renewal; the caller
 * holds the order book and the renewal. One that is there already is answered.
 */
export async function openNextOrder(tx: Tx, renewal: OrderRenewal, order: LeadOrder): Promise<LeadOrder> {
  const earlier = await tx.query(LeadOrder).findById(renewal.id);
  if (earlier) return earlier;
  const next = await tx.query(LeadOrder).insertAndFetch({
    id: renewal.id,
    number: await tx.nextNumber('leads.order'),
    account_id: order.account_id,
    bill_group_id: order.bill_group_id,
    lead_type_id: order.lead_type_id,
    counts: order.counts,
    total: order.total,
    price_minor: order.price_minor,
    currency: order.currency,
    ...nextDays(tx.ctx, order),
    places: order.places,
    accepts_returns: order.accepts_returns,
    renewal: true,
    auto_charge: order.auto_charge,
    created_at: tx.ctx.clock.now(),
  });
  await tx.query(OrderRenewal).findById(renewal.id).patch({ state: 'done' });
  await tx.audit('leads.order-renewed', null, { orderId: order.id, nextOrderId: next.id });
  return next;
}

// It begins today, also where the one before was full before its last day, and takes as many days as that.
function nextDays(ctx: Ctx, { starts_on, ends_on }: LeadOrder) {
  const today = dayOf(ctx.clock.now(), ctx.tenant.zone);
  return daysOf(ctx, today, ends_on === null ? null : daysAfter(today, daysBetween(starts_on, ends_on)));
}
