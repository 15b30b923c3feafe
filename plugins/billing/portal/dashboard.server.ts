import type { Ctx, Tx } from '@portico/kit/server';
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
    ...(await whatToShow(tx)),
    currency: ctx.tenant.currency,
  }));
}

/** What is to be paid, the oldest due first; where nothing is, the newest invoices. */
async function whatToShow(tx: Tx) {
  const open = await listInvoices(tx, { limit: 5, sort: 'due', status: 'open' });
  if (open.data.length > 0) return { invoices: open.data, isOpen: true };
  return { invoices: (await listInvoices(tx, { limit: 5, sort: '-issued' })).data, isOpen: false };
}
