import type { Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { paymentGateway, type ChargeOutcome } from '../api.ts';
import { followAttempts } from '../collection/follow-attempts.ts';
import { PaymentAttempt } from './payment.model.ts';
import { settleAttempts, type MovedAttempt } from './settle-attempts.ts';
import { keepCard } from '../terms/keep-card.ts';
import { tellReceipts } from './tell-receipts.ts';

/**
 * What every news of the gateway leads to, from its answer, from a webhook or from a question: attempts, payments and books
 * in one transaction, and in the same one what follows for people. A card that its owner wanted kept is kept afterwards.
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

/** Keeps the card of a payment that has come in, when its owner wanted that. Repeating it changes nothing. */
export async function keepIfWanted(ctx: Ctx, attemptId: Id): Promise<void> {
  const attempt = await ctx.inTenant((tx) => tx.query(PaymentAttempt).findById(attemptId));
  if (!attempt?.keep_method) return;
  const method = await ctx.provider(paymentGateway).readMethod(attempt.gateway_method);
  await ctx.inTenant((tx) => keepCard(tx, attempt, method));
}
