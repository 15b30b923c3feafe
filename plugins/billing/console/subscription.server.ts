import type { PageRequest } from '@portico/kit/page';
import type { Ctx } from '@portico/kit/server';
import { subscriptionParts } from '../api.ts';
import { contactsOf, readSubscription } from '../subscription/subscription.queries.ts';

/** One subscription, whom it concerns, and what other plugins know of it. */
export async function load(ctx: Ctx, request: PageRequest) {
  const read = await ctx.inTenant(async (tx) => {
    const subscription = await readSubscription(tx, request.params['subscriptionId']!);
    return { subscription, contacts: await contactsOf(tx, subscription.accountId) };
  });
  const { id: subscriptionId, planId } = read.subscription;
  return { ...read, parts: await ctx.slot(subscriptionParts, { subscriptionId, planId }) };
}
