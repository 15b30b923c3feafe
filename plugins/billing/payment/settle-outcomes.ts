import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { paymentGateway, type ChargeOutcome } from '../api.ts';
import { PaymentAttempt } from './payment.model.ts';
import { settleAttempts, type MovedAttempt } from './settle-attempts.ts';
import { keepCard } from '../terms/keep-card.ts';
import { tellFailures } from './tell-failures.ts';
import { tellReceipts } from './tell-receipts.ts';

/**
 * What every news of the gateway leads to, from its answer, from a webhook or from a question: attempts, payments and books
 * in one transaction, and in the same one what follows for people. A card that its owner wanted kept is kept afterwards.
 */
export async function settleOutcomes(ctx: Ctx, outcomes: ReadonlyMap<Id, ChargeOutcome>): Promise<readonly MovedAttempt[]> {
  const moved = await ctx.inTenant(async (tx) => {
    const news = await settleAttempts(tx, outcomes);
    await tellReceipts(tx, news);
    await tellFailures(tx, news);
    return news;
  });
  for (const { id, state } of moved) if (state === 'succeeded') await keepIfWanted(ctx, id);
  return moved;
}

async function keepIfWanted(ctx: Ctx, attemptId: Id): Promise<void> {
  const attempt = await ctx.inTenant((tx) => tx.query(PaymentAttempt).findById(attemptId));
  if (!attempt?.keep_method) return;
  const method = await ctx.provider(paymentGateway).readMethod(attempt.gateway_method);
  await ctx.inTenant((tx) => keepCard(tx, attempt, method));
}
