import { defineError } from '@portico/kit';
import { post, sql, type Ctx } from '@portico/kit/server';
import { billing } from '@portico/plugin-billing/api';
import Stripe from 'stripe';
import { z } from 'zod';
import { attemptOf } from '../gateway/intents.ts';
import type { StripeSettings } from '../plugin.ts';

/** What was sent is not signed with this business's secret, or too long ago. */
export class WebhookRefused extends defineError('stripe.webhook-refused', 400) {}

/** How old or how far ahead a signature may be, in seconds. */
const TOLERANCE_S = 300;
const crypto = Stripe.createNodeCryptoProvider();

/** `POST /api/v1/stripe/webhooks`: what Stripe tells. The signature over the very bytes is the proof. */
export const webhookRoute = post(
  '/webhooks',
  { name: 'take-webhook', open: true, raw: true, answer: z.object({ received: z.literal(true) }) },
  async (ctx, { raw, headers }) => {
    await takeWebhook(ctx, raw, headers['stripe-signature'] ?? '');
    return { received: true as const };
  },
);

/**
 * Takes an event that Stripe signed: it is stored once, and billing looks at the object again, forward only; so neither its
 * order nor its repetition matters, and what it says is never believed without asking (requirements 3.13). Throws
 * WebhookRefused, with nothing stored.
 */
export async function takeWebhook(ctx: Ctx, raw: Buffer, signature: string): Promise<void> {
  const event = verified(ctx, raw, signature);
  const object = event.data.object as { id?: string; object?: string; payment_intent?: string | null; metadata?: Record<string, string> | null };
  await lookAgain(ctx, object);
  await ctx.inTenant((tx) =>
    tx.run(sql`insert into stripe.webhook_events (id, event, kind, object, received_at)
      values (${ctx.newId()}, ${event.id}, ${event.type}, ${object.id ?? ''}, ${tx.ctx.clock.now()}::timestamptz) on conflict (tenant_id, event) do nothing`),
  );
}

function verified(ctx: Ctx, raw: Buffer, signature: string): Stripe.Event {
  const { webhookSecret } = ctx.settings<StripeSettings>();
  if (webhookSecret === '') throw new WebhookRefused();
  try {
    const event = Stripe.webhooks.constructEvent(raw, signature, webhookSecret, TOLERANCE_S, crypto);
    demandNotAhead(signature);
    return event;
  } catch (error) {
    if (error instanceof WebhookRefused) throw error;
    if (error instanceof Stripe.errors.StripeSignatureVerificationError || error instanceof SyntaxError) throw new WebhookRefused();
    throw error;
  }
}

// The library refuses what is too old; what is ahead of the clock could be kept and played back later (security 5.3).
function demandNotAhead(signature: string): void {
  const [, seconds] = /(?:^|,)t=(\d+)/.exec(signature) ?? [];
  if (Number(seconds) * 1_000 > performance.timeOrigin + performance.now() + TOLERANCE_S * 1_000) throw new WebhookRefused();
}

// An event may come before the intent's id is stored: then its metadata names the attempt.
async function lookAgain(
  ctx: Ctx,
  object: { id?: string; object?: string; payment_intent?: string | null; metadata?: Record<string, string> | null },
): Promise<void> {
  const intent = object.object === 'payment_intent' ? object.id : object.payment_intent;
  const attemptId = (intent ? await attemptOf(ctx, intent) : undefined) ?? z.uuid().safeParse(object.metadata?.['attempt']).data;
  const refundId = z.uuid().safeParse(object.metadata?.['refund']).data;
  if (attemptId || refundId) await ctx.use(billing).lookAgain({ ...(attemptId ? { attemptId } : {}), ...(refundId ? { refundId } : {}) });
}
