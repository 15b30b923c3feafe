import type { Id } from '@portico/kit';
import type { Ctx, StepOutcome, Tx } from '@portico/kit/server';
import { beginUnpaidCancellation, foreseeUnpaidCancellation, type UnpaidCancellation } from '../cancellation/cancel-for-non-payment.ts';
import { Invoice } from '../invoice/invoice.model.ts';
import { Subscription } from '../subscription/subscription.model.ts';
import { endCollection } from './tell-customer.ts';
import { theCollection } from './the-collection.ts';

async function subscriptionOf(tx: Tx, id: Id): Promise<Id | undefined> {
  const { invoice_id } = await theCollection(tx, id);
  const { subscription_id } = await tx.query(Invoice).findById(invoice_id).throwIfNotFound();
  return subscription_id ?? undefined;
}

/** The plan rests from now on: nothing is billed for it until the invoice is paid. Skipped when it rests, ends or has ended anyway. */
export async function pauseSubscription(tx: Tx, id: Id): Promise<StepOutcome | undefined> {
  const subscriptionId = await subscriptionOf(tx, id);
  const row = subscriptionId && (await tx.query(Subscription).findById(subscriptionId).forUpdate());
  if (!row || row.state !== 'active') return 'skipped';
  await row.$query(tx.sql).patch({ state: 'paused', paused_at: tx.ctx.clock.now(), paused_because: 'unpaid' });
  await tx.audit('billing.subscription-paused', null, { subscriptionId, collectionId: id });
  return undefined;
}

/** What ending the plan means for every plugin, asked before the step is written. */
export async function askUnpaidCancellation(ctx: Ctx, id: Id): Promise<UnpaidCancellation | undefined> {
  const subscriptionId = await ctx.inTenant((tx) => subscriptionOf(tx, id));
  return subscriptionId ? foreseeUnpaidCancellation(ctx, subscriptionId) : undefined;
}

/** The plan ends at once, by a cancellation of its own; the collection is over with it. Skipped when it ends or has ended anyway. */
export async function cancelSubscription(tx: Tx, id: Id, foreseen: UnpaidCancellation | undefined): Promise<StepOutcome | undefined> {
  const begun = foreseen && (await beginUnpaidCancellation(tx, foreseen));
  if (begun) await endCollection(tx, id, 'given-up');
  return begun ? undefined : 'skipped';
}
