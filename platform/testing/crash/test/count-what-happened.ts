import pg from 'pg';
import type { CrashSite } from '../crash-site.ts';
import type { FollowedMails } from './follow-mails.ts';
import { decideTwice, type Promised, type ReturnMarket } from './return-market.ts';

/** One thing that must hold after everything was killed. It holds when `found` equals `expected`. */
export interface Count {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

/** Rows of the market's business, read as the runtime role inside the business. */
export interface Rows {
  one<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row>;
  all<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Opens a session of the runtime role that stands inside the market's business. */
export async function readRows(site: CrashSite, { business }: ReturnMarket): Promise<Rows> {
  const client = new pg.Client({ connectionString: site.run().database!.runtime });
  await client.connect();
  await client.query(`select set_config('portico.tenant_id', $1, false)`, [business.tenantId]);
  const all = async <Row extends object>(text: string, values: readonly unknown[] = []) => (await client.query<Row>(text, [...values])).rows;
  return { all, one: async <Row extends object>(text: string, values?: readonly unknown[]) => (await all<Row>(text, values))[0]!, close: () => client.end() };
}

const RETURNS = `returns.lead_returns r`;
const PROCESSES = `portico.processes p join ${RETURNS} on r.id = p.subject`;

/** What is still under way in the market, by name; all zero when it has come to rest. */
export interface Unrest {
  readonly undecided: number;
  readonly open: number;
  readonly events: number;
  readonly mails: number;
}

const unrest = (rows: Rows, orderId: string): Promise<Unrest> =>
  rows.one(
    `select (select count(*)::int from ${RETURNS} where r.order_id = $1 and r.status = 'pending') as undecided,
      (select count(*)::int from ${PROCESSES} where r.order_id = $1 and r.status <> 'pending' and p.ended_at is null) as open,
      (select count(*)::int from portico.event_deliveries where state = 'waiting') as events,
      (select count(*)::int from portico.mails where state in ('waiting', 'sending', 'unknown')) as mails`,
    [orderId],
  );

/**
 * Decides what nobody knows to be decided (its answer was lost), then waits until every process of the market has ended
 * and nothing waits to go out. What a killed worker had claimed is free again after a minute; how long the rest takes
 * depends on the machine, so it only fails when nothing has moved for a while.
 */
export async function settle(site: CrashSite, market: ReturnMarket, promised: Promised, stillForSeconds = 180): Promise<void> {
  const rows = await readRows(site, market);
  try {
    let moved = { at: performance.now(), unrest: '' };
    for (;;) {
      const left = await rows.all<{ id: string }>(`select r.id from ${RETURNS} where r.order_id = $1 and r.status = 'pending'`, [market.orderId]);
      for (const { id } of left) await decideTwice(market, promised, id);
      const still = await unrest(rows, market.orderId);
      if (Object.values(still).every((count) => count === 0)) return;
      if (JSON.stringify(still) !== moved.unrest) moved = { at: performance.now(), unrest: JSON.stringify(still) };
      if (performance.now() - moved.at > stillForSeconds * 1_000) throw new Error(`Nothing has moved for ${stillForSeconds} s: ${moved.unrest}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  } finally {
    await rows.close();
  }
}

/** Compares what was answered with what is there: leads, decisions, room, processes and mails. Changes nothing. */
export async function countWhatHappened(site: CrashSite, market: ReturnMarket, promised: Promised, mails: FollowedMails): Promise<Count[]> {
  const rows = await readRows(site, market);
  try {
    return [
      ...(await countLeads(rows, market, promised)),
      ...(await countDecisions(rows, market, promised)),
      ...(await countProcesses(rows, market)),
      ...(await countMails(rows, await mails.copies())),
    ];
  } finally {
    await rows.close();
  }
}

async function countLeads(rows: Rows, { orderId, typeKey }: ReturnMarket, { leads }: Promised): Promise<Count[]> {
  const ids = [...leads.keys()];
  const delivered = [...leads].filter(([, outcome]) => outcome === 'delivered').map(([id]) => id);
  const found = await rows.one<Record<string, number>>(
    `select (select count(*)::int from leads.leads where id = any($1::uuid[])) as answered,
      (select count(*)::int from leads.lead_deliveries where lead_id = any($2::uuid[]) and order_id = $3) as delivered,
      (select count(*)::int from leads.leads l join leads.lead_types t on t.id = l.lead_type_id where t.key = $4) as stored,
      (select count(distinct l.phone)::int from leads.leads l join leads.lead_types t on t.id = l.lead_type_id where t.key = $4) as phones,
      (select received::int from leads.lead_orders where id = $3) as received,
      (select count(*)::int from leads.lead_deliveries where order_id = $3 and given_back_at is null) as kept,
      (select count(*)::int from leads.lead_deliveries where order_id = $3 and notified_at is null) as untold`,
    [ids, delivered, orderId, typeKey],
  );
  return [
    { what: 'leads that were answered for and are there', expected: ids.length, found: found.answered! },
    { what: 'leads answered as delivered that were delivered once', expected: delivered.length, found: found.delivered! },
    { what: 'leads of different people among those stored', expected: found.stored!, found: found.phones! },
    { what: "leads in the order's count, as deliveries that were not given back", expected: found.kept!, found: found.received! },
    { what: 'deliveries that nobody was told of', expected: 0, found: found.untold! },
  ];
}

async function countDecisions(rows: Rows, { orderId }: ReturnMarket, { returns }: Promised): Promise<Count[]> {
  const decided = [...returns].filter(([, outcome]) => outcome !== undefined);
  const found = await rows.one<Record<string, number>>(
    `select (select count(*)::int from ${RETURNS} where r.id = any($1::uuid[])) as answered,
      (select count(*)::int from ${RETURNS} join unnest($2::uuid[], $3::text[]) as a(id, outcome) on a.id = r.id and a.outcome = r.decision) as "asAnswered",
      (select count(*)::int from ${RETURNS} where r.order_id = $4) as stored,
      (select count(*)::int from portico.audit_log a join ${RETURNS} on r.id = (a.after ->> 'returnId')::uuid where a.what = 'returns.decided' and r.order_id = $4) as decisions,
      (select count(*)::int from ${RETURNS} where r.order_id = $4 and r.decision = 'approved') as approved,
      (select count(*)::int from leads.lead_deliveries where order_id = $4 and given_back_at is not null) as "givenBack",
      (select count(*)::int from ${RETURNS} join leads.lead_deliveries d on d.id = r.delivery_id and d.given_back_cause = r.id where r.order_id = $4 and r.decision = 'approved') as "byCause"`,
    [[...returns.keys()], decided.map(([id]) => id), decided.map(([, outcome]) => outcome), orderId],
  );
  return [
    { what: 'returns that were answered for and are there', expected: returns.size, found: found.answered! },
    { what: 'decisions that stand as they were answered', expected: decided.length, found: found.asAnswered! },
    { what: 'decisions made, one for each return', expected: found.stored!, found: found.decisions! },
    { what: 'rooms given back, one for each approval', expected: found.approved!, found: found.givenBack! },
    { what: 'rooms given back for the cause of their own return', expected: found.approved!, found: found.byCause! },
  ];
}

async function countProcesses(rows: Rows, { orderId }: ReturnMarket): Promise<Count[]> {
  const found = await rows.one<Record<string, number>>(
    `with mine as (select p.id, p.outcome, p.ended_at, r.decision from ${PROCESSES} where r.order_id = $1),
      steps as (select m.id, m.decision, s.step, s.round from mine m join portico.process_steps s on s.process_id = m.id)
    select (select count(*)::int from ${RETURNS} where r.order_id = $1) as returns, (select count(*)::int from mine) as processes,
      (select count(*)::int from mine where ended_at is not null and outcome = decision) as ended,
      (select count(*)::int from steps) as steps, (select count(distinct (id, step))::int from steps) as "differentSteps",
      (select count(*)::int from steps where step = 'tell-customer') as told,
      (select count(*)::int from steps where step = 'book-outcome') as booked,
      (select count(*)::int from mine where decision = 'approved') as approved`,
    [orderId],
  );
  return [
    { what: 'processes, one for each return', expected: found.returns!, found: found.processes! },
    { what: 'processes that ended with the decision', expected: found.returns!, found: found.ended! },
    { what: 'steps taken, each of them once', expected: found.differentSteps!, found: found.steps! },
    { what: 'customers told of the outcome', expected: found.returns!, found: found.told! },
    { what: 'outcomes booked, one for each approval', expected: found.approved!, found: found.booked! },
  ];
}

async function countMails(rows: Rows, copies: ReadonlyMap<string, number>): Promise<Count[]> {
  const written = await rows.all<{ message_id: string; state: string; tries: number; meant: string }>(
    `select message_id, state, tries, template || ' ' || user_id || ' ' || data::text as meant from portico.mails`,
  );
  const sent = written.filter(({ state }) => state === 'sent');
  const dropped = written.filter(({ state }) => state === 'dropped').length; // to a user who is disabled or has no address
  const ofOurs = new Set(written.map(({ message_id }) => message_id));
  // more than one copy is allowed to those alone whose first sending was interrupted
  const twice = written.filter(({ message_id, tries }) => (copies.get(message_id) ?? 0) > 1 && tries < 2);
  return [
    { what: 'mails that were sent, of all that were written', expected: written.length - dropped, found: sent.length },
    { what: 'sent mails that are in the mailbox', expected: sent.length, found: sent.filter(({ message_id }) => copies.has(message_id)).length },
    { what: 'mails in the mailbox that nobody wrote', expected: 0, found: [...copies.keys()].filter((id) => !ofOurs.has(id)).length },
    { what: 'mails that left twice without having been unknown', expected: 0, found: twice.length },
    { what: 'mails that mean the same as another', expected: 0, found: written.length - new Set(written.map(({ meant }) => meant)).size },
  ];
}
