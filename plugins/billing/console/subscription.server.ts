import type { PageRequest } from '@portico/kit/page';
import type { Ctx, Submitted } from '@portico/kit/server';
import { subscriptionParts } from '../api.ts';
import { submitAfterwards } from '../cancellation/cancellation-forms.ts';
import { followCancellation, settledCancellations } from '../cancellation/cancellation.queries.ts';
import { collectionOfSubscription } from '../collection/collection.queries.ts';
import { contactsOf, readSubscription } from '../subscription/subscription.queries.ts';

/** One subscription, whom it concerns, and what other plugins know of it. */
export async function load(ctx: Ctx, request: PageRequest) {
  const read = await ctx.inTenant(async (tx) => {
    const subscription = await readSubscription(tx, request.params['subscriptionId']!);
    return { subscription, contacts: await contactsOf(tx, subscription.accountId), settled: await settledCancellations(tx, subscription.id) };
  });
  const { id: subscriptionId, planId } = read.subscription;
  const followed = await followCancellation(ctx, subscriptionId);
  const collected = await collectionOfSubscription(ctx, subscriptionId);
  return { ...read, followed, collected, mayDecide: ctx.may('manage', 'Subscription'), parts: await ctx.slot(subscriptionParts, { subscriptionId, planId }) };
}

/** Undo, refuse, take back. */
export const submit = (ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> => submitAfterwards(ctx, form, request);
