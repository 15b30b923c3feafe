import { NotFound, type Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import type { AskedInvoice, ReceivedElsewhere } from '../api.ts';
import { draftInvoice, issueDraft, lockInvoice } from '../invoice/issue-invoice.ts';
import { Invoice, lineOf } from '../invoice/invoice.model.ts';
import { Payment } from './payment.model.ts';
import { receivePayments } from './receive-payments.ts';
import { refundPayment } from './refund-payment.ts';

/**
 * Money for something that another plugin sold and was paid for outside the portal: an invoice over it is issued and paid in
 * the same moment, so that the statement has both. The same cause again answers the invoice of the first time; two at once
 * end in one, the other throws and finds it when it asks again.
 */
export async function bookReceived(ctx: Ctx, received: ReceivedElsewhere): Promise<AskedInvoice> {
  return ctx.inTenant(async (tx) => {
    const earlier = await tx.query(Invoice).findOne({ cause: received.cause });
    if (earlier) return { invoiceId: earlier.id, invoiceNumber: earlier.number! };
    const invoice = await issuedFor(tx, received);
    await pay(tx, invoice, received);
    return { invoiceId: invoice.id, invoiceNumber: invoice.number! };
  });
}

async function issuedFor(tx: Tx, { cause, accountId, billGroupId, currency, description, amountMinor }: ReceivedElsewhere): Promise<Invoice> {
  const id: Id = tx.ctx.newId();
  await draftInvoice(tx, { id, accountId, billGroupId, currency, lines: [lineOf(description, 1, amountMinor)], cause });
  await issueDraft(tx, await lockInvoice(tx, id), { send: true });
  return lockInvoice(tx, id);
}

const pay = (tx: Tx, invoice: Invoice, { cause, accountId, billGroupId, currency, amountMinor, receivedOn, note }: ReceivedElsewhere): Promise<void> =>
  receivePayments(tx, [
    {
      id: tx.ctx.newId(),
      accountId,
      billGroupId,
      road: 'other',
      amount: amountMinor,
      currency,
      receivedOn,
      described: tx.ctx.text('billing.road.other'),
      note,
      cause,
      recordedBy: tx.ctx.actor.id,
      isBookedAfter: true,
      parts: [{ invoiceId: invoice.id, amount: amountMinor }],
    },
  ]);

/** What was booked by mistake goes back as a whole, once for each cause. Throws NotFound for what was never booked. */
export async function takeBackReceived(ctx: Ctx, { cause, received, reason }: { cause: Id; received: Id; reason: string }): Promise<void> {
  const payment = await ctx.inTenant((tx) => tx.query(Payment).findOne({ cause: received }));
  if (!payment) throw new NotFound();
  await refundPayment(ctx, payment.id, { amount: { amount: payment.amount_minor, currency: payment.currency }, reason }, cause);
}
