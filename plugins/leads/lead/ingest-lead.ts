import { InvalidInput, type Id } from '@portico/kit';
import { answered, sql, type FoldedItem, type FoldedRoute, type Tx } from '@portico/kit/server';
import { leadDelivered } from '../api.ts';
import { lockOrderBook, ordersThatWant } from '../order/order-book.ts';
import { SourceOff } from './lead-errors.ts';
import { prepareLead, type NewLead } from './new-lead.ts';
import { routeLeads } from './route-lead.ts';
import { sortKey } from './sort-keys.ts';
import { leadRow, writeLeads, type AcceptedLead } from './write-leads.ts';

interface LeadTypeRow {
  readonly id: Id;
  readonly key: string;
  readonly name: string;
}
interface Twin {
  readonly type: string;
  readonly key: string;
  readonly lead_id: Id;
}
interface Known {
  readonly types: ReadonlyMap<string, LeadTypeRow>;
  /** `<type> <contact key>` → the lead that has it. */
  readonly twins: Map<string, Id>;
  /** Sources that are here and switched on; a key of any other posts nothing. */
  readonly sourcesOn: ReadonlySet<Id>;
}
type Judged = { readonly accepted: AcceptedLead } | { readonly answer: unknown };

/**
 * A source posts a lead (issue: S2). Parsed and normalised each for itself; then, together with the others of the moment:
 * checked for twins, routed to orders, written, counted down, told.
 */
export const ingestLead: FoldedRoute<NewLead> = { prepare: prepareLead, together: takeIn };

async function takeIn(tx: Tx, items: readonly FoldedItem<NewLead>[]): Promise<unknown[]> {
  // One batch of a business at a time, in all processes: two twins cannot both find that they are the first.
  await lockOrderBook(tx);
  const known = await readKnown(
    tx,
    items.map((item) => item.input),
  );
  const judged = items.map(({ input }) => judge(input, known));
  const accepted = judged.flatMap((one) => ('accepted' in one ? [one.accepted] : []));
  const deliveredTo = await deliver(tx, accepted);
  return judged.map((one) => {
    if (!('accepted' in one)) return one.answer;
    const { id } = one.accepted;
    return { id, outcome: deliveredTo.has(id) ? 'delivered' : 'unmatched' };
  });
}

/** Types, earlier leads within each type's look-back, and the sources that may post: one round trip. */
async function readKnown(tx: Tx, inputs: readonly NewLead[]): Promise<Known> {
  const { tenant, clock } = tx.ctx;
  const types = [...new Set(inputs.map((input) => input.type))];
  const sources = [...new Set(inputs.flatMap((input) => input.sourceId ?? []))];
  const wanted = inputs.flatMap((input) => input.keys.map((key) => [input.type, key] as const));
  const row = await tx.row<{ types: LeadTypeRow[] | null; twins: Twin[] | null; sources_on: Id[] | null }>(sql`
    select
      (select json_agg(json_build_object('id', t.id, 'key', t.key, 'name', t.name)) from leads.lead_types t
        where t.tenant_id = ${tenant.id} and t.key = any(${types}::text[]) and t.archived_at is null) as types,
      (select json_agg(json_build_object('type', t.key, 'key', k.key, 'lead_id', k.lead_id))
        from unnest(${wanted.map(([type]) => type)}::text[], ${wanted.map(([, key]) => key)}::text[]) as w(type, key)
        join leads.lead_types t on t.tenant_id = ${tenant.id} and t.key = w.type
        join leads.lead_keys k on k.tenant_id = ${tenant.id} and k.lead_type_id = t.id and k.key = w.key
        where k.received_at > ${clock.now()}::timestamptz - make_interval(days => t.look_back_days)) as twins,
      (select json_agg(s.id) from leads.lead_sources s where s.tenant_id = ${tenant.id} and s.id = any(${sources}::uuid[]) and s.enabled) as sources_on`);
  return {
    types: new Map((row?.types ?? []).map((type) => [type.key, type])),
    twins: new Map((row?.twins ?? []).map((twin) => [`${twin.type} ${twin.key}`, twin.lead_id])),
    sourcesOn: new Set(row?.sources_on ?? []),
  };
}

/** In the order of arrival: a lead that is taken in is known to those behind it, a duplicate is not (requirements 3.8). */
function judge(input: NewLead, known: Known): Judged {
  if (input.sourceId && !known.sourcesOn.has(input.sourceId)) return { answer: new SourceOff() };
  const type = known.types.get(input.type);
  if (!type) return { answer: new InvalidInput({ type: { key: 'leads.problem.type-unknown' } }) };
  const keys = input.keys.map((key) => `${input.type} ${key}`);
  const twin = keys.map((key) => known.twins.get(key)).find((id) => id !== undefined);
  if (twin) return { answer: answered(200, { id: twin, outcome: 'duplicate' }) };
  for (const key of keys) known.twins.set(key, input.id);
  return { accepted: { ...input, typeId: type.id, typeKey: sortKey(type.name) } };
}

async function deliver(tx: Tx, accepted: readonly AcceptedLead[]): Promise<ReadonlySet<Id>> {
  if (accepted.length === 0) return new Set();
  const orders = routeLeads(accepted, await ordersThatWant(tx, accepted));
  const now = tx.ctx.clock.now();
  const rows = accepted.map((lead, index) => leadRow(tx, lead, orders[index], now));
  await writeLeads(tx, rows);
  const delivered = rows.flatMap(({ id, delivery_id, order_id, account_id }) =>
    delivery_id && order_id && account_id ? [{ leadId: id, deliveryId: delivery_id, orderId: order_id, accountId: account_id }] : [],
  );
  if (delivered.length > 0) await tx.publishAll(leadDelivered, delivered);
  return new Set(delivered.map(({ leadId }) => leadId));
}
