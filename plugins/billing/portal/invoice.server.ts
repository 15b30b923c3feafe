import type { PageRequest } from '@portico/kit/page';
import type { Ctx } from '@portico/kit/server';
import { followCollection } from '../collection/collection.queries.ts';
import { historyOfInvoice } from '../invoice/invoice-history.queries.ts';
import { creditsOfInvoice, paymentsOfInvoice, readInvoice } from '../invoice/invoice.queries.ts';
import { plannedChargeOf } from '../renewal/charge-what-was-sent.ts';

/** One invoice that the customer may see, with what was paid and credited of it, and what happens next when a charge of it did not go through. */
export async function load(ctx: Ctx, request: PageRequest) {
  const read = await ctx.inTenant(async (tx) => {
    const invoice = await readInvoice(tx, request.params['invoiceId']!);
    return {
      invoice,
      payments: await paymentsOfInvoice(tx, invoice),
      credits: await creditsOfInvoice(tx, invoice),
      history: await historyOfInvoice(tx, invoice),
      planned: await plannedChargeOf(tx, invoice.id),
    };
  });
  return { ...read, followed: await followCollection(ctx, read.invoice.id) };
}
