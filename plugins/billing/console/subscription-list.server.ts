import type { PageRequest } from '@portico/kit/page';
import type { Ctx } from '@portico/kit/server';
import { listSubscriptions } from '../subscription/subscription.queries.ts';
import { customerNamed } from '../ledger/customer-named.queries.ts';
import { subscriptionsIn } from '../views/subscription-filter.ts';

/** Every subscription; those that have ended stand behind the filter. */
export async function load(ctx: Ctx, request: PageRequest) {
  const { isAll, ...query } = subscriptionsIn(request.query);
  const isNarrowed = Boolean((query.state !== 'current' && !isAll) || query.accountId || query.planId);
  return ctx.inTenant(async (tx) => ({ ...(await listSubscriptions(tx, query)), isNarrowed, of: await customerNamed(tx, query.accountId) }));
}
