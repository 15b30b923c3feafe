import { NotFound, type Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { paymentGateway, type ChargeOutcome } from '../api.ts';
import { liveOrders } from './look-again.ts';
import { paidOutcomeOf, type PaidOutcome } from './pay-invoices.ts';
import { AttemptInvoice, PaymentAttempt } from './payment.model.ts';
import { settleOutcomes } from './settle-outcomes.ts';

/** Which payment somebody comes back to: of an invoice that they may pay. */
export interface OwnAttempt {
  readonly attemptId: Id;
  readonly mayPay: (invoiceId: Id) => Promise<boolean>;
}

/**
 * Somebody comes back to a payment that their bank wanted to confirm: asks the gateway how it stands and writes that down.
 * Repeating it changes nothing. Throws NotFound for a payment of an invoice that they may not pay.
 */
export async function finishPayment(ctx: Ctx, own: OwnAttempt): Promise<PaidOutcome> {
  const attempt = await demandOwn(ctx, own);
  const [order] = await ctx.inTenant((tx) => liveOrders(tx, [own.attemptId]));
  if (!order) return paidOutcomeOf(attempt.id, outcomeOf(attempt));
  const outcome = await ctx.provider(paymentGateway).look(order);
  if (outcome.kind !== 'unknown') await settleOutcomes(ctx, new Map([[attempt.id, outcome]]));
  return paidOutcomeOf(attempt.id, outcome);
}

/** Somebody gives a payment up that waits for their bank, to pay with another card. What was paid by then stays paid. */
export async function giveUpPayment(ctx: Ctx, own: OwnAttempt): Promise<PaidOutcome> {
  const attempt = await demandOwn(ctx, own);
  const [order] = await ctx.inTenant((tx) => liveOrders(tx, [own.attemptId]));
  if (!order) return paidOutcomeOf(attempt.id, outcomeOf(attempt));
  const outcome = await ctx.provider(paymentGateway).callOff(order);
  await settleOutcomes(ctx, new Map([[attempt.id, outcome]]));
  return paidOutcomeOf(attempt.id, outcome);
}

async function demandOwn(ctx: Ctx, { attemptId, mayPay }: OwnAttempt): Promise<PaymentAttempt> {
  const found = await ctx.inTenant(async (tx) => {
    const attempt = await tx.query(PaymentAttempt).findById(attemptId);
    return attempt && { attempt, parts: await tx.query(AttemptInvoice).where({ attempt_id: attemptId }) };
  });
  if (!found) throw new NotFound();
  for (const { invoice_id } of found.parts) if (!(await mayPay(invoice_id))) throw new NotFound();
  return found.attempt;
}

// How an attempt that is over ended, as the gateway said it.
function outcomeOf(attempt: PaymentAttempt): ChargeOutcome {
  if (attempt.state === 'succeeded') return { kind: 'paid', gatewayRef: attempt.gateway_ref ?? '' };
  if (attempt.state === 'failed') return { kind: 'declined', why: attempt.decline_why ?? 'soft', code: attempt.decline_code ?? 'declined' };
  return attempt.state === 'called-off' ? { kind: 'called-off' } : { kind: 'unknown', because: attempt.state };
}
