import { InvalidInput, type Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { orderRenewal } from '@portico/workflows/order-renewal';
import { z } from 'zod';
import { leadDelivered } from '../api.ts';
import { lockOrderBook } from '../order/order-book.ts';
import { LeadOrder, roomOf, stateOf } from '../order/lead-order.model.ts';
import { NO_ACCOUNT } from './lead-words.ts';
import { AlreadyDelivered, OrderFilled, OrderNotOpen } from './lead-errors.ts';
import { lockLead } from './lead.queries.ts';
import { LeadDelivery, type Lead } from './lead.model.ts';

/** The order that an unmatched lead goes to. */
export const AssignLeadToOrder = z.object({ orderId: z.uuid('leads.problem.order') });
export type AssignLeadToOrder = z.output<typeof AssignLeadToOrder>;

/**
 * Staff give an unmatched lead to an open order that has room and wants its type; the place is theirs to judge. Throws
 * AlreadyDelivered, OrderNotOpen, OrderFilled, NotFound, and InvalidInput at `orderId`.
 */
export async function assignLeadToOrder(ctx: Ctx, leadId: Id, { orderId }: AssignLeadToOrder): Promise<void> {
  ctx.demand('route', 'Lead');
  await ctx.inTenant(async (tx) => {
    await lockOrderBook(tx);
    const lead = await lockLead(tx, leadId, 'route');
    if (lead.account_id !== null) throw new AlreadyDelivered();
    const order = await tx.query(LeadOrder).findById(orderId).forUpdate();
    if (!order) throw new InvalidInput({ orderId: { key: 'leads.problem.order' } });
    demandFits(tx, lead, order);
    await deliver(tx, lead, order);
  });
}

function demandFits(tx: Tx, lead: Lead, order: LeadOrder): void {
  if (order.lead_type_id !== lead.lead_type_id) throw new InvalidInput({ orderId: { key: 'leads.problem.order-type' } });
  if (stateOf(order, tx.ctx.clock.now()) !== 'open') throw new OrderNotOpen({ order: order.number });
  if (order.starts_at > tx.ctx.clock.now()) throw new OrderNotOpen({ order: order.number });
  if (roomOf(order) < 1) throw new OrderFilled({ order: order.number });
}

async function deliver(tx: Tx, lead: Lead, order: LeadOrder): Promise<void> {
  const now = tx.ctx.clock.now();
  const deliveryId = tx.ctx.newId();
  const { account_id, bill_group_id } = order;
  await lead.$query(tx.sql).patch({ delivery_id: deliveryId, order_id: order.id, account_id, bill_group_id, delivered_at: now });
  await tx.query(LeadDelivery).insert({
    id: deliveryId,
    lead_id: lead.id,
    order_id: order.id,
    account_id,
    bill_group_id,
    delivered_at: now,
    price_minor: order.price_minor,
    currency: order.currency,
  });
  await queueForCall(tx, lead.id, deliveryId, order);
  await order.$query(tx.sql).patch({ received: order.received + 1 });
  if (order.renewal && roomOf({ ...order, received: order.received + 1 }) < 1) await tx.nudge(orderRenewal);
  await tx.run(sql`update leads.lead_words set account_id = ${account_id}
    where tenant_id = ${tx.ctx.tenant.id} and account_id = ${NO_ACCOUNT} and word = any(${lead.words}::text[]) and lead_id = ${lead.id}`);
  await tx.publish(leadDelivered, { leadId: lead.id, deliveryId, orderId: order.id, accountId: account_id });
  await tx.audit('leads.assigned-to-order', null, { leadId: lead.id, orderId: order.id });
}

/** A lead of a plan waits to be called, as one that arrives does. */
async function queueForCall(tx: Tx, leadId: Id, deliveryId: Id, { id, account_id, bill_group_id, subscription_id, plan_id }: LeadOrder): Promise<void> {
  if (subscription_id === null) return;
  await tx.run(sql`insert into leads.queue_entries (id, lead_id, delivery_id, order_id, account_id, bill_group_id, subscription_id, plan_id, state, queued_at)
    select ${tx.ctx.newId()}, ${leadId}, ${deliveryId}, ${id}, ${account_id}, ${bill_group_id}, ${subscription_id}, ${plan_id}, case when exists (
      select from leads.subscription_stops s where s.tenant_id = ${tx.ctx.tenant.id} and s.subscription_id = ${subscription_id}) then 'held' else 'queued' end, ${tx.ctx.clock.now()}`);
}
