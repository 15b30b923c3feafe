import { isDeepStrictEqual } from 'node:util';
import { InvalidInput, type Id } from '@portico/kit';
import { lineOfText, type Ctx, type Tx } from '@portico/kit/server';
import { z } from 'zod';
import { ChargeAmount } from '../plan/plan-input.ts';
import { InvoiceFormUsed } from './invoice-errors.ts';
import { lineOf, Invoice } from './invoice.model.ts';
import { buyerOf, draftInvoice } from './issue-invoice.ts';

/** An invoice that staff write by hand: one line or several, all in one currency. */
export const WriteInvoice = z.object({
  accountId: z.uuid('billing.problem.account'),
  billGroupId: z.uuid('billing.problem.bill-group'),
  lines: z
    .array(
      z.object({
        description: lineOfText(200, 'portico.problem.required'),
        quantity: z.int('portico.problem.number').min(1).max(100_000),
        price: ChargeAmount,
      }),
    )
    .min(1)
    .max(100),
});
export type WriteInvoice = z.output<typeof WriteInvoice>;

/**
 * Staff write an invoice as a draft; the customer sees nothing of it before it is issued and Sent. Answers its id, which is
 * the one that the form was made with: the same again is answered as the first time, another one under it throws
 * InvoiceFormUsed. Lines of two currencies are InvalidInput at `lines`.
 */
export async function writeInvoice(ctx: Ctx, input: WriteInvoice, id: Id = ctx.newId()): Promise<Id> {
  ctx.demand('manage', 'Invoice');
  const { accountId, billGroupId } = input;
  const { currency } = input.lines[0]!.price;
  if (input.lines.some(({ price }) => price.currency !== currency)) throw new InvalidInput({ lines: { key: 'billing.problem.one-currency' } });
  const lines = input.lines.map(({ description, quantity, price }) => lineOf(description, quantity, price.amount));
  return ctx.inTenant(async (tx: Tx) => {
    const earlier = await tx.query(Invoice).findById(id);
    if (earlier) {
      if (earlier.bill_group_id !== billGroupId || !isDeepStrictEqual(earlier.lines, lines)) throw new InvoiceFormUsed();
      return id;
    }
    await buyerOf(tx, accountId, billGroupId);
    await draftInvoice(tx, { id, accountId, billGroupId, currency, lines });
    await tx.audit('billing.invoice-written', null, { invoiceId: id, accountId });
    return id;
  });
}
