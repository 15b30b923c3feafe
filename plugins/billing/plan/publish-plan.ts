import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { lockPlan } from './change-plan.ts';
import { PlanArchived } from './plan-errors.ts';

/** A draft can be sold from now on, and stays as it is. A live plan stays live; an archived one throws PlanArchived. */
export async function publishPlan(ctx: Ctx, planId: Id): Promise<void> {
  ctx.demand('manage', 'Plan');
  await ctx.inTenant(async (tx) => {
    const plan = await lockPlan(tx, planId);
    if (plan.state === 'live') return;
    if (plan.state === 'archived') throw new PlanArchived({ plan: plan.name });
    await plan.$query(tx.sql).patch({ state: 'live', live_at: ctx.clock.now() });
    await tx.audit('billing.plan-published', null, { planId, name: plan.name });
  });
}
