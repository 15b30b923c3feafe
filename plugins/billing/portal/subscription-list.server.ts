import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { ListSubscriptions, listSubscriptions } from '../subscription/subscription.queries.ts';

/** The subscriptions that the person may see. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListSubscriptions, request.query);
  return { ...(await ctx.inTenant((tx) => listSubscriptions(tx, query))), isNarrowed: Boolean(query.state) };
}
