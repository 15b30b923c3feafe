import { dayOf, daysAfter, hoursAfter, startOfDay, type Id, type Instant } from '@portico/kit';
import { sql, type Ctx, type DemoStory, type Tx } from '@portico/kit/server';
import { prepareLead } from '../lead/new-lead.ts';
import type { LeadStatus } from '../lead/lead.model.ts';
import { sortKey } from '../lead/sort-keys.ts';
import { leadRow, writeLeads, type LeadRow } from '../lead/write-leads.ts';
import type { DemoOrder } from './demo-orders.ts';
import { between, oneOf, personOf, TRADES } from './demo-words.ts';

const BATCH = 400;
const UNMATCHED = 90;

/** What the leads of a story come from. */
export interface DemoTypes {
  readonly ids: ReadonlyMap<string, Id>;
  readonly sources: readonly Id[];
}

/** Leads of every order, and some that nobody wanted: prepared and written as arriving ones are, at instants of the past. */
export async function tellLeads(ctx: Ctx, story: DemoStory, orders: readonly DemoOrder[], types: DemoTypes): Promise<void> {
  const plan = [
    ...orders.flatMap((order) => Array.from({ length: order.delivered }, () => ({ order, at: someTime(ctx, story, order.from, order.to) }))),
    ...Array.from({ length: UNMATCHED }, () => ({ order: undefined, at: someTime(ctx, story, 59, 0) })),
  ].sort((a, b) => (a.at < b.at ? -1 : 1));
  for (let start = 0; start < plan.length; start += BATCH) {
    await ctx.inTenant(async (tx) => {
      const rows = plan.slice(start, start + BATCH).map((planned, index) => rowAt(tx, story, { ...planned, number: start + index }, types));
      await writeLeads(tx, rows);
      // their mails, had there been any, went out long ago
      await tx.run(sql`update leads.lead_deliveries set notified_at = delivered_at where tenant_id = ${ctx.tenant.id} and notified_at is null`);
    });
  }
}

// In steps of 1/64 of an hour: whole milliseconds, exactly.
const someHours = (story: DemoStory, from: number, to: number): number => between(story, from * 64, to * 64) / 64;

/** Between seven and eight of a day, and never in the future. */
export function someTime(ctx: Ctx, story: DemoStory, from: number, to: number): Instant {
  const { zone } = ctx.tenant;
  const day = daysAfter(dayOf(story.now, zone), -between(story, to, from));
  const at = hoursAfter(startOfDay(day, zone), someHours(story, 7, 20));
  return at < story.now ? at : hoursAfter(story.now, -someHours(story, 0, 5));
}

export interface PlannedLead {
  readonly order: DemoOrder | undefined;
  readonly at: Instant;
  readonly number: number;
}

/** A lead of a story as it arrives: for an order, or for nobody. */
export function rowAt(tx: Tx, story: DemoStory, { order, at, number }: PlannedLead, { ids, sources }: DemoTypes): LeadRow {
  const trade = TRADES[story.business];
  const type = trade.types.find(({ key }) => key === order?.typeKey) ?? oneOf(story, trade.types);
  const body = {
    ...personOf(story, trade, number),
    type: type.key,
    note: '',
    fields: { Wants: oneOf(story, type.wants), 'Best time to call': oneOf(story, ['Morning', 'Afternoon', 'Evening']) },
  };
  const lead = { ...prepareLead(tx.ctx, { body }), sourceId: oneOf(story, sources), typeId: ids.get(type.key)!, typeKey: sortKey(type.name) };
  const taker = order && {
    id: order.orderId,
    lead_type_id: order.typeId,
    account_id: order.accountId,
    bill_group_id: order.billGroupId,
    places: [],
    room: 1,
    price_minor: order.price,
    currency: tx.ctx.tenant.currency,
    subscription_id: order.plan?.subscriptionId ?? null,
    plan_id: order.plan?.planId ?? null,
  };
  return leadRow(tx, lead, taker, at);
}

interface Member {
  readonly id: Id;
  readonly account_id: Id;
  readonly user_id: Id;
  readonly name: string;
  readonly is_admin: boolean;
}

/** Gives most leads to somebody, and says how far they came: older ones further. */
export async function tellWork(ctx: Ctx, story: DemoStory): Promise<void> {
  await ctx.inTenant(async (tx) => {
    const tenant = ctx.tenant.id;
    const members = await tx.rows<Member>(
      sql`select m.id, m.account_id, m.user_id, m.name, m.is_admin from accounts.member_v1 m where m.tenant_id = ${tenant} and m.enabled order by m.id`,
    );
    const leads = await tx.rows<{ id: Id; account_id: Id; received_at: Instant }>(
      sql`select l.id, l.account_id, l.received_at from leads.leads l where l.tenant_id = ${tenant} and l.account_id is not null order by l.received_at, l.id`,
    );
    const work = leads.map((lead) =>
      workOn(
        tx,
        story,
        lead,
        members.filter((member) => member.account_id === lead.account_id),
      ),
    );
    await writeWork(tx, work);
  });
}

function workOn(tx: Tx, story: DemoStory, lead: { id: Id; account_id: Id; received_at: Instant }, team: readonly Member[]) {
  const age = (Date.parse(story.now) - Date.parse(lead.received_at)) / 86_400_000;
  const member = story.random() < (age < 1 ? 0.4 : 0.8) ? oneOf(story, team) : undefined;
  const admin = team.find((one) => one.is_admin) ?? team[0];
  const later = (hours: number) => [hoursAfter(lead.received_at, hours), story.now].toSorted()[0]!;
  const status: LeadStatus =
    !member || age < 0.5
      ? 'new'
      : oneOf(
          story,
          age < 4
            ? ['new', 'contacted', 'contacted', 'appointment']
            : age < 15
              ? ['contacted', 'appointment', 'appointment', 'won', 'lost']
              : ['contacted', 'won', 'won', 'lost', 'lost'],
        );
  return {
    lead_id: lead.id,
    member_id: member?.id ?? null,
    member_key: sortKey(member?.name ?? ''),
    assignment_id: tx.ctx.newId(),
    assigned_by: admin?.user_id ?? null,
    assigned_by_name: admin?.name ?? '',
    assigned_at: later(someHours(story, 0, 2)),
    status,
    change_id: tx.ctx.newId(),
    changed_by: member?.user_id ?? null,
    changed_by_name: member?.name ?? '',
    changed_at: later(someHours(story, 3, 43)),
  };
}

async function writeWork(tx: Tx, work: readonly ReturnType<typeof workOn>[]): Promise<void> {
  await tx.run(sql`
    with work as materialized (
      select * from json_to_recordset(${JSON.stringify(work)}::json) as x(lead_id uuid, member_id uuid, member_key text, assignment_id uuid, assigned_by uuid,
        assigned_by_name text, assigned_at timestamptz, status text, change_id uuid, changed_by uuid, changed_by_name text, changed_at timestamptz)),
    assignments as (
      insert into leads.lead_assignments (id, lead_id, member_id, assigned_by, assigned_by_name, at)
      select assignment_id, lead_id, member_id, assigned_by, assigned_by_name, assigned_at from work where member_id is not null),
    changes as (
      insert into leads.lead_status_changes (id, lead_id, status, changed_by, changed_by_name, at)
      select change_id, lead_id, status, changed_by, changed_by_name, changed_at from work where status <> 'new')
    update leads.leads l set assignee_id = work.member_id, assignee_key = work.member_key, status = work.status
    from work where l.tenant_id = ${tx.ctx.tenant.id} and l.id = work.lead_id and work.member_id is not null`);
}
