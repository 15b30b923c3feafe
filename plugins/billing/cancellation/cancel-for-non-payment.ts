import type { Foreseen, Id, Instant } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { cancellation } from '@portico/workflows/cancellation';
import { subscriptionCancelled } from '../api.ts';
import { Subscription } from '../subscription/subscription.model.ts';
import { liveCancellation } from './ask-to-cancel.ts';
import { Cancellation } from './cancellation.model.ts';

/** A cancellation that the rule for unpaid invoices asks for, as things stood when it was foreseen. */
export interface UnpaidCancellation {
  readonly subscriptionId: Id;
  readonly takesEffectAt: Instant;
  readonly foreseen: Foreseen;
}

/** What the end of a subscription would do now, by every plugin. Nobody confirms it: the business has set the rule. */
export async function foreseeUnpaidCancellation(ctx: Ctx, subscriptionId: Id): Promise<UnpaidCancellation> {
  const takesEffectAt = await ctx.inTenant(async (tx) => tx.ctx.clock.now());
  return {
    subscriptionId,
    takesEffectAt,
    foreseen: await ctx.foresee(subscriptionCancelled, subscriptionId, { subscriptionId, takesEffectAt, withPeriod: false }),
  };
}

/**
 * Ends a subscription because an invoice of it was not paid, in the caller's transaction: like any other cancellation, its
 * effects are frozen and then applied by its case, but at once, with no window and nobody's confirmation. Answers its id;
 * undefined when the subscription ends or has ended anyway. A request that staff have not answered is answered with it.
 */
export async function beginUnpaidCancellation(tx: Tx, { subscriptionId, takesEffectAt, foreseen }: UnpaidCancellation): Promise<Id | undefined> {
  const { ctx } = tx;
  const row = await tx.query(Subscription).findById(subscriptionId).forUpdate().throwIfNotFound();
  if (row.state === 'ended' || row.state === 'cancelling') return undefined;
  const asked = await liveCancellation(tx, subscriptionId);
  if (asked) await asked.$query(tx.sql).patch({ state: 'refused', settled_at: ctx.clock.now(), settled_by: ctx.actor.id });
  const id = ctx.newId();
  await tx.query(Cancellation).insert({
    id,
    subscription_id: row.id,
    account_id: row.account_id,
    bill_group_id: row.bill_group_id,
    state: 'waiting',
    mode: 'at-once',
    because: 'unpaid',
    reason: '',
    asked_by: ctx.actor.id,
    asked_at: ctx.clock.now(),
    takes_effect_at: takesEffectAt,
    was_state: row.state,
  });
  await row.$query(tx.sql).patch({ state: 'cancelling', cancels_at: takesEffectAt });
  await tx.freeze(subscriptionCancelled, { cause: id, subject: row.id, change: { subscriptionId, takesEffectAt, withPeriod: false }, foreseen });
  await tx.start(cancellation, id);
  await tx.audit('billing.cancellation-begun', null, { subscriptionId: row.id, cancellationId: id, takesEffectAt, because: 'unpaid' });
  return id;
}
