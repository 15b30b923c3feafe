import { hoursAfter, hoursBetween, type Id, type Instant } from '@portico/kit';
import { type Ctx, type DemoStory, PorticoError, sql, type Tx } from '@portico/kit/server';
import { leads } from '@portico/plugin-leads/api';
import { returnApproval } from '@portico/workflows/return-approval';
import { returnSettled } from './api.ts';
import { LeadReturn, type ReturnStatus } from './lead-return.model.ts';
import type { ReturnSettings } from './plugin.ts';
import { openReturn } from './request-return.ts';

/** A delivered lead that the story may give back, with somebody of its account who would ask. */
interface Candidate {
  readonly leadId: Id;
  readonly deliveryId: Id;
  readonly orderId: Id;
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly memberId: Id | null;
  readonly deliveredAt: Instant;
  readonly askedBy: Id;
}

/** Decided returns of the last weeks, written as they were left; pending ones through the use case, so that their processes run. */
export async function writeDemo(ctx: Ctx, story: DemoStory): Promise<void> {
  await writeHistory(ctx, story);
  await writePending(ctx, story);
}

const HISTORY: readonly ReturnStatus[] = ['approved', 'approved', 'denied', 'approved', 'withdrawn', 'denied', 'approved'];
const HISTORY_MOST = 42;
const PENDING_MOST = 7;
const PENDING_REASONS = ['Wrong number', 'Out of my area', 'Wrong number', 'Duplicate'];
const NOTES = ['', 'Called three times, nobody answers.', '', 'Two counties north of us.', 'They wanted gutters only.'];

/** Of each order at most one in fifteen, so that there is room left under the cap. */
const candidates = (tx: Tx, from: Instant, to: Instant, most: number): Promise<Candidate[]> => {
  const tenant = tx.ctx.tenant.id;
  return tx.rows<Candidate>(sql`
    select c.lead_id as "leadId", c.id as "deliveryId", c.order_id as "orderId", c.account_id as "accountId",
      c.bill_group_id as "billGroupId", l.assignee_id as "memberId", c.delivered_at as "deliveredAt", m.user_id as "askedBy"
    from (
      select d.*, count(*) over (partition by d.order_id) as delivered,
        row_number() over (partition by d.order_id, d.delivered_at between ${from} and ${to} order by md5(d.id::text)) as place
      from leads.lead_delivery_v1 d where d.tenant_id = ${tenant} and d.accepts_returns
    ) c
    join leads.lead_v1 l on l.tenant_id = c.tenant_id and l.id = c.lead_id
    join lateral (
      select m.user_id from accounts.member_v1 m
      where m.tenant_id = c.tenant_id and m.account_id = c.account_id and m.is_admin and m.enabled order by m.id limit 1
    ) m on true
    where c.delivered_at between ${from} and ${to} and c.place <= c.delivered / 15
      and not exists (select from returns.lead_returns r where r.tenant_id = c.tenant_id and r.delivery_id = c.id)
    order by md5(c.id::text) limit ${most}`);
};

async function writeHistory(ctx: Ctx, story: DemoStory): Promise<void> {
  const found = await ctx.inTenant((tx) => candidates(tx, hoursAfter(story.now, -24 * 40), hoursAfter(story.now, -24 * 6), HISTORY_MOST));
  for (const [index, candidate] of found.entries()) {
    const status = HISTORY[index % HISTORY.length] ?? 'approved';
    const row = await ctx.inTenant((tx) => writeSettled(tx, candidate, status, story));
    if (status === 'approved') await ctx.use(leads).giveBack(candidate.deliveryId, row.id);
  }
}

