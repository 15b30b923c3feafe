import type { Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import type { ChargeOutcome } from '../api.ts';
import { followAttempts } from '../collection/follow-attempts.ts';
import { cardWanted, keepPaidCard } from './keep-paid-card.ts';
import { settleAttempts, type MovedAttempt } from './settle-attempts.ts';
import { tellReceipts } from './tell-receipts.ts';

/**
 * What every news of the gateway leads to, from its answer, from a webhook or from a question: attempts, payments and books
 * in one transaction, and in the same one what follows for people. A card that its owner wanted kept is kept afterwards,
 * and charged from now on if they agreed to that: now, or by the event that is written with the payment.
 */
export async function settleOutcomes(ctx: Ctx, outcomes: ReadonlyMap<Id, ChargeOutcome>): Promise<readonly MovedAttempt[]> {
  const moved = await ctx.inTenant((tx) => settleIn(tx, outcomes));
  // at once, so that the next page shows it; the payment stands whatever comes of it, and the event does it if this does not
  for (const { id } of moved.filter(wantsCard))
    await keepPaidCard(ctx, id).catch((error: unknown) => ctx.log.warn('a card is kept later', { attemptId: id, because: String(error) }));
  return moved;
}

const wantsCard = ({ keepsCard, state }: MovedAttempt): boolean => keepsCard && state === 'succeeded';

/** The same in the caller's transaction, but for the card. */
export async function settleIn(tx: Tx, outcomes: ReadonlyMap<Id, ChargeOutcome>): Promise<readonly MovedAttempt[]> {
  const news = await settleAttempts(tx, outcomes);
  await tellReceipts(tx, news);
  await followAttempts(tx, news);
  await tx.publishAll(
    cardWanted,
    news.filter(wantsCard).map(({ id }) => ({ attemptId: id })),
  );
  return news;
}
