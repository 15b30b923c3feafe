import { FactsChanged, hoursAfter, NotFound, type Foreseen, type Id, type Instant } from '@portico/kit';
import { demandConfirmed, lineOfText, sql, type Ctx, type Tx } from '@portico/kit/server';
import { cancellation } from '@portico/workflows/cancellation';
import { z } from 'zod';
import { subscriptionCancelled } from '../api.ts';
import type { BillingSettings } from '../plugin.ts';
import { Subscription } from '../subscription/subscription.model.ts';
import { SubscriptionEnded } from './cancellation-errors.ts';
import { Cancellation } from './cancellation.model.ts';

/** The token confirms what was shown. `when`: at once, unless the business lets plans end with their period only. */
export const AskToCancel = z.object({
  token: z.string().min(1).max(200),
  when: z.enum(['at-once', 'period-end']).default('at-once'),
  reason: lineOfText(500).default(''),
});
export type AskToCancel = z.output<typeof AskToCancel>;

/** What a cancellation would do as things stand now, and the token that confirms it. */
export async function foreseeCancellation(ctx: Ctx, subscriptionId: Id, when: AskToCancel['when'] = 'at-once'): Promise<Foreseen> {
  const subscription = await ctx.inTenant((tx) => readCancellable(tx, subscriptionId));
  return foresee(ctx, subscription, when);
}

/**
 * The customer, or staff, end a subscription: at once after the undo window, with its period, or by a request that staff
 * decide, as the business has set. Two tabs or two presses are one cancellation: the second is answered
 * with the first. Throws FactsChanged when something else would happen than what was confirmed, SubscriptionEnded, NotFound.
 */
export async function askToCancel(ctx: Ctx, subscriptionId: Id, input: AskToCancel): Promise<Id> {
  const earlier = await ctx.inTenant((tx) => liveCancellation(tx, subscriptionId));
  const subscription = await ctx.inTenant((tx) => readCancellable(tx, subscriptionId));
  if (earlier) return earlier.id;
  const foreseen = await foresee(ctx, subscription, input.when);
  const meanwhile = await ctx.inTenant((tx) => liveCancellation(tx, subscriptionId));
  if (meanwhile) return meanwhile.id;
  demandConfirmed(foreseen, input.token);
  return ctx.inTenant(async (tx) => {
    const row = await lockAsForeseen(tx, subscription, foreseen);
    const live = await liveCancellation(tx, subscriptionId);
    if (live) return live.id;
    if (needsStaff(ctx)) return writeRequest(tx, row, input.reason);
    return begin(tx, row, foreseen, await writeCancellation(tx, row, modeOf(ctx, input.when), input.reason));
  });
}

/** Staff say yes to a request: from here on it goes as a cancellation of their own. Throws as `askToCancel`; repeated it changes nothing. */
export async function acceptCancellation(ctx: Ctx, cancellationId: Id, { token, when }: Pick<AskToCancel, 'token' | 'when'>): Promise<void> {
  ctx.demand('manage', 'Subscription');
  const asked = await ctx.inTenant((tx) => tx.query(Cancellation).findById(cancellationId));
  if (!asked) throw new NotFound();
  if (asked.state !== 'asked') return;
  const subscription = await ctx.inTenant((tx) => readCancellable(tx, asked.subscription_id));
  const foreseen = await foresee(ctx, subscription, when);
  demandConfirmed(foreseen, token);
  await ctx.inTenant(async (tx) => {
    const row = await lockAsForeseen(tx, subscription, foreseen);
    const request = await tx.query(Cancellation).findById(cancellationId).forUpdate().throwIfNotFound();
    if (request.state === 'asked') await begin(tx, row, foreseen, request, modeOf(ctx, when));
  });
}

/** Staff say no to a request; the subscription stays as it is. Repeating it changes nothing. */
export async function refuseCancellation(ctx: Ctx, cancellationId: Id): Promise<void> {
  ctx.demand('manage', 'Subscription');
  await ctx.inTenant(async (tx) => {
    const request = await tx.query(Cancellation).findById(cancellationId).forUpdate();
    if (!request) throw new NotFound();
    if (request.state !== 'asked') return;
    await request.$query(tx.sql).patch({ state: 'refused', settled_at: ctx.clock.now(), settled_by: ctx.actor.id });
    await tx.audit('billing.cancellation-refused', null, { cancellationId });
  });
}

/** The cancellation of a subscription that is asked for or waits for its hour. */
export async function liveCancellation(tx: Tx, subscriptionId: Id): Promise<Cancellation | undefined> {
  return tx.query(Cancellation).where({ subscription_id: subscriptionId }).whereIn('state', ['asked', 'waiting']).first();
}

