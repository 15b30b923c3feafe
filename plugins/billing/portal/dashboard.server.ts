import type { Ctx } from '@portico/kit/server';
import { balancesOf } from '../ledger/balance.queries.ts';
import { accountIn } from '../payment/account-in.ts';
import { nextBilling } from '../subscription/next-billing.queries.ts';
import { listInvoices } from '../invoice/invoice.queries.ts';

/** The money of a customer at a glance (portal 3): what is owed, what comes next, how it is paid. */
export async function load(ctx: Ctx) {
  ctx.demand('read', 'Invoice');
  const accountId = accountIn(ctx, undefined);
  return ctx.inTenant(async (tx) => ({
    balances: await balancesOf(tx, accountId),
    next: await nextBilling(tx, accountId),
    invoices: (await listInvoices(tx, { limit: 5, sort: '-issued' })).data,
    currency: ctx.tenant.currency,
  }));
}
