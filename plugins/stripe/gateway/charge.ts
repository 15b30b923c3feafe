import { setTimeout as pause } from 'node:timers/promises';
import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import type { ChargeOrder, ChargeOutcome } from '@portico/plugin-billing/api';
import type Stripe from 'stripe';
import { placeFor } from './call-lanes.ts';
import { customersOf } from './customers.ts';
import { inTurn } from './in-turn.ts';
import { knownIntents, noteCalledOff, storeIntents, type KnownIntent } from './intents.ts';
import { isRefusedKey, isUncertain, outcomeOf, outcomeOfError, refusalOf } from './outcome.ts';
import { stripeOf, StripeNotConnected } from './stripe-client.ts';

/** So many go together: their intents are stored in one statement, and their outcomes reported in one piece. */
const TOGETHER = 100;
const SIDE_BY_SIDE = 20;
const GROUPS_SIDE_BY_SIDE = 2;
/** Calls that got no clear answer are made again so often, then the try is unknown and is asked for later. */
const TRIES = 3;
const RETRIEVE = 'GET /v1/payment_intents/:intent';

type Settled = (outcomes: ReadonlyMap<Id, ChargeOutcome>) => Promise<void>;

/**
 * Charges orders: an intent is created unconfirmed, its id is stored, then it is confirmed, each with a key of its own that
 * never changes (architecture 8). An order that has an intent already is looked at first, so that whatever happened before,
 * a crash or a key that Stripe has forgotten, money moves at most once: an intent succeeds once.
 */
export async function charge(ctx: Ctx, orders: readonly ChargeOrder[], settled: Settled): Promise<void> {
  const groups = Array.from({ length: Math.ceil(orders.length / TOGETHER) }, (_, at) => orders.slice(at * TOGETHER, (at + 1) * TOGETHER));
  // while one group is confirmed the next is created: neither endpoint stands idle
  await sideBySide(groups, GROUPS_SIDE_BY_SIDE, async (group) => {
    const outcomes = await chargeTogether(ctx, group, () => inTurn(ctx, () => settled(new Map()))).catch((error: unknown) => withoutKey(ctx, group, error));
    await inTurn(ctx, () => settled(outcomes));
  });
}

/**
 * Without a key that Stripe takes nothing is charged: what never had an intent is given up, so that the invoice can be paid
 * by another road; what may have been confirmed before is unknown until the business has mended its key.
 */
async function withoutKey(ctx: Ctx, orders: readonly ChargeOrder[], error: unknown): Promise<Map<Id, ChargeOutcome>> {
  if (!(error instanceof StripeNotConnected) && !isRefusedKey(error)) throw error;
  ctx.log.error('nothing is charged: Stripe does not take our key', { orders: orders.length });
  const outcomes = new Map<Id, ChargeOutcome>();
  for (const { attemptId } of orders) {
    const intent = await noteCalledOff(ctx, attemptId);
    outcomes.set(attemptId, intent === null ? { kind: 'called-off' } : { kind: 'unknown', because: 'Stripe does not take our key' });
  }
  return outcomes;
}

async function chargeTogether(ctx: Ctx, orders: readonly ChargeOrder[], getsOn: () => Promise<void>): Promise<Map<Id, ChargeOutcome>> {
  const stripe = stripeOf(ctx);
  const customers = await customersOf(ctx, stripe, orders);
  const known = await knownIntents(ctx, orders);
  const outcomes = new Map<Id, ChargeOutcome>();
  const fresh = orders.filter(({ attemptId }) => !known.has(attemptId));
  const created = await sideBySide(fresh, SIDE_BY_SIDE, async (order) => ({
    order,
    made: await createIntent(ctx, order, customers.get(order.payer.billGroupId)),
  }));
  for (const { order, made } of created) if (typeof made !== 'string') outcomes.set(order.attemptId, made);
  const stored = created.flatMap(({ order, made }) => (typeof made === 'string' ? [{ attemptId: order.attemptId, intent: made }] : []));
  for (const [attemptId, intent] of await storeIntents(ctx, stored)) known.set(attemptId, intent);
  if (orders.length > 1) await getsOn();
  const ready = orders.filter(({ attemptId }) => !outcomes.has(attemptId));
  const freshIds = new Set(fresh.map(({ attemptId }) => attemptId));
  await sideBySide(ready, SIDE_BY_SIDE, async (order) => {
    const intent = known.get(order.attemptId)!;
    outcomes.set(order.attemptId, await confirmOrLook(ctx, stripe, order, intent, freshIds.has(order.attemptId)));
  });
  return outcomes;
}

