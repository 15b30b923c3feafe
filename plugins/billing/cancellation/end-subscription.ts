import type { Id } from '@portico/kit';
import type { Tx } from '@portico/kit/server';
import { autoChargeRenewal } from '@portico/workflows/auto-charge-renewal';
import { subscriptionCancelled } from '../api.ts';
import { renewalAt } from '../subscription/billing-calendar.ts';
import { Subscription } from '../subscription/subscription.model.ts';
import { nextRenewal } from './ask-to-cancel.ts';
import { Cancellation } from './cancellation.model.ts';

/** Billing's own share of a cancellation: the renewal that will not come, and the end. */
export const endWithCancellation = subscriptionCancelled.takePart({
  async foresee(tx, { subscriptionId }) {
    const renewal = await nextRenewal(tx, subscriptionId);
    return renewal ? [{ text: 'billing.effect.no-renewal', values: renewal }] : [{ text: 'billing.effect.ends' }];
  },
  apply: (tx, { subscriptionId }) => endSubscription(tx, subscriptionId),
  revert: (tx, _change, cause) => bringBack(tx, cause),
});

async function endSubscription(tx: Tx, subscriptionId: Id): Promise<void> {
  const row = await tx.query(Subscription).findById(subscriptionId).forUpdate().throwIfNotFound();
  if (row.state !== 'cancelling') return;
  await row.$query(tx.sql).patch({ state: 'ended', ended_at: tx.ctx.clock.now(), ended_because: 'cancelled' });
}

/** The same rhythm as before; periods that passed as a whole while it had ended are nobody's and are not billed. */
async function bringBack(tx: Tx, cause: Id): Promise<void> {
  const { subscription_id, was_state } = await tx.query(Cancellation).findById(cause).throwIfNotFound();
  const row = await tx.query(Subscription).findById(subscription_id).forUpdate().throwIfNotFound();
  if (row.state !== 'ended') return;
  await row.$query(tx.sql).patch({ ...asBefore(tx, row, was_state), cancels_at: null, ended_at: null, ended_because: null });
  await tx.nudge(autoChargeRenewal);
}

/** How a subscription stands that was cancelled and is not any more: as before, in the same rhythm, whole periods that passed left out. */
export function asBefore(tx: Tx, row: Subscription, was: Cancellation['was_state']): Pick<Subscription, 'state' | 'periods' | 'renews_on' | 'renews_at'> {
  const state = was ?? 'active';
  let periods = row.periods;
  while (state === 'active' && renewalAt(row, periods + 1).renews_at <= tx.ctx.clock.now()) periods += 1;
  return { state, periods, ...renewalAt(row, periods) };
}
