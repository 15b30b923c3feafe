import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { ListSubscriptions, listSubscriptions } from '../subscription/subscription.queries.ts';

/** The subscriptions that the person may see. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListSubscriptions, request.query);
  const page = await ctx.inTenant((tx) => listSubscriptions(tx, query));
  return {
    ...page,
    isNarrowed: Boolean(query.state || query.accountId),
    of: query.accountId && page.data[0] ? { accountId: query.accountId, name: page.data[0].account } : null,
  };
}
