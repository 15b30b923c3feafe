import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { ListInvoices, listInvoices } from '../invoice/invoice.queries.ts';

/** The customer's invoices: those that are Sent. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListInvoices, request.query);
  return { ...(await ctx.inTenant((tx) => listInvoices(tx, query))), isNarrowed: Boolean(query.status || query.number) };
}
