import { NotFound, type Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { columnsOf, demandFreeName, writePrices } from './create-plan.ts';
import { Plan, Price } from './plan.model.ts';
import { PlanNotDraft } from './plan-errors.ts';
import type { WritePlan } from './plan-input.ts';

/** Rewrites a draft. Throws PlanNotDraft for any other plan, NotFound, InvalidInput at `name`. */
export async function changePlan(ctx: Ctx, planId: Id, input: WritePlan): Promise<void> {
  ctx.demand('manage', 'Plan');
  await ctx.inTenant(async (tx) => {
    const plan = await lockPlan(tx, planId);
    if (plan.state !== 'draft') throw new PlanNotDraft({ plan: plan.name });
    await demandFreeName(tx, input.name, planId);
    await plan.$query(tx.sql).patch(columnsOf(input));
    await tx.query(Price).delete().where({ plan_id: planId });
    await writePrices(tx, planId, input);
    await tx.audit('billing.plan-changed', { planId, name: plan.name }, { planId, name: input.name });
  });
}

/** The plan with its row locked. Throws NotFound. */
export async function lockPlan(tx: Tx, planId: Id): Promise<Plan> {
  const plan = await tx.query(Plan).findById(planId).forUpdate();
  if (!plan) throw new NotFound();
  return plan;
}
