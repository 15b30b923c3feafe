import { NotFound, type Id, type RevertedEffect } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import type { BillingSettings } from '../plugin.ts';
import { CancellationNotEnded, TakeBackIncomplete } from './cancellation-errors.ts';
import { Cancellation } from './cancellation.model.ts';

/** Whether the actor may take a cancellation back after it took effect: staff, and customers where the business lets them. */
export const mayTakeBack = (ctx: Ctx, row: Pick<Cancellation, 'account_id' | 'bill_group_id'>): boolean =>
  ctx.may('manage', 'Subscription') || (ctx.settings<BillingSettings>().customersTakeBack && ctx.may('cancel', 'Subscription', row));

/**
 * A cancellation that took effect is taken back: each plugin's share, the last first. Answers what became of each. Repeating
 * it changes nothing. Throws CancellationNotEnded before it took effect, TakeBackIncomplete when a share could not be taken
 * back yet, NotFound.
 */
export async function takeBackCancellation(ctx: Ctx, cancellationId: Id): Promise<readonly RevertedEffect[]> {
  const wish = await ctx.inTenant((tx) => tx.query(Cancellation).findById(cancellationId));
  if (!wish || !mayTakeBack(ctx, wish)) throw new NotFound();
  if (wish.state === 'taken-back') return [];
  if (wish.state !== 'ended') throw new CancellationNotEnded();
  const outcomes = await ctx.revertEffects(cancellationId);
  if (outcomes.some(({ outcome }) => outcome === 'failed')) throw new TakeBackIncomplete();
  await ctx.inTenant(async (tx) => {
    const row = await tx.query(Cancellation).findById(cancellationId).forUpdate().throwIfNotFound();
    if (row.state !== 'ended') return;
    await row.$query(tx.sql).patch({ state: 'taken-back', settled_at: ctx.clock.now(), settled_by: ctx.actor.id });
    await tx.audit('billing.cancellation-taken-back', null, { subscriptionId: row.subscription_id, cancellationId });
  });
  return outcomes;
}
