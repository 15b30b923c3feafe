import { defineEvent, type Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { z } from 'zod';
import { paymentGateway } from '../api.ts';
import { agreeToAutoPay, keepCard } from '../terms/keep-card.ts';
import { PaymentAttempt } from './payment.model.ts';

/** A payment came in whose owner wanted its card kept, or charged from now on. */
export const cardWanted = defineEvent('billing.card-wanted', { payload: z.object({ attemptId: z.uuid() }), subject: (p) => p.attemptId });

/**
 * Keeps the card of a payment that has come in, and switches auto-pay on with it, when its owner wanted that: once, so that
 * what they change afterwards stays. The gateway is asked for the card; while it does not answer, the event is told again.
 */
export async function keepPaidCard(ctx: Ctx, attemptId: Id): Promise<void> {
  const seen = await ctx.inTenant((tx) => tx.query(PaymentAttempt).findById(attemptId));
  if (!seen || seen.kept_at) return;
  const method = seen.keep_method ? await ctx.provider(paymentGateway).readMethod(seen.gateway_method) : undefined;
  await ctx.inTenant(async (tx) => {
    const attempt = await tx.query(PaymentAttempt).findById(attemptId).forUpdate().throwIfNotFound();
    if (attempt.kept_at) return;
    await attempt.$query(tx.sql).patch({ kept_at: ctx.clock.now() });
    const methodId = method ? await keepCard(tx, attempt, method) : attempt.method_id;
    const { auto_pay_mandate: words, created_by: by, created_at: at } = attempt;
    if (words && by && methodId) await agreeToAutoPay(tx, attempt, { methodId, words, by, at });
  });
}

/** The durable half: whatever became of the process that heard of the payment. */
export const keepWantedCard = cardWanted.react((ctx, { attemptId }) => keepPaidCard(ctx, attemptId));
