import { NotFound, type Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { autoChargeRenewal } from '@portico/workflows/auto-charge-renewal';
import { cancellation } from '@portico/workflows/cancellation';
import { Subscription } from '../subscription/subscription.model.ts';
import { CancellationSettled } from './cancellation-errors.ts';
import { Cancellation } from './cancellation.model.ts';
import { asBefore } from './end-subscription.ts';

/**
 * Somebody changes their mind before it takes effect: what was held goes on, and nothing remains in money, leads or the
 * renewal date. A request that staff have not answered is simply withdrawn. Repeating it changes nothing. Throws
 * CancellationSettled once it is too late, EffectsApplied when a share has just been applied, NotFound.
 */
export async function undoCancellation(ctx: Ctx, cancellationId: Id): Promise<void> {
  await ctx.inTenant(async (tx) => {
    const seen = await tx.query(Cancellation).findById(cancellationId);
    if (!seen) throw new NotFound();
    ctx.demand('cancel', 'Subscription', seen);
    if (seen.state === 'undone') return;
    // process, shares, subscription: the end locks them in this order too, so that whoever is first counts
    if (seen.state === 'waiting') {
      await tx.nudge(cancellation, cancellationId);
      await tx.release(cancellationId);
    }
    await settle(tx, cancellationId);
  });
}

async function settle(tx: Tx, cancellationId: Id): Promise<void> {
  const { ctx } = tx;
  const { subscription_id } = await tx.query(Cancellation).findById(cancellationId).throwIfNotFound();
  const row = await tx.query(Subscription).findById(subscription_id).forUpdate().throwIfNotFound();
  const wish = await tx.query(Cancellation).findById(cancellationId).forUpdate().throwIfNotFound();
  if (wish.state === 'undone') return;
  const isInTime = wish.state === 'asked' || (wish.state === 'waiting' && row.state === 'cancelling' && wish.takes_effect_at! > ctx.clock.now());
  if (!isInTime) throw new CancellationSettled();
  if (wish.state === 'waiting') {
    await row.$query(tx.sql).patch({ ...asBefore(tx, row, wish.was_state), cancels_at: null });
    await tx.end(cancellation, cancellationId, 'undone');
    await tx.nudge(autoChargeRenewal);
  }
  await wish.$query(tx.sql).patch({ state: 'undone', settled_at: ctx.clock.now(), settled_by: ctx.actor.id });
  await tx.audit('billing.cancellation-undone', null, { subscriptionId: subscription_id, cancellationId });
}
