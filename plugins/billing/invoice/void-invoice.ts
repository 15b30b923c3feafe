import type { Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { autoChargeRenewal } from '@portico/workflows/auto-charge-renewal';
import { endCollections, resumePaid } from '../collection/end-collections.ts';
import { bookTransfers } from '../ledger/book-transfers.ts';
import { InvoiceHasPayments, PaymentUnderWay, WrongInvoiceState } from './invoice-errors.ts';
import { lockInvoice } from './issue-invoice.ts';
import type { Invoice } from './invoice.model.ts';

/**
 * Staff make an invoice void: nothing is owed for it any more, and it keeps its number (requirements 3.5). A draft simply
 * goes. With payments or credit notes it throws InvoiceHasPayments, while a payment is under way PaymentUnderWay; a paid one
 * WrongInvoiceState. Repeating it changes nothing.
 */
export async function voidInvoice(ctx: Ctx, invoiceId: Id, because: string): Promise<void> {
  ctx.demand('manage', 'Invoice');
  await ctx.inTenant(async (tx) => {
    const invoice = await lockInvoice(tx, invoiceId);
    if (invoice.state === 'void') return;
    if (invoice.state === 'draft') await invoice.$query(tx.sql).delete();
    else await makeVoid(tx, invoice, because);
    await tx.audit('billing.invoice-voided', null, { invoiceId, number: invoice.number, because });
  });
}

async function makeVoid(tx: Tx, invoice: Invoice, because: string): Promise<void> {
  const number = invoice.number!;
  if (invoice.paid_minor > 0 || invoice.credited_minor > 0) throw new InvoiceHasPayments({ number });
  if (invoice.state === 'paid') throw new WrongInvoiceState({ number, state: tx.ctx.text('billing.invoice.paid') });
  await demandNoLiveAttempt(tx, invoice);
  const { id, account_id: accountId, bill_group_id: billGroupId, currency } = invoice;
  const about = { accountId, billGroupId, currency, sourceId: id, invoiceId: id };
  await bookTransfers(tx, [
    { ...about, amount: invoice.open_minor, debit: 'revenue', credit: 'receivable', source: 'void' },
    { ...about, amount: invoice.written_off_minor, debit: 'revenue', credit: 'written-off', source: 'void' },
  ]);
  await invoice.$query(tx.sql).patch({ state: 'void', closed_because: because });
  await endCollections(tx, [id], 'void');
  // nothing is owed for it any more: what rested because of it goes on
  if ((await resumePaid(tx, [id])) > 0) await tx.nudge(autoChargeRenewal);
}

/** Throws PaymentUnderWay while somebody's payment of the invoice is not settled. */
export async function demandNoLiveAttempt(tx: Tx, invoice: Invoice): Promise<void> {
  const live = await tx.row(sql`select id from billing.attempt_invoices where tenant_id = ${tx.ctx.tenant.id} and invoice_id = ${invoice.id} and is_live`);
  if (live) throw new PaymentUnderWay({ number: invoice.number! });
}
