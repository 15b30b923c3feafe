import type { BenchBusiness } from '../businesses.ts';
import type { Call } from '../drive.ts';
import type { Figure, Side } from '../measure.ts';
import { removePosted } from '../rows.ts';
import type { Stand } from '../stand.ts';

/** So many calls are open at a time: what arrives together is folded, on both sides. */
const CONNECTIONS = 64;
/** Every so many calls somebody is posted a second time. */
const TWICE_EVERY = 50;

let people = 0;

/** What each side has answered since the last count. */
interface Answered {
  created: number;
  delivered: number;
  duplicates: number;
}

/** B1: `POST /api/v1/leads` at the first business, or at all of them in turn, with the keys of their lead sources. */
export async function measureIngest(stand: Stand, businesses: readonly BenchBusiness[], operations: number): Promise<Figure> {
  const answered: Record<Side, Answered> = { product: { created: 0, delivered: 0, duplicates: 0 }, twin: { created: 0, delivered: 0, duplicates: 0 } };
  const figure = await stand.measure(businesses.length === 1 ? 'B1 ingest, 1 tenant' : `B1 ingest, ${businesses.length} tenants`, {
    operations,
    async run(side) {
      const calls = Array.from({ length: operations }, (_, at) => postOf(businesses[at % businesses.length]!, side, at));
      for (let at = TWICE_EVERY; at < operations; at += TWICE_EVERY) calls[at] = { ...(calls[at - businesses.length] ?? calls[at]!) };
      await stand.drivers[side].closedLoop(
        operations,
        CONNECTIONS,
        (at) => calls[at]!,
        (_, came) => note(answered[side], came),
      );
    },
  });
  for (const side of ['product', 'twin'] as const) await demandRows(stand, businesses, side, answered[side]);
  await removePosted(
    stand.installation.superuser,
    businesses.flatMap(({ sources }) => [sources.product.id, sources.twin.id]),
  );
  return figure;
}

function note(answered: Answered, { status, text }: { status: number; text: string }): void {
  const { outcome } = JSON.parse(text) as { outcome?: string };
  if (status === 201) answered.created += 1;
  else if (status === 200 && outcome === 'duplicate') answered.duplicates += 1;
  else throw new Error(`a lead was answered ${status}: ${text.slice(0, 300)}`);
  if (outcome === 'delivered') answered.delivered += 1;
}

function postOf({ host, types, sources }: BenchBusiness, side: Side, at: number): Call {
  const number = String((people += 1)).padStart(7, '0');
  const body = {
    type: types[at % types.length]!.key,
    name: `Posted Person ${number}`,
    email: `person.${number}@mail.example`,
    phone: `+1312${number}`,
    street: `${at} Harbor Street`,
    town: 'Gresham',
    // leads that arrive at the same moment come from different places
    postalCode: String(97_000 + (at % 97)),
    note: 'Prefers to be called in the morning',
  };
  return { host, path: '/api/v1/leads', headers: { authorization: `Bearer ${sources[side].key}` }, body: JSON.stringify(body) };
}

/** Every answer has its rows: lead, delivery, room, event and what the worker finds; and nothing more. */
async function demandRows(
  { installation }: Stand,
  businesses: readonly BenchBusiness[],
  side: Side,
  { created, delivered, duplicates }: Answered,
): Promise<void> {
  const { rows } = await installation.superuser.query<Record<string, number>>(
    `with posted as (select * from leads.leads where source_id = any($1::uuid[]))
     select (select count(*)::int from posted) as leads, (select count(*)::int from posted where delivery_id is not null) as delivered,
      (select count(*)::int from posted p join leads.lead_deliveries d on d.tenant_id = p.tenant_id and d.lead_id = p.id and d.id = p.delivery_id) as deliveries,
      (select count(*)::int from posted p join portico.event_deliveries e on e.tenant_id = p.tenant_id and e.subject = p.id) as events,
      (select count(*)::int from posted p join portico.event_deliveries e on e.tenant_id = p.tenant_id and e.subject = p.id join portico.due_work w on w.tenant_id = p.tenant_id and w.kind = 'event' and w.ref_id = e.id) as due,
      (select count(distinct (tenant_id, phone))::int from posted) as people,
      (select count(*)::int from leads.lead_orders o where o.received <> (select count(*) from leads.lead_deliveries d where d.tenant_id = o.tenant_id and d.order_id = o.id)) as "wrongOrders"`,
    [businesses.map(({ sources }) => sources[side].id)],
  );
  const expected = { leads: created, delivered, deliveries: delivered, events: delivered, due: delivered, people: created, wrongOrders: 0 };
  for (const [name, count] of Object.entries(expected))
    if (rows[0]![name] !== count) throw new Error(`ingest at the ${side}: ${rows[0]![name]} ${name} were counted, ${count} were answered for`);
  if (duplicates === 0) throw new Error('nobody was posted twice');
}
