import type { PageRequest } from '@portico/kit/page';
import { intentOf, type Ctx, type Submitted } from '@portico/kit/server';
import { planParts } from '../api.ts';
import { archivePlan } from '../plan/archive-plan.ts';
import { changePlan } from '../plan/change-plan.ts';
import { readPlan } from '../plan/plan.queries.ts';
import { publishPlan } from '../plan/publish-plan.ts';
import { offeredCurrencies, planIn } from '../views/plan-form.ts';

/** One plan, with what other plugins put into it. */
export async function load(ctx: Ctx, request: PageRequest) {
  const plan = await ctx.inTenant((tx) => readPlan(tx, request.params['planId']!));
  return { plan, mayManage: ctx.may('manage', 'Plan'), currencies: offeredCurrencies(ctx), parts: await ctx.slot(planParts, { planId: plan.id }) };
}

/** Change a draft, sell it, sell it no more. */
export async function submit(ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> {
  const planId = request.params['planId']!;
  const work = intentOf<() => Promise<string>>(form, {
    change: async () => {
      await changePlan(ctx, planId, planIn(form));
      return 'billing.plan.say-changed';
    },
    publish: async () => {
      await publishPlan(ctx, planId);
      return 'billing.plan.say-published';
    },
    archive: async () => {
      await archivePlan(ctx, planId);
      return 'billing.plan.say-archived';
    },
  });
  return { ok: true, say: await work() };
}
