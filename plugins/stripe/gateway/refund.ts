import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import type { ChargeOrder, ChargeOutcome, GatewayEntry, PaymentGateway } from '@portico/plugin-billing/api';
import Stripe from 'stripe';
import { z } from 'zod';
import { look } from './charge.ts';
import { attemptsOf, knownIntents, noteCalledOff } from './intents.ts';
import { outcomeOf } from './outcome.ts';
import { placeFor } from './call-lanes.ts';
import { stripeOf } from './stripe-client.ts';

type Refund = Parameters<PaymentGateway['refund']>[0];
type Refunded = Awaited<ReturnType<PaymentGateway['refund']>>;

/**
 * Sends money back to the card of an attempt, once: a refund that Stripe has already is not made again, whatever has become of
 * the key meanwhile (keys are forgotten after a day); how it stands by now is the answer.
 */
export async function refund(ctx: Ctx, { refundId, attemptId, amount }: Refund): Promise<Refunded> {
  const intent = (await knownIntents(ctx, [{ attemptId }])).get(attemptId)?.intent;
  if (!intent) return { kind: 'failed', because: 'nothing was charged at Stripe' };
  try {
    const made = (await earlierRefund(ctx, intent, refundId)) ?? (await makeRefund(ctx, intent, { refundId, attemptId, amount }));
    if (made.status === 'failed' || made.status === 'canceled') return { kind: 'failed', because: made.failure_reason ?? made.status };
    return { kind: made.status === 'succeeded' ? 'succeeded' : 'pending', gatewayRef: made.id };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return { kind: 'failed', because: error.code ?? error.message };
    throw error;
  }
}

async function earlierRefund(ctx: Ctx, intent: string, refundId: Id): Promise<Stripe.Refund | undefined> {
  for (let after: string | undefined; ; ) {
    await placeFor(ctx, 'GET /v1/refunds');
    const page = await stripeOf(ctx).refunds.list({ payment_intent: intent, limit: 100, ...(after ? { starting_after: after } : {}) });
    const found = page.data.find(({ metadata }) => metadata?.['refund'] === refundId);
    after = page.data.at(-1)?.id;
    if (found || !page.has_more || !after) return found;
  }
}

async function makeRefund(ctx: Ctx, intent: string, { refundId, amount }: Refund): Promise<Stripe.Refund> {
  await placeFor(ctx, 'POST /v1/refunds');
  const order = { payment_intent: intent, amount: amount.amount, metadata: { refund: refundId } };
  return stripeOf(ctx).refunds.create(order, { idempotencyKey: `${refundId}:refund` });
}

/** Gives a try up: its intent is cancelled, unless money has moved by then. */
export async function callOff(ctx: Ctx, order: ChargeOrder): Promise<ChargeOutcome> {
  const intent = await noteCalledOff(ctx, order.attemptId);
  if (intent === null) return { kind: 'called-off' };
  try {
    await placeFor(ctx, 'POST /v1/payment_intents/:intent/cancel');
    return outcomeOf(await stripeOf(ctx).paymentIntents.cancel(intent, {}, { idempotencyKey: `${order.attemptId}:cancel` })) ?? { kind: 'called-off' };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return look(ctx, order);
    throw error;
  }
}

/** What Stripe has charged, newest first, a hundred at a time. */
export async function entries(ctx: Ctx, after?: string): Promise<{ entries: readonly GatewayEntry[]; next?: string }> {
  await placeFor(ctx, 'GET /v1/charges');
  const page = await stripeOf(ctx).charges.list({ limit: 100, ...(after ? { starting_after: after } : {}) });
  const charges = page.data.filter(({ status }) => status === 'succeeded');
  const attempts = await attemptsOf(ctx, charges.map(intentOf));
  const last = page.data.at(-1);
  return { entries: charges.map((charge) => entryOf(charge, attempts)), ...(page.has_more && last ? { next: last.id } : {}) };
}

const intentOf = (charge: Stripe.Charge): string =>
  typeof charge.payment_intent === 'string' ? charge.payment_intent : (charge.payment_intent?.id ?? charge.id);

// A charge whose intent we never stored still says for which attempt it was made.
function entryOf(charge: Stripe.Charge, attempts: ReadonlyMap<string, Id>): GatewayEntry {
  const gatewayRef = intentOf(charge);
  const money = (amount: number) => ({ amount, currency: charge.currency.toUpperCase() });
  const attemptId = attempts.get(gatewayRef) ?? z.uuid().safeParse(charge.metadata['attempt']).data ?? null;
  return { gatewayRef, attemptId, captured: money(charge.amount_captured), refunded: money(charge.amount_refunded) };
}
