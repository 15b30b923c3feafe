import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { chargeWhatWasSent } from '../renewal/charge-what-was-sent.ts';
import { WrongInvoiceState } from './invoice-errors.ts';
import { lockInvoice } from './issue-invoice.ts';

/**
 * Staff mark an invoice Sent: from this moment the customer sees it and it counts, and auto-pay charges it.
 * A draft throws WrongInvoiceState; repeating it changes nothing.
 */
export async function sendInvoice(ctx: Ctx, invoiceId: Id): Promise<void> {
  ctx.demand('manage', 'Invoice');
  await ctx.inTenant(async (tx) => {
    const invoice = await lockInvoice(tx, invoiceId);
    if (invoice.sent_at) return;
    if (invoice.state === 'draft' || invoice.state === 'void')
      throw new WrongInvoiceState({ number: invoice.number ?? 0, state: ctx.text(`billing.invoice.${invoice.state}`) });
    await invoice.$query(tx.sql).patch({ sent_at: ctx.clock.now() });
    await chargeWhatWasSent(tx, invoice);
    await tx.audit('billing.invoice-sent', null, { invoiceId, number: invoice.number });
  });
}
