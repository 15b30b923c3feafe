import { InvalidInput, msBetween, NotFound, type Id, type Instant } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { z } from 'zod';
import { leadAssigned } from '../api.ts';
import { assignableMember } from './assignable-members.ts';
import { AssignmentMovedOn, AssignmentSettled } from './lead-errors.ts';
import { Lead, LeadAssignment } from './lead.model.ts';
import { sortKey } from './sort-keys.ts';

/** Whom a lead is given to; null takes it away from whoever has it. */
export const AssignLead = z.object({ memberId: z.uuid('leads.problem.member').nullable() });
export type AssignLead = z.output<typeof AssignLead>;

/** How long the page offers to take an assignment back, in business minutes. */
export const UNDO_MINUTES = 10;

/**
 * Gives delivered leads to a member of their account, or to nobody, and tells the other plugins. Giving one to
 * whoever has it changes nothing.
 */
export async function assignLeads(ctx: Ctx, leadIds: readonly Id[], { memberId }: AssignLead): Promise<void> {
  ctx.demand('assign', 'Lead');
  await ctx.inTenant(async (tx) => {
    const changed = await assign(tx, await lockLeads(tx, leadIds), memberId);
    if (memberId === null || changed.length === 0) return;
    const assignedBy = ctx.actor.id;
    await tx.publishAll(
      leadAssigned,
      changed.map((leadId) => ({ leadId, memberId, assignedBy })),
    );
  });
}

/** Gives one lead; see `assignLeads`. */
export const assignLead = (ctx: Ctx, leadId: Id, input: AssignLead): Promise<void> => assignLeads(ctx, [leadId], input);

// In one order everywhere, so that two people who pick the same leads wait for each other and do not deadlock.
async function lockLeads(tx: Tx, leadIds: readonly Id[]): Promise<Lead[]> {
  const ids = [...new Set(leadIds)];
  const leads = await tx.query(Lead).whereIn('id', ids).orderBy('id').forUpdate();
  if (leads.length < ids.length) throw new NotFound();
  for (const lead of leads) tx.ctx.demand('assign', 'Lead', lead);
  return leads;
}

/** The ids of the leads that changed hands. */
async function assign(tx: Tx, leads: readonly Lead[], memberId: Id | null): Promise<readonly Id[]> {
  const memberKey = await demandAssignable(tx, leads, memberId);
  const { tenant, actor, clock } = tx.ctx;
  const changed = leads.filter((lead) => lead.assignee_id !== memberId).map((lead) => lead.id);
  if (changed.length === 0) return changed;
  await tx.run(
    sql`update leads.leads set assignee_id = ${memberId}, assignee_key = ${memberKey} where tenant_id = ${tenant.id} and id = any(${changed}::uuid[])`,
  );
  await tx.run(sql`insert into leads.lead_assignments (id, lead_id, member_id, assigned_by, assigned_by_name, at)
    select made.id, made.lead_id, ${memberId}::uuid, ${actor.id}::uuid, ${actor.name}, ${clock.now()}::timestamptz
    from unnest(${changed.map(() => tx.ctx.newId())}::uuid[], ${changed}::uuid[]) as made(id, lead_id)`);
  return changed;
}

/** The member's name as lists sort it. Throws NotFound for a lead that nobody bought, InvalidInput at `memberId`. */
async function demandAssignable(tx: Tx, leads: readonly Lead[], memberId: Id | null): Promise<string> {
  let key = '';
  for (const accountId of new Set(leads.map((lead) => lead.account_id))) {
    if (accountId === null) throw new NotFound();
    if (memberId === null) continue;
    const member = await assignableMember(tx, accountId, memberId);
    if (!member) throw new InvalidInput({ memberId: { key: 'leads.problem.member' } });
    key = sortKey(member.name);
  }
  return key;
}

/** The assignment that stands, when the actor made it just now: what the page offers to take back. */
export interface FreshAssignment {
  readonly assignmentId: Id;
  readonly at: Instant;
  readonly to: string | null;
  readonly from: string | null;
}

/** The last assignment of a lead if the actor made it within the last minutes. */
export async function freshAssignment(tx: Tx, leadId: Id): Promise<FreshAssignment | undefined> {
  const { tenant, actor, clock } = tx.ctx;
  const [last, earlier] = await tx.rows<{ id: Id; at: Instant; name: string | null; assigned_by: Id; is_fresh: boolean }>(sql`
    select a.id, a.at, m.name, a.assigned_by, a.at > ${clock.now()}::timestamptz - make_interval(mins => ${UNDO_MINUTES}::int) as is_fresh
    from leads.lead_assignments a left join accounts.member_v1 m on m.tenant_id = ${tenant.id} and m.id = a.member_id
    where a.tenant_id = ${tenant.id} and a.lead_id = ${leadId} order by a.at desc, a.id desc limit 2`);
  if (!last?.is_fresh || last.assigned_by !== actor.id) return undefined;
  return { assignmentId: last.id, at: last.at, to: last.name, from: earlier?.name ?? null };
}

/**
 * Takes an assignment of the last minutes back: the lead goes to whoever had it before, without a word to them. Throws AssignmentMovedOn when it is
 * not the last one, AssignmentSettled when it is older.
 */
export async function undoAssignment(ctx: Ctx, leadId: Id, assignmentId: Id): Promise<void> {
  ctx.demand('assign', 'Lead');
  await ctx.inTenant(async (tx) => {
    const lead = await lockAfterAssigning(tx, leadId, assignmentId);
    const [last, earlier] = await tx.query(LeadAssignment).where({ lead_id: leadId }).orderBy('at', 'desc').orderBy('id', 'desc').limit(2);
    if (last?.id !== assignmentId) throw new AssignmentMovedOn();
    if (msBetween(last.at, ctx.clock.now()) > UNDO_MINUTES * 60_000) throw new AssignmentSettled({ minutes: UNDO_MINUTES });
    await assign(tx, [lead], earlier?.member_id ?? null);
  });
}

// Whoever gave a lead away no longer sees it, but may take the gift back: the assignment of their own is the right to it.
async function lockAfterAssigning(tx: Tx, leadId: Id, assignmentId: Id): Promise<Lead> {
  const own = await tx.query(LeadAssignment).findById(assignmentId).where({ lead_id: leadId, assigned_by: tx.ctx.actor.id });
  if (!own) throw new NotFound();
  const lead = await tx.query(Lead).findById(leadId).forUpdate();
  if (!lead) throw new NotFound();
  return lead;
}