/** The id of a new, unconfirmed intent; or what became of the try when there can be none. */
async function createIntent(ctx: Ctx, order: ChargeOrder, customer: string | undefined): Promise<string | ChargeOutcome> {
  const parameters: Stripe.PaymentIntentCreateParams = {
    amount: order.amount.amount,
    currency: order.amount.currency.toLowerCase(),
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { attempt: order.attemptId },
    ...(customer ? { customer } : {}),
    ...(order.keepMethod ? { setup_future_usage: 'off_session' } : {}),
  };
  try {
    const { id } = await again(ctx, 'POST /v1/payment_intents', () =>
      stripeOf(ctx).paymentIntents.create(parameters, { idempotencyKey: `${order.attemptId}:create` }),
    );
    return id;
  } catch (error) {
    if (!isUncertain(error) && !isRefusedKey(error)) return refusalOf(error);
    // an intent without a confirmation moves no money: this try is given up for good, and another one may begin at once
    // unless another worker was faster: its intent may be confirmed by now
    return (await noteCalledOff(ctx, order.attemptId)) ?? { kind: 'called-off' };
  }
}

// Money moves here and nowhere else. An intent that somebody has touched before is looked at first.
async function confirmOrLook(ctx: Ctx, stripe: Stripe, order: ChargeOrder, { intent, calledOff }: KnownIntent, isFresh: boolean): Promise<ChargeOutcome> {
  if (calledOff || intent === null) return { kind: 'called-off' };
  try {
    const before = isFresh ? undefined : outcomeOf(await again(ctx, RETRIEVE, () => stripe.paymentIntents.retrieve(intent)));
    return before ?? (await confirm(ctx, stripe, order, intent));
  } catch (error) {
    if (isRefusedKey(error)) return { kind: 'unknown', because: 'Stripe does not take our key' };
    return outcomeOfError(error) ?? (await lookAfter(ctx, stripe, intent, error).catch(refusalOf));
  }
}

async function confirm(ctx: Ctx, stripe: Stripe, order: ChargeOrder, intent: string): Promise<ChargeOutcome> {
  const confirmed = await again(ctx, 'POST /v1/payment_intents/:intent/confirm', () =>
    stripe.paymentIntents.confirm(
      intent,
      { payment_method: order.gatewayMethod, ...(order.offSession ? { off_session: true } : {}) },
      { idempotencyKey: `${order.attemptId}:confirm` },
    ),
  );
  return outcomeOf(confirmed) ?? { kind: 'unknown', because: `the intent is ${confirmed.status}` };
}

/** After an error that says nothing about the money: how the intent stands. What stands nowhere is unknown. */
async function lookAfter(ctx: Ctx, stripe: Stripe, intent: string, error: unknown): Promise<ChargeOutcome> {
  if (!isUncertain(error) && !isUnexpectedState(error)) throw error;
  try {
    await placeFor(ctx, RETRIEVE);
    return outcomeOf(await stripe.paymentIntents.retrieve(intent)) ?? { kind: 'unknown', because: String(error) };
  } catch (second) {
    if (isUncertain(second)) return { kind: 'unknown', because: String(second) };
    throw second;
  }
}

const isUnexpectedState = (error: unknown): boolean => (error as { code?: string } | null)?.code === 'payment_intent_unexpected_state';

/** Makes a call again, with its own key, while nobody knows what became of it. */
async function again<T>(ctx: Ctx, endpoint: string, call: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      await placeFor(ctx, endpoint);
      return await withoutCallSite(call);
    } catch (error) {
      if (tried >= TRIES || !isUncertain(error)) throw error;
      await pause(50 * 4 ** tried);
    }
  }
}

/** Stripe's library notes for each call where it was made, for its errors: a tenth of what a call costs, and ours become outcomes. */
function withoutCallSite<T>(call: () => Promise<T>): Promise<T> {
  const usual = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return call(); // its synchronous part alone is without
  } finally {
    Error.stackTraceLimit = usual;
  }
}

async function sideBySide<Item, Answer>(items: readonly Item[], most: number, work: (item: Item) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = new Array(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let mine = next++; mine < items.length; mine = next++) answers[mine] = await work(items[mine]!);
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(most, items.length) }, lane));
  // thrown on only now: nothing goes on behind the caller's back
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return answers;
}

/** How a try stands, without acting. One that was never confirmed is unknown. */
export async function look(ctx: Ctx, order: ChargeOrder): Promise<ChargeOutcome> {
  const known = (await knownIntents(ctx, [order])).get(order.attemptId);
  if (!known) return { kind: 'unknown', because: 'nothing was begun at Stripe' };
  if (known.calledOff || known.intent === null) return { kind: 'called-off' };
  const { intent } = known;
  try {
    return outcomeOf(await again(ctx, RETRIEVE, () => stripeOf(ctx).paymentIntents.retrieve(intent))) ?? { kind: 'unknown', because: 'it was not confirmed' };
  } catch (error) {
    if (isUncertain(error)) return { kind: 'unknown', because: String(error) };
    throw error;
  }
}
