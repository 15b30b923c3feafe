import { addDuration, type Id, InvalidInput, NotFound, PorticoError } from '@portico/kit';
import { lineOfText, sql, type Ctx, type Tx } from '@portico/kit/server';
import { z } from 'zod';
import { refundFollowUp } from '@portico/workflows/refund-follow-up';
import { paymentGateway } from '../api.ts';
import { ChargeAmount } from '../plan/plan-input.ts';
import { bookRefund, bookReturned, type RefundToBook } from './book-refund.ts';
import { PaymentFormUsed, RefundTooLarge } from './payment-errors.ts';
import { Payment } from './payment.model.ts';

/** How much of a payment goes back, and why; the customer reads the reason. */
export const RefundPayment = z.object({
  amount: ChargeAmount.refine((money) => money.amount > 0, 'portico.problem.amount'),
  reason: lineOfText(200, 'portico.problem.required').meta({ description: 'The customer reads it' }),
});
export type RefundPayment = z.output<typeof RefundPayment>;

/** One whose end is not written down by then is asked for: the bank takes its time, or our process ended in between. */
const ASKED_FOR_AFTER = 'PT2M';

/** How a refund stands. */
export interface RefundOutcome {
  readonly state: 'succeeded' | 'pending' | 'failed';
  readonly because?: string;
}

interface RefundRow {
  readonly id: Id;
  readonly payment_id: Id;
  readonly state: RefundOutcome['state'];
  readonly failure: string | null;
  readonly amount_minor: number;
}

/**
 * Staff send money back: to the card by the gateway, or, for other roads, as a note that it was sent. Never more than came
 * in, also when fifty do it at once: what is asked for is reserved under the payment's lock before the gateway hears of it,
 * and the refund's id is its key (requirements 3.6). What succeeds is booked with a credit note of the same sum. `refundId`
 * is the form's: the same again is answered as the first time. Throws RefundTooLarge, NotFound.
 */
export async function refundPayment(ctx: Ctx, paymentId: Id, input: RefundPayment, refundId: Id = ctx.newId()): Promise<RefundOutcome> {
  ctx.demand('manage', 'Payment');
  const begun = await ctx.inTenant((tx) => beginRefund(tx, paymentId, input, refundId));
  if (begun.earlier) return outcomeOf(begun.earlier);
  const answer = await sendBack(ctx, begun.payment, input, refundId);
  if (answer === 'unheard') return { state: 'pending' };
  await ctx.inTenant((tx) => settleRefund(tx, refundId, answer.kind, answer.kind === 'failed' ? answer.because : answer.gatewayRef));
  return answer.kind === 'failed' ? { state: 'failed', because: answer.because } : { state: answer.kind };
}

// It is written down by now: when the gateway cannot be reached it is on its way, and `refundFollowUp` sends or finds it.
async function sendBack(ctx: Ctx, { road, attempt_id: attemptId }: Payment, { amount }: RefundPayment, refundId: Id) {
  if (road !== 'card' || !attemptId) return { kind: 'succeeded', gatewayRef: '' } as const;
  try {
    return await ctx.provider(paymentGateway).refund({ refundId, attemptId, amount });
  } catch (error) {
    if (!(error instanceof PorticoError) || error.status !== 503) throw error;
    ctx.log.warn('a refund waits for its gateway', { refundId, because: error.message });
    return 'unheard';
  }
}

const outcomeOf = ({ state, failure }: RefundRow): RefundOutcome => ({ state, ...(failure ? { because: failure } : {}) });

async function beginRefund(tx: Tx, paymentId: Id, { amount, reason }: RefundPayment, refundId: Id): Promise<{ payment: Payment; earlier?: RefundRow }> {
  const payment = await tx.query(Payment).findById(paymentId).forUpdate();
  if (!payment) throw new NotFound();
  const earlier = await tx.row<RefundRow>(
    sql`select id, payment_id, state, failure, amount_minor from billing.refunds where tenant_id = ${tx.ctx.tenant.id} and id = ${refundId}`,
  );
  if (earlier && (earlier.amount_minor !== amount.amount || earlier.payment_id !== payment.id)) throw new PaymentFormUsed();
  if (earlier) return { payment, earlier };
  if (amount.currency !== payment.currency) throw new InvalidInput({ 'amount.currency': { key: 'billing.problem.currency' } });
  if (payment.refunded_minor + amount.amount > payment.amount_minor) throw new RefundTooLarge();
  await payment.$query(tx.sql).patch({ refunded_minor: payment.refunded_minor + amount.amount });
  const now = tx.ctx.clock.now();
  await tx.run(sql`insert into billing.refunds (id, payment_id, account_id, bill_group_id, amount_minor, currency, state, reason, asked_by, asked_at, look_at)
    values (${refundId}, ${payment.id}, ${payment.account_id}, ${payment.bill_group_id}, ${amount.amount}, ${amount.currency}, 'pending', ${reason}, ${tx.ctx.actor.id},
      ${now}::timestamptz, ${addDuration(now, ASKED_FOR_AFTER, tx.ctx.tenant.zone)}::timestamptz)`);
  await tx.nudge(refundFollowUp);
  await tx.audit('billing.refunded', null, { paymentId, amount, reason });
  return { payment };
}

/** A refund's row locked with its payment, and how it stands. */
type LockedRefund = RefundToBook & { readonly state: RefundOutcome['state'] };

/**
 * Writes down how a refund came out, forward only: what failed gives the sum free again, what succeeded is booked. A bank may
 * send back what had succeeded; then it is booked as the customer's credit. Repeating it changes nothing.
 */
export async function settleRefund(tx: Tx, refundId: Id, state: RefundOutcome['state'], said: string): Promise<void> {
  const { tenant, clock } = tx.ctx;
  const refund =
    await tx.row<LockedRefund>(sql`select r.id, r.payment_id, r.account_id, r.bill_group_id, r.amount_minor, r.currency, r.reason, r.asked_by, r.state, p.road
    from billing.refunds r join billing.payments p on p.tenant_id = ${tenant.id} and p.id = r.payment_id
    where r.tenant_id = ${tenant.id} and r.id = ${refundId} for update of r, p`);
  if (!refund || state === 'pending' || state === refund.state || refund.state === 'failed') return;
  await tx.run(sql`update billing.refunds set state = ${state}, settled_at = ${clock.now()}::timestamptz,
    failure = ${state === 'failed' ? said : null}, gateway_ref = ${state === 'failed' ? null : said} where tenant_id = ${tenant.id} and id = ${refundId}`);
  if (state === 'succeeded') return bookRefund(tx, refund);
  await tx.run(
    sql`update billing.payments set refunded_minor = refunded_minor - ${refund.amount_minor} where tenant_id = ${tenant.id} and id = ${refund.payment_id}`,
  );
  if (refund.state === 'succeeded') await bookReturned(tx, refund);
}