/** A return as its process left it: the row, the ended process with its steps, and the event that lists hear. */
async function writeSettled(tx: Tx, from: Candidate, status: ReturnStatus, story: DemoStory): Promise<LeadReturn> {
  const { reasons, decisionHours, atDeadline } = tx.ctx.settings<ReturnSettings>();
  const requestedAt = hoursAfter(from.deliveredAt, 2 + Math.floor(story.random() * 70));
  const settledAt = hoursAfter(requestedAt, 1 + Math.floor(story.random() * (decisionHours - 2)));
  const outcome = status === 'approved' || status === 'denied' ? status : null;
  const row = await tx
    .query(LeadReturn)
    .insertAndFetch({
      id: tx.ctx.newId(),
      lead_id: from.leadId,
      delivery_id: from.deliveryId,
      order_id: from.orderId,
      account_id: from.accountId,
      bill_group_id: from.billGroupId,
      member_id: from.memberId,
      requested_by: from.askedBy,
      reason: reasons[Math.floor(story.random() * reasons.length)] ?? 'Wrong number',
      note: NOTES[Math.floor(story.random() * NOTES.length)] ?? '',
      requested_at: requestedAt,
      delivered_at: from.deliveredAt,
      decide_by: hoursAfter(requestedAt, decisionHours),
      at_deadline: atDeadline === 'approve' ? 'approved' : 'denied',
      decision: outcome,
      because: outcome && (outcome === 'denied' ? 'We reached the caller at the number given.' : 'Sorry about this one.'),
      decided_at: outcome && settledAt,
      decided_by: outcome && 'staff',
      withdrawn_at: outcome ? null : settledAt,
      booked_at: outcome === 'approved' ? settledAt : null,
    })
    .execute();
  const ending: 'approved' | 'denied' | 'withdrawn' = outcome ?? 'withdrawn';
  await writeEndedProcess(tx, row, ending, settledAt);
  await tx.publish(returnSettled, { returnId: row.id, leadId: row.lead_id, outcome: ending });
  return row;
}

async function writeEndedProcess(tx: Tx, row: LeadReturn, outcome: 'approved' | 'denied' | 'withdrawn', endedAt: Instant): Promise<void> {
  const process = tx.ctx.newId();
  const halfTime = hoursAfter(row.requested_at, hoursBetween(row.requested_at, row.decide_by) / 2);
  const steps: { step: string; at: Instant }[] = ['confirm-to-customer', 'ask-plugins', 'tell-staff'].map((step) => ({ step, at: row.requested_at }));
  if (halfTime < endedAt) steps.push({ step: 'remind-staff', at: halfTime });
  if (outcome === 'approved') steps.push({ step: 'book-outcome', at: endedAt });
  if (outcome !== 'withdrawn') steps.push({ step: 'tell-customer', at: endedAt });
  await tx.run(sql`
    insert into portico.processes (id, kind, version, plugin_id, subject, state, outcome, started_at, ended_at)
    values (${process}, ${returnApproval.kind}, ${returnApproval.version}, ${tx.ctx.pluginId}, ${row.id}, 'ended', ${outcome}, ${row.requested_at}, ${endedAt})`);
  const written = steps.map((one, index) => ({ id: tx.ctx.newId(), position: index + 1, ...one }));
  await tx.run(sql`
    insert into portico.process_steps (id, process_id, step, round, outcome, at, position)
    select s.id, ${process}::uuid, s.step, 1, 'done', s.at, s.position
    from jsonb_to_recordset(${JSON.stringify(written)}::jsonb) as s(id uuid, step text, at timestamptz, position integer)`);
}

async function writePending(ctx: Ctx, story: DemoStory): Promise<void> {
  const { windowHours } = await ctx.inTenant(async (tx) => tx.ctx.settings<ReturnSettings>());
  const found = await ctx.inTenant((tx) => candidates(tx, hoursAfter(story.now, -(windowHours - 24)), hoursAfter(story.now, -3), PENDING_MOST * 4));
  let written = 0;
  for (const candidate of found) {
    if (written === PENDING_MOST) return;
    if (await askFor(ctx, candidate, written)) written += 1;
  }
}

/** False where a rule refuses this lead: the story then takes the next one. */
async function askFor(ctx: Ctx, { leadId, askedBy, deliveredAt }: Candidate, place: number): Promise<boolean> {
  const lead = await ctx.use(leads).deliveredLead(leadId);
  if (!lead) return false;
  const reason = PENDING_REASONS[place % PENDING_REASONS.length] ?? 'Wrong number';
  try {
    await ctx.inTenant(async (tx) => {
      const asked = await openReturn(tx, lead, { reason, note: NOTES[place % NOTES.length] ?? '', requestedBy: askedBy });
      await askEarlier(tx, asked, deliveredAt, place * 6);
    });
    return true;
  } catch (error) {
    if (error instanceof PorticoError) return false;
    throw error;
  }
}

/** Spreads the deadlines of the queue: as if it had been asked for some hours ago, though not before it was delivered. */
async function askEarlier(tx: Tx, asked: LeadReturn, deliveredAt: Instant, hours: number): Promise<void> {
  const most = Math.floor(hoursBetween(deliveredAt, asked.requested_at));
  const earlier = -Math.min(hours, Math.max(0, most - 1));
  await asked.$query(tx.sql).patch({ requested_at: hoursAfter(asked.requested_at, earlier), decide_by: hoursAfter(asked.decide_by, earlier) });
}
