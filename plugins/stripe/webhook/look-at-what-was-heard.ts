import { defineEvent } from '@portico/kit';
import { billing } from '@portico/plugin-billing/api';
import { z } from 'zod';
import { attemptOf } from '../gateway/intents.ts';

const About = z.object({ intent: z.string().max(255).optional(), attemptId: z.uuid().optional(), refundId: z.uuid().optional() });
/** What a webhook is about: an intent at Stripe, or our own ids that its metadata names. */
export type About = z.output<typeof About>;

/** Stripe told something that was stored for the first time. */
export const heard = defineEvent('stripe.heard', { payload: About.extend({ eventId: z.uuid() }), subject: (p) => p.eventId });

/**
 * Billing looks at the object again, forward only; so neither the order of webhooks nor their repetition matters. An event
 * may come before the intent's id is stored: then its metadata names the attempt. While Stripe does not answer it is told again.
 */
export const lookAtWhatWasHeard = heard.react(async (ctx, { intent, attemptId: named, refundId }) => {
  const attemptId = (intent ? await attemptOf(ctx, intent) : undefined) ?? named;
  if (attemptId || refundId) await ctx.use(billing).lookAgain({ ...(attemptId ? { attemptId } : {}), ...(refundId ? { refundId } : {}) });
});
