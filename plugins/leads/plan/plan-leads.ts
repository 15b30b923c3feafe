import { InvalidInput, NotFound, type Id } from '@portico/kit';
import { emptySql, sql, walkRows, type Ctx, type ListPlace, type Tx, type WalkedPage } from '@portico/kit/server';
import { billing } from '@portico/plugin-billing/api';
import { z } from 'zod';
import { LeadType } from '../type/lead-type.model.ts';

/** How many leads of a type a plan includes in each billing period; none takes the type out of it. */
export const SetPlanLeads = z.object({
  planId: z.uuid(),
  typeId: z.uuid('leads.problem.type-unknown'),
  count: z.int('leads.problem.plan-leads').min(0, 'leads.problem.plan-leads').max(1_000_000, 'leads.problem.plan-leads'),
});
export type SetPlanLeads = z.output<typeof SetPlanLeads>;

/** The leads of one type in a plan. */
export interface PlanLeads {
  readonly id: Id;
  readonly planId: Id;
  readonly typeId: Id;
  readonly type: string;
  readonly count: number;
}

/** The orders of the list of a plan's leads. */
export const PLAN_LEAD_SORTS = ['type', '-type'] as const;

/**
 * Staff say what a plan includes (R-0.33). Periods that are paid from now on have it; an order that is open stays as it is.
 * Repeating it changes nothing. Throws NotFound for a plan that is not there, InvalidInput at `typeId`.
 */
export async function setPlanLeads(ctx: Ctx, { planId, typeId, count }: SetPlanLeads): Promise<void> {
  ctx.demand('manage', 'LeadOrder');
  const plans = await ctx.use(billing).planNames();
  if (!plans.some((plan) => plan.planId === planId)) throw new NotFound();
  await ctx.inTenant(async (tx) => {
    if (!(await tx.query(LeadType).findById(typeId))) throw new InvalidInput({ typeId: { key: 'leads.problem.type-unknown' } });
    await (count === 0 ? leaveOut(tx, planId, typeId) : include(tx, planId, typeId, count));
    await tx.audit('leads.plan-leads-set', null, { planId, typeId, count });
  });
}

const include = (tx: Tx, planId: Id, typeId: Id, count: number): Promise<number> =>
  tx.run(sql`insert into leads.plan_leads (id, plan_id, lead_type_id, count) values (${tx.ctx.newId()}, ${planId}, ${typeId}, ${count})
    on conflict (tenant_id, plan_id, lead_type_id) do update set count = excluded.count`);

const leaveOut = (tx: Tx, planId: Id, typeId: Id): Promise<number> =>
  tx.run(sql`delete from leads.plan_leads where tenant_id = ${tx.ctx.tenant.id} and plan_id = ${planId} and lead_type_id = ${typeId}`);

/** What a plan includes, or every plan, by the names of the types. Nothing for a plan that is not there. */
export async function listPlanLeads(tx: Tx, planId: Id | undefined, place: ListPlace): Promise<WalkedPage<PlanLeads>> {
  tx.ctx.demand('manage', 'LeadOrder');
  const rows = await tx.rows<PlanLeads>(sql`select p.id, p.plan_id as "planId", p.lead_type_id as "typeId", t.name as type, p.count from leads.plan_leads p
    join leads.lead_types t on t.tenant_id = ${tx.ctx.tenant.id} and t.id = p.lead_type_id
    where p.tenant_id = ${tx.ctx.tenant.id} ${planId ? sql`and p.plan_id = ${planId}` : emptySql} order by t.name, p.id`);
  return walkRows(rows, ({ type, id }) => ({ key: type, id }), place);
}
