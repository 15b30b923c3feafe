import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { ListAllInvoices, listAllInvoices } from '../invoice/invoice.queries.ts';

/** All invoices, those too that the customer does not see yet. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListAllInvoices, request.query);
  const page = await ctx.inTenant((tx) => listAllInvoices(tx, query));
  return {
    ...page,
    isNarrowed: Boolean(query.status || query.number || query.accountId),
    of: query.accountId && page.data[0] ? { accountId: query.accountId, name: page.data[0].account } : null,
  };
}
