import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { lockPlan } from './change-plan.ts';

/** A plan is sold no more; who has it keeps it. Its name is free again. Repeating it changes nothing. */
export async function archivePlan(ctx: Ctx, planId: Id): Promise<void> {
  ctx.demand('manage', 'Plan');
  await ctx.inTenant(async (tx) => {
    const plan = await lockPlan(tx, planId);
    if (plan.state === 'archived') return;
    await plan.$query(tx.sql).patch({ state: 'archived', archived_at: ctx.clock.now() });
    await tx.audit('billing.plan-archived', null, { planId, name: plan.name });
  });
}
