import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { payableInvoices } from '../ledger/balance.queries.ts';
import { accountIn } from '../payment/account-in.ts';
import { ListInvoices, listInvoices } from '../invoice/invoice.queries.ts';

/** The customer's invoices: those that are Sent. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListInvoices, request.query);
  const read = await ctx.inTenant(async (tx) => ({
    ...(await listInvoices(tx, query)),
    isOwing: (await payableInvoices(tx, accountIn(ctx, undefined))).length > 0,
  }));
  return { ...read, isNarrowed: Boolean(query.status || query.number || query.q || query.from || query.to), mayPay: ctx.may('pay', 'Invoice') };
}
