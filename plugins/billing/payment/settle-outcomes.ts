import type { Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { paymentGateway, type ChargeOutcome } from '../api.ts';
import { followAttempts } from '../collection/follow-attempts.ts';
import { PaymentAttempt } from './payment.model.ts';
import { settleAttempts, type MovedAttempt } from './settle-attempts.ts';
import { agreeToAutoPay, keepCard } from '../terms/keep-card.ts';
import { tellReceipts } from './tell-receipts.ts';

/**
 * What every news of the gateway leads to, from its answer, from a webhook or from a question: attempts, payments and books
 * in one transaction, and in the same one what follows for people. A card that its owner wanted kept is kept afterwards,
 * and charged from now on if they agreed to that.
 */
export async function settleOutcomes(ctx: Ctx, outcomes: ReadonlyMap<Id, ChargeOutcome>): Promise<readonly MovedAttempt[]> {
  const moved = await ctx.inTenant((tx) => settleIn(tx, outcomes));
  for (const { id, state, keepsCard } of moved) if (keepsCard && state === 'succeeded') await keepIfWanted(ctx, id);
  return moved;
}

/** The same in the caller's transaction, but for the card. */
export async function settleIn(tx: Tx, outcomes: ReadonlyMap<Id, ChargeOutcome>): Promise<readonly MovedAttempt[]> {
  const news = await settleAttempts(tx, outcomes);
  await tellReceipts(tx, news);
  await followAttempts(tx, news);
  return news;
}

/** Keeps the card of a payment that has come in, and switches auto-pay on with it, when its owner wanted that. Repeating it changes nothing. */
export async function keepIfWanted(ctx: Ctx, attemptId: Id): Promise<void> {
  const attempt = await ctx.inTenant((tx) => tx.query(PaymentAttempt).findById(attemptId));
  if (!attempt) return;
  const method = attempt.keep_method ? await ctx.provider(paymentGateway).readMethod(attempt.gateway_method) : undefined;
  await ctx.inTenant(async (tx) => {
    const methodId = method ? await keepCard(tx, attempt, method) : attempt.method_id;
    const { auto_pay_mandate: words, created_by: by, created_at: at } = attempt;
    if (words && by && methodId) await agreeToAutoPay(tx, attempt, { methodId, words, by, at });
  });
}
