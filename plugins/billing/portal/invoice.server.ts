import type { PageRequest } from '@portico/kit/page';
import type { Ctx } from '@portico/kit/server';
import { creditsOfInvoice, paymentsOfInvoice, readInvoice } from '../invoice/invoice.queries.ts';

/** One invoice that the customer may see, with what was paid and credited of it. */
export const load = (ctx: Ctx, request: PageRequest) =>
  ctx.inTenant(async (tx) => {
    const invoice = await readInvoice(tx, request.params['invoiceId']!);
    return { invoice, payments: await paymentsOfInvoice(tx, invoice), credits: await creditsOfInvoice(tx, invoice) };
  });
