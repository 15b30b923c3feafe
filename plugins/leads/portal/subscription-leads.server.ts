import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { includesLeads, periodLeads } from '../plan/period-leads.queries.ts';

interface Parts {
  readonly subscriptionId: Id;
  readonly planId: Id;
}

/** What was used of the leads that the plan includes; nothing at a plan that never included any. */
export const load = (ctx: Ctx, { subscriptionId, planId }: Parts) =>
  ctx.inTenant(async (tx) => {
    const used = await periodLeads(tx, subscriptionId);
    return used.length > 0 || (await includesLeads(tx, planId)) ? { used } : undefined;
  });
