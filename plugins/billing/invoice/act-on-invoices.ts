import { dayOf, type Id } from '@portico/kit';
import { derivedId, PorticoError, type Ctx } from '@portico/kit/server';
import { z } from 'zod';
import { Payment } from '../payment/payment.model.ts';
import { RecordPayment } from '../payment/pay-input.ts';
import { recordPayment } from '../payment/record-payment.ts';
import { WrongInvoiceState } from './invoice-errors.ts';
import { readInvoice } from './invoice.queries.ts';
import { issueInvoice } from './issue-invoice.ts';
import { sendPayLink } from './pay-link.ts';
import { sendInvoice } from './send-invoice.ts';
import { voidInvoice } from './void-invoice.ts';

/** The invoices that staff picked in the list: a page of it at most. */
export const PickedInvoices = z.array(z.uuid('billing.problem.invoice')).min(1, 'billing.problem.none-picked').max(100);

/** What is done with each of them. */
type InvoiceDeed = (invoiceId: Id) => Promise<unknown>;

/** How it went with several: how many it was done with, and why it was not with each of the others, in a sentence. */
export interface DoneWithInvoices {
  readonly done: number;
  readonly refused: readonly string[];
}

/**
 * One after the other, each in its own transaction: what is refused of one does not keep the others back. Anything but a
 * refusal in words stops it; what was done by then stays done.
 */
async function withEach(ctx: Ctx, invoiceIds: readonly Id[], deed: InvoiceDeed): Promise<DoneWithInvoices> {
  const refused: string[] = [];
  for (const invoiceId of invoiceIds)
    await deed(invoiceId).catch((error: unknown) => {
      if (!(error instanceof PorticoError)) throw error;
      refused.push(ctx.text(error.code, error.values));
    });
  return { done: invoiceIds.length - refused.length, refused };
}

/** Staff mark several Sent; drafts among them are issued first. Repeating it changes nothing. */
export const sendInvoices = (ctx: Ctx, invoiceIds: readonly Id[]): Promise<DoneWithInvoices> =>
  withEach(ctx, invoiceIds, async (id) => {
    const { status } = await ctx.inTenant((tx) => readInvoice(tx, id));
    return status === 'draft' ? issueInvoice(ctx, id, { send: true }) : sendInvoice(ctx, id);
  });

/** Staff remind of several: the pay link of each goes to the people who manage its customer. Repeating it sends anew. */
export const sendPayLinks = (ctx: Ctx, invoiceIds: readonly Id[]): Promise<DoneWithInvoices> => withEach(ctx, invoiceIds, (id) => sendPayLink(ctx, id));

/** Staff make several void, for one reason. Repeating it changes nothing. */
export const voidInvoices = (ctx: Ctx, invoiceIds: readonly Id[], because: string): Promise<DoneWithInvoices> =>
  withEach(ctx, invoiceIds, (id) => voidInvoice(ctx, id, because));

/**
 * Staff record that what is open of each came in by transfer today. `formId` makes it once for each invoice: the same form
 * sent again changes nothing.
 */
export const recordInvoicesPaid = (ctx: Ctx, invoiceIds: readonly Id[], formId: Id): Promise<DoneWithInvoices> =>
  withEach(ctx, invoiceIds, (id) => recordPaid(ctx, id, derivedId(`${formId} ${id}`)));

async function recordPaid(ctx: Ctx, invoiceId: Id, formId: Id): Promise<void> {
  const { number, status, open, billGroupId } = await ctx.inTenant((tx) => readInvoice(tx, invoiceId));
  if (await isRecorded(ctx, formId)) return;
  if (open.amount === 0) throw new WrongInvoiceState({ number: number ?? '–', state: ctx.text(`billing.invoice.${status}`) });
  const receivedOn = dayOf(ctx.clock.now(), ctx.tenant.zone);
  const input = RecordPayment.parse({ billGroupId, amount: open, road: 'transfer', receivedOn, invoiceIds: [invoiceId] });
  await recordPayment(ctx, input, formId);
}

const isRecorded = async (ctx: Ctx, formId: Id): Promise<boolean> => (await ctx.inTenant((tx) => tx.query(Payment).findOne({ cause: formId }))) !== undefined;
