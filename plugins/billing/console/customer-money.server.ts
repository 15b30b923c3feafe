import type { Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { listFailedCharges } from '../collection/failed-charges.queries.ts';
import { listAllInvoices } from '../invoice/invoice.queries.ts';
import { balancesOf } from '../ledger/balance.queries.ts';
import { listPayments } from '../payment/payment.queries.ts';
import { listSubscriptions } from '../subscription/subscription.queries.ts';
import { nextBilling } from '../subscription/next-billing.queries.ts';

/** So many of each are shown; the lists have the rest. */
const NEWEST = 5;

/** A card of a bill group, and what stands on it. */
export interface KeptCard {
  readonly id: Id;
  readonly billGroup: string;
  readonly brand: string;
  readonly lastFour: string;
  readonly isDefault: boolean;
  readonly autoPay: boolean;
}

/** The money of one customer, as staff look at it: what is owed, what comes next, and the newest of each kind. */
export const load = (ctx: Ctx, { accountId }: { readonly accountId: Id }) =>
  ctx.inTenant(async (tx) => ({
    accountId,
    currency: ctx.tenant.currency,
    balances: await balancesOf(tx, accountId),
    next: await nextBilling(tx, accountId),
    cards: await cardsIn(tx, accountId),
    failed: (await listFailedCharges(tx, { limit: NEWEST, sort: '-failed', accountId })).data,
    invoices: await listAllInvoices(tx, { limit: NEWEST, sort: '-created', accountId }),
    subscriptions: await listSubscriptions(tx, { limit: NEWEST, sort: '-number', accountId }),
    payments: await listPayments(tx, { limit: NEWEST, sort: '-received', accountId }),
  }));

const cardsIn = (tx: Tx, accountId: Id): Promise<KeptCard[]> =>
  tx.rows(sql`select m.id, g.name as "billGroup", m.brand, m.last_four as "lastFour", coalesce(t.default_method_id = m.id, false) as "isDefault",
      coalesce(t.auto_pay and t.default_method_id = m.id, false) as "autoPay"
    from billing.payment_methods m
    join accounts.bill_group_v1 g on g.tenant_id = ${tx.ctx.tenant.id} and g.id = m.bill_group_id
    left join billing.bill_group_terms t on t.tenant_id = ${tx.ctx.tenant.id} and t.bill_group_id = m.bill_group_id
    where m.tenant_id = ${tx.ctx.tenant.id} and m.account_id = ${accountId} and m.removed_at is null
    order by g.name, m.id limit 20`);
