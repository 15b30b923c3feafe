import { hoursAfter, type Id, type Instant } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import type { TestCustomer, TestMember } from '@portico/plugin-accounts/testing';
import { prepareLead } from '../lead/new-lead.ts';
import { leadRow, writeLeads } from '../lead/write-leads.ts';
import type { LeadMarket } from './lead-market.ts';

const FIRST = ['Maren', 'Theo', 'Priya', 'Sam', 'Ines', 'Joon', 'Adaeze', 'Édouard', 'Łucja', 'Owen', 'Zoë', 'Ana'];
const LAST = ['Oduya', 'Lindqvist', 'Raman', 'Whitlock', 'Carvalho', 'Park', 'Obi', 'Marchetti', 'Haddad', 'Bramwell', 'Yilmaz'];
const TOWNS = ['Gresham', 'Portland', 'Beaverton', 'Salem', 'Hillsboro', 'Tigard', 'Oregon City'];

/** Repeatable chance (mulberry32). */
export const chance = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

/** So many delivered leads of an account over so many days, a part of them assigned: rows as ingest leaves them. */
export async function deliverMany(
  market: LeadMarket,
  {
    account,
    orderId,
    count,
    days = 90,
    members = [],
    seed = 1,
    typeId = market.typeId,
    typeName = 'roofing',
  }: { account: TestCustomer; orderId: Id; count: number; days?: number; members?: readonly TestMember[]; seed?: number; typeId?: Id; typeName?: string },
): Promise<void> {
  const ctx = market.business.systemCtx('leads');
  const random = chance(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  for (let done = 0; done < count; done += 1_000) {
    await ctx.inTenant(async (tx) => {
      const rows = Array.from({ length: Math.min(1_000, count - done) }, () => {
        const body = { type: 'roofing', name: `${pick(FIRST)} ${pick(LAST)}`, phone: market.phone(), town: pick(TOWNS), email: undefined };
        const lead = { ...prepareLead(tx.ctx, { body }), typeId, typeKey: typeName };
        const order = {
          id: orderId,
          lead_type_id: typeId,
          account_id: account.accountId,
          bill_group_id: account.billGroupId,
          places: [],
          room: 1,
          price_minor: 2_500,
          currency: 'USD',
        };
        return leadRow(tx, lead, order, hoursAfter(tx.ctx.clock.now(), -Math.floor(random() * days * 24 * 64) / 64));
      });
      await writeLeads(tx, rows);
      await spread(
        tx,
        rows.map((row) => ({
          id: row.id,
          member: random() < 0.7 && members.length > 0 ? pick(members).memberId : null,
          status: pick(['new', 'contacted', 'won', 'lost']),
        })),
      );
    });
  }
}

async function spread(tx: Tx, work: readonly { id: Id; member: Id | null; status: string }[]): Promise<void> {
  await tx.run(sql`update leads.leads l set assignee_id = w.member, assignee_key = coalesce((select lower(m.name) from accounts.member_v1 m where m.id = w.member), ''), status = w.status
    from json_to_recordset(${JSON.stringify(work)}::json) as w(id uuid, member uuid, status text) where l.id = w.id`);
}

/** A lead line of a test, as the database has it. */
export interface StoredLead {
  readonly id: Id;
  readonly received_at: Instant;
  readonly assignee_id: Id | null;
  readonly account_id: Id | null;
}

/** As `deliverMany`, but made in the database: for tests that need volume and do not look at single rows. */
export async function deliverVolume(
  market: LeadMarket,
  { account, orderId, count, members }: { account: TestCustomer; orderId: Id; count: number; members: readonly TestMember[] },
): Promise<void> {
  await market.business.systemCtx('leads').inTenant(async (tx) => {
    const now = tx.ctx.clock.now();
    await tx.run(sql`
      with made as materialized (
        select gen_random_uuid() as id, gen_random_uuid() as delivery_id, ${now}::timestamptz - make_interval(mins => (random() * 130000)::int) as at,
          (${FIRST}::text[])[1 + floor(random() * ${FIRST.length})::int] || ' ' || (${LAST}::text[])[1 + floor(random() * ${LAST.length})::int] as name,
          (${TOWNS}::text[])[1 + floor(random() * ${TOWNS.length})::int] as town, case when random() < 0.7 then (${members.map((member) => member.memberId)}::uuid[])[1 + floor(random() * ${members.length})::int] end as member_id,
          (array['new', 'contacted', 'won', 'lost'])[1 + floor(random() * 4)::int] as status, '1503' || (2000000 + n) as digits
        from generate_series(1, ${count}::int) n),
      leads as (
        insert into leads.leads (id, lead_type_id, name, phone, town, received_at, delivery_id, order_id, account_id, bill_group_id, delivered_at, assignee_id, assignee_key, status, name_key, town_key, type_key, words)
        select id, ${market.typeId}, name, '+' || digits, town, at, delivery_id, ${orderId}, ${account.accountId}, ${account.billGroupId}, at, member_id, coalesce(member_id::text, ''), status, lower(name), lower(town), 'roofing', string_to_array(lower(name || ' ' || town || ' ' || digits), ' ') from made),
      deliveries as (
        insert into leads.lead_deliveries (id, lead_id, order_id, account_id, bill_group_id, delivered_at, price_minor, currency)
        select delivery_id, id, ${orderId}, ${account.accountId}, ${account.billGroupId}, at, 2500, 'USD' from made),
      assignments as (
        insert into leads.lead_assignments (id, lead_id, member_id, assigned_by, assigned_by_name, at) select gen_random_uuid(), id, member_id, delivery_id, 'Admin', at from made where member_id is not null),
      changes as (
        insert into leads.lead_status_changes (id, lead_id, status, changed_by, changed_by_name, at) select gen_random_uuid(), id, status, delivery_id, 'Admin', at from made where status <> 'new')
      insert into leads.lead_words (lead_id, account_id, word)
      select distinct id, ${account.accountId}::uuid, word from made, unnest(string_to_array(lower(name || ' ' || town || ' ' || digits), ' ')) as word`);
  });
}
