import { type Id, InvalidInput, NotFound } from '@portico/kit';
import { addDuration, dayOf } from '@portico/kit';
import { lineOfText, sql, type Ctx, type Tx } from '@portico/kit/server';
import { z } from 'zod';
import { refundFollowUp } from '@portico/workflows/refund-follow-up';
import { paymentGateway } from '../api.ts';
import { bookTransfers } from '../ledger/book-transfers.ts';
import { ChargeAmount } from '../plan/plan-input.ts';
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
  const { payment } = begun;
  const answer =
    payment.road === 'card' && payment.attempt_id
      ? await ctx.provider(paymentGateway).refund({ refundId, attemptId: payment.attempt_id, amount: input.amount })
      : ({ kind: 'succeeded', gatewayRef: '' } as const);
  await ctx.inTenant((tx) => settleRefund(tx, refundId, answer.kind, answer.kind === 'failed' ? answer.because : answer.gatewayRef));
  return answer.kind === 'failed' ? { state: 'failed', because: answer.because } : { state: answer.kind };
}

const outcomeOf = ({ state, failure }: RefundRow): RefundOutcome => ({ state, ...(failure ? { because: failure } : {}) });

async function beginRefund(tx: Tx, paymentId: Id, { amount, reason }: RefundPayment, refundId: Id): Promise<{ payment: Payment; earlier?: RefundRow }> {
  const payment = await tx.query(Payment).findById(paymentId).forUpdate();
  if (!payment) throw new NotFound();
  const earlier = await tx.row<RefundRow>(
    sql`select id, state, failure, amount_minor from billing.refunds where tenant_id = ${tx.ctx.tenant.id} and id = ${refundId}`,
  );
  if (earlier && earlier.amount_minor !== amount.amount) throw new PaymentFormUsed();
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

interface OpenRefund {
  readonly payment_id: Id;
  readonly account_id: Id;
  readonly bill_group_id: Id;
  readonly amount_minor: number;
  readonly currency: string;
  readonly reason: string;
  readonly asked_by: Id;
  readonly road: string;
}

/** Writes down how a refund came out, once: what failed gives the sum free again, what succeeded is booked. */
export async function settleRefund(tx: Tx, refundId: Id, state: RefundOutcome['state'], said: string): Promise<void> {
  const { tenant, clock } = tx.ctx;
  const refund =
    await tx.row<OpenRefund>(sql`select r.payment_id, r.account_id, r.bill_group_id, r.amount_minor, r.currency, r.reason, r.asked_by, p.road from billing.refunds r
    join billing.payments p on p.tenant_id = ${tenant.id} and p.id = r.payment_id
    where r.tenant_id = ${tenant.id} and r.id = ${refundId} and r.state = 'pending' for update of r, p`);
  if (!refund || state === 'pending') return;
  await tx.run(sql`update billing.refunds set state = ${state}, settled_at = ${clock.now()}::timestamptz,
    failure = ${state === 'failed' ? said : null}, gateway_ref = ${state === 'failed' ? null : said} where tenant_id = ${tenant.id} and id = ${refundId}`);
  if (state === 'failed')
    await tx.run(
      sql`update billing.payments set refunded_minor = refunded_minor - ${refund.amount_minor} where tenant_id = ${tenant.id} and id = ${refund.payment_id}`,
    );
  else await bookRefund(tx, refundId, refund);
}

// Money back, and the credit note that lowers what was invoiced: so that books and documents agree (requirements 3.6).
async function bookRefund(tx: Tx, refundId: Id, refund: OpenRefund): Promise<void> {
  const { tenant, clock } = tx.ctx;
  const { account_id: accountId, bill_group_id: billGroupId, currency, amount_minor: amount } = refund;
  const invoice = await tx.row<{ invoice_id: Id }>(sql`select invoice_id from billing.payment_allocations
    where tenant_id = ${tenant.id} and payment_id = ${refund.payment_id} order by amount_minor desc, id limit 1`);
  const road = refund.road === 'card' ? ('card' as const) : ('bank' as const);
  const about = { accountId, billGroupId, currency, amount, ...(invoice ? { invoiceId: invoice.invoice_id } : {}) };
  if (!invoice) return bookTransfers(tx, [{ ...about, debit: 'credit', credit: road, source: 'refund', sourceId: refundId }]);
  const noteId = tx.ctx.newId();
  const now = clock.now();
  await tx.run(sql`insert into billing.credit_notes (id, number, account_id, bill_group_id, invoice_id, amount_minor, currency, reason, cause, issued_on, issued_at, issued_by)
    values (${noteId}, ${await tx.nextNumber('billing.credit-note')}, ${accountId}, ${billGroupId}, ${invoice.invoice_id}, ${amount}, ${currency}, ${refund.reason}, ${refundId},
      ${dayOf(now, tenant.zone)}::date, ${now}::timestamptz, ${refund.asked_by})`);
  await tx.run(sql`update billing.refunds set credit_note_id = ${noteId} where tenant_id = ${tenant.id} and id = ${refundId}`);
  await bookTransfers(tx, [
    { ...about, debit: 'credited', credit: 'receivable', source: 'credit-note', sourceId: noteId },
    { ...about, debit: 'receivable', credit: road, source: 'refund', sourceId: refundId },
  ]);
}
