import { daysAfter, type Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import type { periodPaid } from '@portico/plugin-billing/api';
import { daysOf } from '../order/create-order.ts';
import { lockOrderBook } from '../order/order-book.ts';

interface IncludedLeads {
  readonly lead_type_id: Id;
  readonly count: number;
}
type PaidPeriod = Parameters<Parameters<typeof periodPaid.react>[0]>[1];

/**
 * A billing period was paid: one order opens for each type of leads that the plan includes, until the period's last day
 * . The money is the plan's, so the order's own price is zero. Told twice, it opens nothing more.
 */
export const openPlanOrders = async (ctx: Ctx, period: PaidPeriod): Promise<void> => {
  await ctx.inTenant(async (tx) => {
    await lockOrderBook(tx);
    for (const included of await missingOrders(tx, period)) await openOrder(tx, period, included);
  });
};

const missingOrders = (tx: Tx, { planId, periodId }: PaidPeriod): Promise<IncludedLeads[]> =>
  tx.rows(sql`select p.lead_type_id, p.count from leads.plan_leads p where p.tenant_id = ${tx.ctx.tenant.id} and p.plan_id = ${planId}
    and not exists (select from leads.lead_orders o where o.tenant_id = ${tx.ctx.tenant.id} and o.period_id = ${periodId} and o.lead_type_id = p.lead_type_id)
    order by p.lead_type_id`);

/** For a subscription that has ended meanwhile the order is written closed: it opens if the end is taken back. */
async function openOrder(tx: Tx, period: PaidPeriod, { lead_type_id, count }: IncludedLeads): Promise<void> {
  const { ctx } = tx;
  const days = daysOf(ctx, period.startsOn, daysAfter(period.endsOn, -1));
  const stop = await tx.row<{ cause: Id }>(
    sql`select cause from leads.subscription_stops where tenant_id = ${ctx.tenant.id} and subscription_id = ${period.subscriptionId} and state = 'ended'`,
  );
  await tx.run(sql`insert into leads.lead_orders (id, number, account_id, bill_group_id, lead_type_id, counts, total, price_minor, currency,
      starts_on, ends_on, starts_at, ends_at, state, closed_at, closed_cause, was_state, created_at, subscription_id, plan_id, period_id, included)
    values (${ctx.newId()}, ${await tx.nextNumber('leads.order')}, ${period.accountId}, ${period.billGroupId}, ${lead_type_id}, 'leads', ${count}, 0,
      ${ctx.tenant.currency}, ${days.starts_on}, ${days.ends_on}, ${days.starts_at}, ${days.ends_at}, ${stop ? 'closed' : 'open'},
      ${stop ? ctx.clock.now() : null}, ${stop?.cause ?? null}, ${stop ? 'open' : null}, ${ctx.clock.now()}, ${period.subscriptionId}, ${period.planId}, ${period.periodId}, ${count})`);
}
