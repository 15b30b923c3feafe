import { dayOf, InvalidInput, type Id } from '@portico/kit';
import { lineOfText, sql, type Ctx, type Tx } from '@portico/kit/server';
import { z } from 'zod';
import { bookTransfers } from '../ledger/book-transfers.ts';
import { beginWhatWasPaid } from '../payment/receive-payments.ts';
import { ChargeAmount } from '../plan/plan-input.ts';
import { CreditFormUsed, CreditTooLarge, WrongInvoiceState } from './invoice-errors.ts';
import type { Invoice } from './invoice.model.ts';
import { lockInvoice } from './issue-invoice.ts';
import { moneyText } from './money-text.ts';
import { demandNoLiveAttempt } from './void-invoice.ts';

/** How much of an invoice is taken back, and why. */
export const CreditInvoice = z.object({
  amount: ChargeAmount.refine((money) => money.amount > 0, 'portico.problem.amount'),
  reason: lineOfText(200, 'portico.problem.required').meta({ description: 'The customer reads it' }),
});
export type CreditInvoice = z.output<typeof CreditInvoice>;

/**
 * Staff take back a part of an issued invoice, or all that is open of it: a credit note with a number of its own lowers what
 * the customer owes, and with nothing left open the invoice is settled (requirements 3.6). Never more than is open: what was
 * paid goes back by refund. `noteId` is the form's: the same note again is answered as the first time, another one under it
 * throws CreditFormUsed. Throws CreditTooLarge, PaymentUnderWay, WrongInvoiceState.
 */
export async function creditInvoice(ctx: Ctx, invoiceId: Id, input: CreditInvoice, noteId: Id = ctx.newId()): Promise<Id> {
  ctx.demand('manage', 'Invoice');
  return ctx.inTenant(async (tx) => {
    const invoice = await lockInvoice(tx, invoiceId);
    if (await wasWritten(tx, noteId, invoice, input)) return noteId;
    if (invoice.state !== 'issued') throw new WrongInvoiceState({ number: invoice.number ?? 0, state: ctx.text(`billing.invoice.${invoice.state}`) });
    if (input.amount.currency !== invoice.currency) throw new InvalidInput({ 'amount.currency': { key: 'billing.problem.currency' } });
    await demandNoLiveAttempt(tx, invoice);
    if (input.amount.amount > invoice.open_minor) throw new CreditTooLarge({ open: moneyText(ctx, invoice.open_minor, invoice.currency) });
    await writeNote(tx, invoice, input, noteId);
    await lowerInvoice(tx, invoice, input.amount.amount);
    await tx.audit('billing.invoice-credited', null, { invoiceId, number: invoice.number, ...input });
    return noteId;
  });
}

/** The form has written its note before. */
async function wasWritten(tx: Tx, noteId: Id, invoice: Invoice, { amount }: CreditInvoice): Promise<boolean> {
  const earlier = await tx.row<{ invoice_id: Id; amount_minor: number }>(
    sql`select invoice_id, amount_minor from billing.credit_notes where tenant_id = ${tx.ctx.tenant.id} and id = ${noteId}`,
  );
  if (earlier && (earlier.invoice_id !== invoice.id || earlier.amount_minor !== amount.amount)) throw new CreditFormUsed();
  return earlier !== undefined;
}

async function writeNote(tx: Tx, invoice: Invoice, { amount: { amount, currency }, reason }: CreditInvoice, noteId: Id): Promise<void> {
  const { tenant, clock, actor } = tx.ctx;
  const { id: invoiceId, account_id: accountId, bill_group_id: billGroupId } = invoice;
  const now = clock.now();
  await tx.run(sql`insert into billing.credit_notes (id, number, account_id, bill_group_id, invoice_id, amount_minor, currency, reason, issued_on, issued_at, issued_by)
    values (${noteId}, ${await tx.nextNumber('billing.credit-note')}, ${accountId}, ${billGroupId}, ${invoiceId}, ${amount}, ${currency}, ${reason},
      ${dayOf(now, tenant.zone)}::date, ${now}::timestamptz, ${actor.id})`);
  await bookTransfers(tx, [
    { accountId, billGroupId, currency, amount, debit: 'credited', credit: 'receivable', source: 'credit-note', sourceId: noteId, invoiceId },
  ]);
}

// With nothing left open it is settled, and what waited for that begins.
async function lowerInvoice(tx: Tx, invoice: Invoice, amount: number): Promise<void> {
  const isSettled = amount === invoice.open_minor;
  await invoice.$query(tx.sql).patch({ credited_minor: invoice.credited_minor + amount, ...(isSettled ? { state: 'paid', paid_at: tx.ctx.clock.now() } : {}) });
  if (isSettled) await beginWhatWasPaid(tx, [invoice]);
}
