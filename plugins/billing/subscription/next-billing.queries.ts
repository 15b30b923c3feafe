import type { Id, IntervalUnit } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import type { Amount } from '../plan/plan.queries.ts';

/** What a customer is billed next, and how. */
export interface NextBilling {
  /** The day of the next renewal, what for, and how much; null when nothing renews. */
  readonly renewal: {
    readonly subscriptionId: Id;
    readonly plan: string;
    readonly on: string;
    readonly amount: Amount;
    readonly every: { readonly unit: IntervalUnit; readonly count: number };
  } | null;
  /** The card that is charged without asking; null when auto-pay is off. */
  readonly autoPay: { readonly brand: string; readonly lastFour: string } | null;
}

interface Row {
  readonly id: Id;
  readonly plan: string;
  readonly renews_on: string;
  readonly amount: number;
  readonly currency: string;
  readonly unit: IntervalUnit;
  readonly count: number;
}

/** The earliest renewal of a customer's subscriptions, and whether auto-pay takes care of it. */
export async function nextBilling(tx: Tx, accountId: Id): Promise<NextBilling> {
  const { tenant } = tx.ctx;
  const row = await tx.row<Row>(sql`select s.id, p.name as plan, s.renews_on, s.currency, s.interval_unit as unit, s.interval_count as count,
      coalesce((select sum(i.quantity * i.unit_minor)::bigint from billing.subscription_items i where i.tenant_id = ${tenant.id} and i.subscription_id = s.id), 0) as amount
    from billing.subscriptions s join billing.plans p on p.tenant_id = ${tenant.id} and p.id = s.plan_id
    where s.tenant_id = ${tenant.id} and s.account_id = ${accountId} and s.state = 'active' order by s.renews_at, s.id limit 1`);
  const card = await tx.row<{ brand: string; lastFour: string }>(sql`select m.brand, m.last_four as "lastFour" from billing.bill_group_terms t
    join billing.payment_methods m on m.tenant_id = ${tenant.id} and m.id = t.default_method_id and m.removed_at is null
    where t.tenant_id = ${tenant.id} and t.account_id = ${accountId} and t.auto_pay order by t.id limit 1`);
  return {
    renewal: row
      ? {
          subscriptionId: row.id,
          plan: row.plan,
          on: row.renews_on,
          amount: { amount: row.amount, currency: row.currency },
          every: { unit: row.unit, count: row.count },
        }
      : null,
    autoPay: card ?? null,
  };
}
