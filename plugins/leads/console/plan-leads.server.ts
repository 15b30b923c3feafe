import type { Id } from '@portico/kit';
import type { Ctx, Submitted } from '@portico/kit/server';
import { numberIn, textIn } from '../form-text.ts';
import { listPlanLeads, SetPlanLeads, setPlanLeads } from '../plan/plan-leads.ts';
import { typesForChoice } from '../type/lead-type.queries.ts';

/** What the plan includes of leads, and the types that it could. */
export const load = (ctx: Ctx, { planId }: { readonly planId: Id }) =>
  ctx.inTenant(async (tx) => {
    const { data } = await listPlanLeads(tx, planId, { limit: 100, sort: 'type' });
    return { included: data, types: (await typesForChoice(tx)).map(({ id, name }) => ({ value: id, label: name })) };
  });

/** Sets the number of leads of a type. */
export async function submit(ctx: Ctx, form: FormData, { planId }: { readonly planId: Id }): Promise<Submitted> {
  await setPlanLeads(ctx, SetPlanLeads.parse({ planId, typeId: textIn(form, 'typeId') ?? '', count: numberIn(form, 'count') }));
  return { ok: true, say: 'leads.plan.say-set' };
}
