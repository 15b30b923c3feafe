import type { Id, Instant } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { orderRenewal } from '@portico/workflows/order-renewal';
import { NO_ACCOUNT } from './lead-words.ts';
import type { NewLead } from './new-lead.ts';
import type { OpenOrder } from './route-lead.ts';

/** A lead that is taken in, before it has an order. */
export interface AcceptedLead extends NewLead {
  readonly typeId: Id;
  readonly typeKey: string;
}

/** The row of a lead, with what its delivery needs; all of that null while no order has it. */
export type LeadRow = ReturnType<typeof leadRow>;

/** A lead as `writeLeads` takes it. */
export const leadRow = (tx: Tx, lead: AcceptedLead, order: OpenOrder | undefined, receivedAt: Instant) => ({
  id: lead.id,
  received_at: receivedAt,
  type_id: lead.typeId,
  source_id: lead.sourceId,
  name: lead.name,
  email: lead.email,
  phone: lead.phone,
  street: lead.street,
  town: lead.town,
  postal_code: lead.postalCode,
  note: lead.note,
  fields: lead.fields,
  name_key: lead.nameKey,
  town_key: lead.townKey,
  type_key: lead.typeKey,
  keys: lead.keys,
  words: lead.words,
  delivery_id: order ? tx.ctx.newId() : null,
  order_id: order?.id ?? null,
  account_id: order?.account_id ?? null,
  bill_group_id: order?.bill_group_id ?? null,
  price_minor: order?.price_minor ?? null,
  currency: order?.currency ?? null,
  subscription_id: order?.subscription_id ?? null,
  plan_id: order?.plan_id ?? null,
  queue_id: order?.subscription_id ? tx.ctx.newId() : null,
});

/** Leads, deliveries, the call queue, contact keys, words and the orders' counts of a whole batch, in one statement. */
export async function writeLeads(tx: Tx, rows: readonly LeadRow[]): Promise<void> {
  const filled = await tx.rows<{ renews: boolean }>(sql`
    with lead as materialized (
      select * from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, received_at timestamptz, type_id uuid, source_id uuid, name text,
        email text, phone text, street text, town text, postal_code text, note text, fields jsonb, name_key text, town_key text, type_key text,
        keys text[], words text[], delivery_id uuid, order_id uuid, account_id uuid, bill_group_id uuid, price_minor bigint, currency text,
        subscription_id uuid, plan_id uuid, queue_id uuid)),
    leads as (
      insert into leads.leads (id, lead_type_id, source_id, name, email, phone, street, town, postal_code, note, fields, words, received_at,
        delivery_id, order_id, account_id, bill_group_id, delivered_at, name_key, town_key, type_key)
      select id, type_id, source_id, name, email, phone, street, town, postal_code, note, fields, words, received_at,
        delivery_id, order_id, account_id, bill_group_id, case when delivery_id is not null then received_at end, name_key, town_key, type_key
      from lead),
    deliveries as (
      insert into leads.lead_deliveries (id, lead_id, order_id, account_id, bill_group_id, delivered_at, price_minor, currency)
      select delivery_id, id, order_id, account_id, bill_group_id, received_at, price_minor, currency from lead where delivery_id is not null),
    queued as (
      insert into leads.queue_entries (id, lead_id, delivery_id, order_id, account_id, bill_group_id, subscription_id, plan_id, state, queued_at)
      select l.queue_id, l.id, l.delivery_id, l.order_id, l.account_id, l.bill_group_id, l.subscription_id, l.plan_id, case when s.cause is null then 'queued' else 'held' end, l.received_at
      from lead l left join leads.subscription_stops s on s.tenant_id = ${tx.ctx.tenant.id} and s.subscription_id = l.subscription_id
      where l.queue_id is not null),
    keys as (
      insert into leads.lead_keys (lead_type_id, key, lead_id, received_at)
      select type_id, unnest(keys), id, received_at from lead
      on conflict (tenant_id, lead_type_id, key) do update set lead_id = excluded.lead_id, received_at = excluded.received_at),
    words as (
      insert into leads.lead_words (account_id, word, lead_id) select coalesce(account_id, ${NO_ACCOUNT}::uuid), unnest(words), id from lead)
    update leads.lead_orders o set received = o.received + filled.count
    from (select order_id, count(*) as count from lead where order_id is not null group by order_id) filled
    where o.tenant_id = ${tx.ctx.tenant.id} and o.id = filled.order_id returning o.renewal and not o.has_room as renews`);
  if (filled.some(({ renews }) => renews)) await tx.nudge(orderRenewal);
}
