import type { PageRequest } from '@portico/kit/page';
import { numberIn, textIn, type Ctx, type Submitted } from '@portico/kit/server';
import { z } from 'zod';
import { plansForChoice } from '../plan/plan.queries.ts';
import { StartSubscription, startSubscription } from '../subscription/start-subscription.ts';
import { buyerIn, buyersForChoice } from '../views/buyer-choice.ts';

/** Whom a plan can be given, and which plans there are. */
export async function load(ctx: Ctx, request: PageRequest) {
  const { chosen, ...buyers } = await buyersForChoice(ctx, request.query.get('for'));
  const plans = await ctx.inTenant((tx) => plansForChoice(tx));
  // the form that is shown begins one subscription, however often it is sent
  return { buyers, plans, subscriptionId: ctx.newId(), chosen };
}

/** Begins the subscription and opens its first invoice, from which the pay link is sent. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const [planId = '', currency] = (textIn(form, 'plan') ?? '').split(' ');
  const input = StartSubscription.parse({
    ...(await buyerIn(ctx, textIn(form, 'billGroupId') ?? '')),
    planId,
    ...(currency ? { currency } : {}),
    quantity: textIn(form, 'quantity') === undefined ? 1 : numberIn(form, 'quantity'),
  });
  const { invoiceId } = await startSubscription(ctx, input, z.uuid().optional().parse(textIn(form, 'subscriptionId')));
  return { ok: true, say: 'billing.subscription.say-started', go: `/console/billing/invoices/${invoiceId}` };
}
