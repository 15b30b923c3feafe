import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { placeKey, type OpenOrder, type RoutableLead } from '../lead/route-lead.ts';

/**
 * One at a time, per business, until the transaction ends: whoever takes leads in, gives one to an order, or changes what
 * an order accepts. A statement of its own, so that what comes after sees what the one before has committed.
 */
export async function lockOrderBook(tx: Tx): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`leads.order-book ${tx.ctx.tenant.id}`}, 0))`);
}

/**
 * Open orders that have room and want at least one of these leads: oldest start date first, then smallest id. For each
 * place no more orders than there are leads of the type: each order has room for at least one, so all the other leads
 * together leave one of them, whatever place they are of.
 */
export async function ordersThatWant(tx: Tx, leads: readonly RoutableLead[]): Promise<OpenOrder[]> {
  const groups = groupByTypeAndPlace(leads);
  const { tenant, clock } = tx.ctx;
  return tx.rows<OpenOrder>(sql`
    select o.id, o.lead_type_id, o.account_id, o.bill_group_id, o.places, o.price_minor, o.currency, o.subscription_id, o.plan_id,
      case o.counts when 'leads' then o.total - o.received else o.total / o.price_minor - o.received end as room
    from leads.lead_orders o
    where o.tenant_id = ${tenant.id} and o.id in (
      select fitting.id
      from unnest(${groups.map((group) => group.typeId)}::uuid[], ${groups.map((group) => group.place)}::text[], ${groups.map((group) => group.atMost)}::int[]) as want(type_id, place, at_most)
      cross join lateral (
        select c.id from leads.lead_orders c
        where c.tenant_id = ${tenant.id} and c.lead_type_id = want.type_id and c.state = 'open' and c.has_room
          and c.starts_at <= ${clock.now()}::timestamptz and (c.ends_at is null or c.ends_at > ${clock.now()}::timestamptz)
          and (c.places = '{}' or exists (select from unnest(c.places) as prefix where starts_with(want.place, prefix)))
        order by c.starts_at, c.id
        limit want.at_most) fitting)
    order by o.starts_at, o.id
    for no key update`);
}

function groupByTypeAndPlace(leads: readonly RoutableLead[]): { typeId: Id; place: string; atMost: number }[] {
  const ofType = new Map<Id, number>();
  for (const { typeId } of leads) ofType.set(typeId, (ofType.get(typeId) ?? 0) + 1);
  const groups = new Map<string, { typeId: Id; place: string; atMost: number }>();
  for (const { typeId, postalCode } of leads) {
    const place = placeKey(postalCode);
    groups.set(`${typeId} ${place}`, { typeId, place, atMost: ofType.get(typeId)! });
  }
  return [...groups.values()];
}
