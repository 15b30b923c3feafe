import type { Id } from '@portico/kit';
import { lineOfText, type Ctx, type Tx } from '@portico/kit/server';
import { z } from 'zod';
import { endCollections } from '../collection/end-collections.ts';
import { bookTransfers } from '../ledger/book-transfers.ts';
import { WrongInvoiceState } from './invoice-errors.ts';
import type { Invoice } from './invoice.model.ts';
import { lockInvoice } from './issue-invoice.ts';
import { demandNoLiveAttempt } from './void-invoice.ts';

/** Why nobody expects the money any more. */
export const WriteOffInvoice = z.object({ reason: lineOfText(200, 'portico.problem.required').meta({ description: 'The customer reads it' }) });

/**
 * Staff give up what is open of an issued invoice: it is not asked for any more, and the books say that it is lost, not that
 * it was never owed (requirements 3.6). What was paid of it stays paid; should money come after all, it can still be recorded
 * (requirements 3.5). Throws PaymentUnderWay while a payment of it is not settled, WrongInvoiceState for one that is a draft,
 * paid or void. Repeating it changes nothing.
 */
export async function writeOffInvoice(ctx: Ctx, invoiceId: Id, because: string): Promise<void> {
  ctx.demand('manage', 'Invoice');
  await ctx.inTenant(async (tx) => {
    const invoice = await lockInvoice(tx, invoiceId);
    if (invoice.state === 'written-off') return;
    if (invoice.state !== 'issued') throw new WrongInvoiceState({ number: invoice.number ?? 0, state: ctx.text(`billing.invoice.${invoice.state}`) });
    await demandNoLiveAttempt(tx, invoice);
    await giveUp(tx, invoice, because);
    await tx.audit('billing.invoice-written-off', null, { invoiceId, number: invoice.number, because });
  });
}

async function giveUp(tx: Tx, invoice: Invoice, because: string): Promise<void> {
  const { id, account_id: accountId, bill_group_id: billGroupId, currency, open_minor: amount } = invoice;
  await bookTransfers(tx, [
    { accountId, billGroupId, currency, amount, debit: 'written-off', credit: 'receivable', source: 'write-off', sourceId: id, invoiceId: id },
  ]);
  await invoice.$query(tx.sql).patch({ state: 'written-off', written_off_minor: amount, closed_because: because });
  await endCollections(tx, [id], 'written-off');
}
