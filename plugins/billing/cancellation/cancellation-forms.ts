import type { PageRequest } from '@portico/kit/page';
import { intentOf, NotFound, textIn, type Ctx, type Submitted } from '@portico/kit/server';
import type { BillingSettings } from '../plugin.ts';
import { readSubscription } from '../subscription/subscription.queries.ts';
import { acceptCancellation, AskToCancel, askToCancel, foreseeCancellation, liveCancellation, refuseCancellation } from './ask-to-cancel.ts';
import { takeBackCancellation } from './take-back-cancellation.ts';
import { followCancellation } from './cancellation.queries.ts';
import { undoCancellation } from './undo-cancellation.ts';

const idOf = ({ params }: PageRequest): string => params['subscriptionId']!;

/** What the page shows before the button; staff who open it at a request decide that request. */
export async function loadCancel(ctx: Ctx, request: PageRequest) {
  const id = idOf(request);
  const subscription = await ctx.inTenant((tx) => readSubscription(tx, id));
  const { cancel } = ctx.settings<BillingSettings>();
  const isStaff = ctx.may('manage', 'Subscription');
  const choices = cancel === 'period-end' && !isStaff ? (['period-end'] as const) : (['at-once', 'period-end'] as const);
  const onRequest = cancel === 'on-request' && !isStaff;
  return { subscription, foreseen: await foreseeCancellation(ctx, id), choices: onRequest ? choices.slice(0, 1) : choices, onRequest };
}

/** Confirms what was shown; leads back to the subscription, where it can be undone. */
export async function submitCancel(ctx: Ctx, form: FormData, request: PageRequest, base: string): Promise<Submitted> {
  const id = idOf(request);
  const input = AskToCancel.parse({ token: textIn(form, 'token') ?? '', when: textIn(form, 'when'), reason: textIn(form, 'reason') });
  const live = await ctx.inTenant((tx) => liveCancellation(tx, id));
  if (live?.state === 'asked' && ctx.may('manage', 'Subscription')) await acceptCancellation(ctx, live.id, input);
  else await askToCancel(ctx, id, input);
  return { ok: true, go: `${base}/${id}` };
}

/** Undo, refuse, take back: what is offered on the subscription's page. */
export async function submitAfterwards(ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> {
  const id = idOf(request);
  await ctx.inTenant((tx) => readSubscription(tx, id));
  const followed = await followCancellation(ctx, id);
  if (!followed) throw new NotFound();
  const work = intentOf<() => Promise<unknown>>(form, {
    undo: () => undoCancellation(ctx, followed.id),
    refuse: () => refuseCancellation(ctx, followed.id),
    'take-back': () => takeBackCancellation(ctx, followed.id),
  });
  await work();
  return { ok: true, say: 'billing.cancel.say-done' };
}
