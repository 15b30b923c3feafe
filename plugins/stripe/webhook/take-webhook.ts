import { defineError } from '@portico/kit';
import { post, sql, type Ctx } from '@portico/kit/server';
import Stripe from 'stripe';
import { z } from 'zod';
import type { StripeSettings } from '../plugin.ts';
import { heard, type About } from './look-at-what-was-heard.ts';

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
 * Takes an event that Stripe signed: it is stored once, and what it is about is told on; nothing is asked of Stripe before
 * the answer, which it waits for a few seconds only. What it says is never believed without asking (requirements 3.13).
 * Throws WebhookRefused, with nothing stored.
 */
export async function takeWebhook(ctx: Ctx, raw: Buffer, signature: string): Promise<void> {
  const event = verified(ctx, raw, signature);
  const object = event.data.object as { id?: string; object?: string; payment_intent?: string | null; metadata?: Record<string, string> | null };
  const about = aboutOf(object);
  await ctx.inTenant(async (tx) => {
    const id = ctx.newId();
    const stored = await tx.run(sql`insert into stripe.webhook_events (id, event, kind, object, received_at)
      values (${id}, ${event.id}, ${event.type}, ${object.id ?? ''}, ${tx.ctx.clock.now()}::timestamptz) on conflict (tenant_id, event) do nothing`);
    if (stored > 0 && about) await tx.publish(heard, { eventId: id, ...about });
  });
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

// Only what bears an id of ours, or may: everything else that Stripe tells is kept, and nobody's.
function aboutOf(object: { id?: string; object?: string; payment_intent?: string | null; metadata?: Record<string, string> | null }): About | undefined {
  const intent = object.object === 'payment_intent' ? object.id : object.payment_intent;
  const attemptId = z.uuid().safeParse(object.metadata?.['attempt']).data;
  const refundId = z.uuid().safeParse(object.metadata?.['refund']).data;
  const about = { ...(intent ? { intent } : {}), ...(attemptId ? { attemptId } : {}), ...(refundId ? { refundId } : {}) };
  return Object.keys(about).length > 0 ? about : undefined;
}
