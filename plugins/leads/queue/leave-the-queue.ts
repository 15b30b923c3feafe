import type { EffectLine, Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { subscriptionCancelled } from '@portico/plugin-billing/api';
import { lockOrderBook } from '../order/order-book.ts';

/**
 * the leads of that subscription, and of no other, leave the call queue. In the minutes until it takes
 * effect they are held, those that still arrive too. Each function waits for the order book, so that no lead slips by in between.
 */
export const leaveTheQueue = subscriptionCancelled.takePart({
  foresee: async (tx, { subscriptionId }) => linesOf(await affected(tx, subscriptionId)),

  // what ends with its period is worked on until then, as it was paid for
  async hold(tx, { subscriptionId, withPeriod }, cause) {
    if (withPeriod) return;
    await lockOrderBook(tx);
    await stop(tx, subscriptionId, cause, 'held');
    await move(tx, subscriptionId, 'queued', 'held');
  },

  async release(tx, { subscriptionId }, cause) {
    await lockOrderBook(tx);
    if (await lift(tx, subscriptionId, cause)) await move(tx, subscriptionId, 'held', 'queued');
  },

  async apply(tx, { subscriptionId }, cause) {
    await lockOrderBook(tx);
    await stop(tx, subscriptionId, cause, 'ended');
    const leads = await tx.run(sql`update leads.queue_entries set state = 'withdrawn', withdrawn_cause = ${cause}
      where tenant_id = ${tx.ctx.tenant.id} and subscription_id = ${subscriptionId} and state in ('queued', 'held')`);
    return linesOf({ leads, orders: await closeOrders(tx, subscriptionId, cause) });
  },

  async revert(tx, { subscriptionId }, cause) {
    await lockOrderBook(tx);
    await lift(tx, subscriptionId, cause);
    await tx.run(sql`update leads.queue_entries set state = 'queued', withdrawn_cause = null
      where tenant_id = ${tx.ctx.tenant.id} and subscription_id = ${subscriptionId} and withdrawn_cause = ${cause}`);
    await reopenOrders(tx, subscriptionId, cause);
  },
});

interface Affected {
  readonly leads: number;
  readonly orders: number;
}

const affected = async (tx: Tx, subscriptionId: Id): Promise<Affected> =>
  (await tx.row<Affected>(sql`select
    (select count(*)::int from leads.queue_entries e where e.tenant_id = ${tx.ctx.tenant.id} and e.subscription_id = ${subscriptionId} and e.state in ('queued', 'held')) as leads,
    (select count(*)::int from leads.lead_orders o where o.tenant_id = ${tx.ctx.tenant.id} and o.subscription_id = ${subscriptionId} and o.state <> 'closed'
      and (o.ends_at is null or o.ends_at > ${tx.ctx.clock.now()}::timestamptz)) as orders`))!;

// What was done is said in the words of what was announced, so that the two can be compared.
const linesOf = ({ leads, orders }: Affected): EffectLine[] => [
  ...(leads > 0 ? [{ text: 'leads.effect.leave-queue', values: { count: leads } }] : []),
  ...(orders > 0 ? [{ text: 'leads.effect.close-orders', values: { count: orders } }] : []),
];

const stop = (tx: Tx, subscriptionId: Id, cause: Id, state: 'held' | 'ended'): Promise<number> =>
  tx.run(sql`insert into leads.subscription_stops (subscription_id, cause, state) values (${subscriptionId}, ${cause}, ${state})
    on conflict (tenant_id, subscription_id) do update set cause = excluded.cause, state = excluded.state`);

/** Only the stop of this very cancellation: a late release must not free what a later one holds. */
const lift = (tx: Tx, subscriptionId: Id, cause: Id): Promise<number> =>
  tx.run(sql`delete from leads.subscription_stops where tenant_id = ${tx.ctx.tenant.id} and subscription_id = ${subscriptionId} and cause = ${cause}`);

const move = (tx: Tx, subscriptionId: Id, from: 'queued' | 'held', to: 'queued' | 'held'): Promise<number> =>
  tx.run(sql`update leads.queue_entries set state = ${to} where tenant_id = ${tx.ctx.tenant.id} and subscription_id = ${subscriptionId} and state = ${from}`);

const closeOrders = (tx: Tx, subscriptionId: Id, cause: Id): Promise<number> =>
  tx.run(sql`update leads.lead_orders set was_state = state, state = 'closed', closed_at = ${tx.ctx.clock.now()}, closed_cause = ${cause}
    where tenant_id = ${tx.ctx.tenant.id} and subscription_id = ${subscriptionId} and state <> 'closed'
      and (ends_at is null or ends_at > ${tx.ctx.clock.now()}::timestamptz)`);

/** Those whose last day is not over. */
const reopenOrders = (tx: Tx, subscriptionId: Id, cause: Id): Promise<number> =>
  tx.run(sql`update leads.lead_orders set state = was_state, was_state = null, closed_at = null, closed_cause = null
    where tenant_id = ${tx.ctx.tenant.id} and subscription_id = ${subscriptionId} and closed_cause = ${cause}
      and (ends_at is null or ends_at > ${tx.ctx.clock.now()}::timestamptz)`);
