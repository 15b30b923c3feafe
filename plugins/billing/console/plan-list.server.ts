import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { ListPlans, listPlans } from '../plan/plan.queries.ts';

/** What the business sells again and again. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListPlans, request.query);
  return { ...(await ctx.inTenant((tx) => listPlans(tx, query))), isNarrowed: Boolean(query.state) };
}