async function readCancellable(tx: Tx, subscriptionId: Id): Promise<Subscription> {
  const row = await tx.query(Subscription).findById(subscriptionId);
  if (!row) throw new NotFound();
  tx.ctx.demand('cancel', 'Subscription', row);
  if (row.state === 'ended') throw new SubscriptionEnded();
  return row;
}

const needsStaff = (ctx: Ctx): boolean => ctx.settings<BillingSettings>().cancel === 'on-request' && !ctx.may('manage', 'Subscription');

const modeOf = (ctx: Ctx, when: AskToCancel['when']): Cancellation['mode'] =>
  ctx.settings<BillingSettings>().cancel === 'period-end' && !ctx.may('manage', 'Subscription') ? 'period-end' : when;

function takesEffectAt(ctx: Ctx, { renews_at }: Subscription, mode: Cancellation['mode']): Instant {
  const now = ctx.clock.now();
  if (mode === 'period-end') return renews_at > now ? renews_at : now;
  return hoursAfter(now, ctx.settings<BillingSettings>().undoMinutes / 60);
}

const foresee = (ctx: Ctx, subscription: Subscription, when: AskToCancel['when']): Promise<Foreseen> =>
  ctx.foresee(subscriptionCancelled, subscription.id, changeOf(ctx, subscription, modeOf(ctx, when)));

const changeOf = (ctx: Ctx, subscription: Subscription, mode: Cancellation['mode']) => ({
  subscriptionId: subscription.id,
  takesEffectAt: takesEffectAt(ctx, subscription, mode),
  withPeriod: mode === 'period-end',
});

/** The row under the lock that every change of it takes. Renewed or paused since it was foreseen: what was confirmed no longer holds. */
async function lockAsForeseen(tx: Tx, seen: Subscription, foreseen: Foreseen): Promise<Subscription> {
  const row = await tx.query(Subscription).findById(seen.id).forUpdate().throwIfNotFound();
  if (row.state === 'cancelling') return row;
  if (row.state !== seen.state || row.renews_at !== seen.renews_at) throw new FactsChanged(foreseen);
  return row;
}

async function writeCancellation(tx: Tx, row: Subscription, mode: Cancellation['mode'], reason: string): Promise<Cancellation> {
  const { ctx } = tx;
  return tx
    .query(Cancellation)
    .insertAndFetch({
      id: ctx.newId(),
      subscription_id: row.id,
      account_id: row.account_id,
      bill_group_id: row.bill_group_id,
      state: 'asked',
      mode,
      reason,
      asked_by: ctx.actor.id,
      asked_at: ctx.clock.now(),
    })
    .execute();
}

async function writeRequest(tx: Tx, row: Subscription, reason: string): Promise<Id> {
  const { id } = await writeCancellation(tx, row, 'on-request', reason);
  await tx.audit('billing.cancellation-asked', null, { subscriptionId: row.id, cancellationId: id });
  return id;
}

/** From here on nothing renews, and what must stand still does; nothing is done yet that could not be undone. */
async function begin(tx: Tx, row: Subscription, foreseen: Foreseen, wish: Cancellation, mode = wish.mode): Promise<Id> {
  const change = changeOf(tx.ctx, row, mode);
  const at = change.takesEffectAt;
  await wish.$query(tx.sql).patch({ state: 'waiting', mode, takes_effect_at: at, was_state: row.state });
  await row.$query(tx.sql).patch({ state: 'cancelling', cancels_at: at });
  await tx.freeze(subscriptionCancelled, { cause: wish.id, subject: row.id, change, foreseen });
  await tx.start(cancellation, wish.id);
  await tx.audit('billing.cancellation-begun', null, { subscriptionId: row.id, cancellationId: wish.id, takesEffectAt: at });
  return wish.id;
}

/** The amount and day of the next renewal, for whoever foresees; none when nothing would be billed. */
export const nextRenewal = (tx: Tx, subscriptionId: Id): Promise<{ amount: number; currency: string; renewsOn: string } | undefined> =>
  tx.row(sql`select s.currency, s.renews_on as "renewsOn",
      (select sum(i.quantity * i.unit_minor)::bigint from billing.subscription_items i where i.tenant_id = ${tx.ctx.tenant.id} and i.subscription_id = s.id) as amount
    from billing.subscriptions s where s.tenant_id = ${tx.ctx.tenant.id} and s.id = ${subscriptionId} and s.state in ('active', 'pending')`);
