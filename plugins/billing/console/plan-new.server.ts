import { type Ctx, type Submitted, textIn } from '@portico/kit/server';
import { z } from 'zod';
import { createPlan } from '../plan/create-plan.ts';
import { offeredCurrencies, planIn } from '../views/plan-form.ts';

/** What the form of a new plan begins with; it makes one plan, however often it is sent. */
export const load = (ctx: Ctx) => Promise.resolve({ planId: ctx.newId(), currencies: offeredCurrencies(ctx) });

/** Writes the draft down and opens its page. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const id = await createPlan(ctx, planIn(form), z.uuid().optional().parse(textIn(form, 'planId')));
  return { ok: true, say: 'billing.plan.say-created', go: `/console/billing/plans/${id}` };
}
