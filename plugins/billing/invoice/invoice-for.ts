import type { Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { autoChargeRenewal } from '@portico/workflows/auto-charge-renewal';
import type { AskedCharge, AskedInvoice } from '../api.ts';
import { keepWaiting } from '../renewal/keep-waiting.ts';
import { draftInvoice, issueDraft, lockInvoice } from './issue-invoice.ts';
import { Invoice, lineOf } from './invoice.model.ts';

/**
 * Another plugin sells something: its invoice is issued and Sent, and the renewal clock charges it or asks for it, in the
 * same way as a renewal of a plan. The same cause again answers the invoice of the first time and changes nothing; two at
 * once end in one, the other throws and finds it when it asks again.
 */
export async function invoiceFor(ctx: Ctx, charge: AskedCharge): Promise<AskedInvoice> {
  return ctx.inTenant(async (tx) => {
    const earlier = await tx.query(Invoice).findOne({ cause: charge.cause });
    if (earlier) return { invoiceId: earlier.id, invoiceNumber: earlier.number! };
    return issueFor(tx, charge);
  });
}

async function issueFor(tx: Tx, { cause, accountId, billGroupId, currency, lines }: AskedCharge): Promise<AskedInvoice> {
  const id: Id = tx.ctx.newId();
  const printed = lines.map(({ description, quantity, unitMinor }) => lineOf(description, quantity, unitMinor));
  await draftInvoice(tx, { id, accountId, billGroupId, currency, lines: printed, cause });
  const invoice = await lockInvoice(tx, id);
  if (invoice.total_minor <= 0) throw new TypeError('an invoice for nothing was asked for');
  await issueDraft(tx, invoice, { send: true });
  await keepWaiting(tx, [id]);
  await tx.nudge(autoChargeRenewal);
  const { number } = await lockInvoice(tx, id);
  await tx.audit('billing.invoice-asked-for', null, { invoiceId: id, cause });
  return { invoiceId: id, invoiceNumber: number! };
}
