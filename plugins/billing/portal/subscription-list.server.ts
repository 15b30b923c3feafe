import type { PageRequest } from '@portico/kit/page';
import type { Ctx, Tx } from '@portico/kit/server';
import { listSubscriptions } from '../subscription/subscription.queries.ts';
import { subscriptionsIn } from '../views/subscription-filter.ts';

/** The subscriptions that the person may see; those that have ended stand behind the filter. */
export async function load(ctx: Ctx, request: PageRequest) {
  const { isAll, ...query } = subscriptionsIn(request.query);
  return ctx.inTenant(async (tx) => {
    const page = await listSubscriptions(tx, query);
    const isEmpty = page.data.length === 0 && query.state === 'current';
    return { ...page, isNarrowed: query.state !== 'current' && !isAll, hasEnded: isEmpty && (await hasEnded(tx)) };
  });
}

const hasEnded = async (tx: Tx): Promise<boolean> => (await listSubscriptions(tx, { limit: 1, sort: '-number', state: 'ended' })).data.length > 0;
