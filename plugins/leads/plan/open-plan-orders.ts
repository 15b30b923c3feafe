import { daysAfter, type Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import type { periodPaid } from '@portico/plugin-billing/api';
import { daysOf } from '../order/create-order.ts';
import { lockOrderBook } from '../order/order-book.ts';

type PaidPeriod = Parameters<Parameters<typeof periodPaid.react>[0]>[1];

/** Leads of a type that a paid period includes and has no order for yet. */
interface MissingOrder {
  readonly periodId: Id;
  readonly lead_type_id: Id;
  readonly count: number;
  /** Why the subscription has ended meanwhile, if it has. */
  readonly ended: Id | null;
}

/**
 * Billing periods were paid: one order opens for each type of leads that the plan includes, until the period's last day
 * any number in a handful of statements. The money is the plan's, so the order's own price is zero. Told twice, it
 * opens nothing more.
 */
export const openPlanOrders = async (ctx: Ctx, periods: readonly PaidPeriod[]): Promise<void> => {
  await ctx.inTenant(async (tx) => {
    await lockOrderBook(tx);
    await openOrders(tx, periods, await missingOrders(tx, periods));
  });
};

const missingOrders = (tx: Tx, periods: readonly PaidPeriod[]): Promise<MissingOrder[]> =>
  tx.rows(sql`select t."periodId", p.lead_type_id, p.count, s.cause as ended
    from jsonb_to_recordset(${JSON.stringify(periods)}::jsonb) as t("periodId" uuid, "planId" uuid, "subscriptionId" uuid, "startsOn" date)
    join leads.plan_leads p on p.tenant_id = ${tx.ctx.tenant.id} and p.plan_id = t."planId"
    left join leads.subscription_stops s on s.tenant_id = ${tx.ctx.tenant.id} and s.subscription_id = t."subscriptionId" and s.state = 'ended'
    where not exists (select from leads.lead_orders o where o.tenant_id = ${tx.ctx.tenant.id} and o.period_id = t."periodId" and o.lead_type_id = p.lead_type_id)
    order by t."startsOn", t."periodId", p.lead_type_id`);

/** For a subscription that has ended meanwhile the order is written closed: it opens if the end is taken back. */
async function openOrders(tx: Tx, periods: readonly PaidPeriod[], missing: readonly MissingOrder[]): Promise<void> {
  if (missing.length === 0) return;
  const { ctx } = tx;
  const byId = new Map(periods.map((period) => [period.periodId, period]));
  const first = await tx.nextNumber('leads.order', missing.length);
  const rows = missing.map((one, at) => {
    const period = byId.get(one.periodId)!;
    return { ...one, ...period, ...daysOf(ctx, period.startsOn, daysAfter(period.endsOn, -1)), id: ctx.newId(), number: first + at };
  });
  const now = ctx.clock.now();
  await tx.run(sql`insert into leads.lead_orders (id, number, account_id, bill_group_id, lead_type_id, counts, total, price_minor, currency,
      starts_on, ends_on, starts_at, ends_at, state, closed_at, closed_cause, was_state, created_at, subscription_id, plan_id, period_id, included)
    select o.id, o.number, o."accountId", o."billGroupId", o.lead_type_id, 'leads', o.count, 0, ${ctx.tenant.currency},
      o.starts_on, o.ends_on, o.starts_at, o.ends_at, case when o.ended is null then 'open' else 'closed' end, case when o.ended is not null then ${now}::timestamptz end,
      o.ended, case when o.ended is not null then 'open' end, ${now}::timestamptz, o."subscriptionId", o."planId", o."periodId", o.count
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as o(id uuid, number bigint, "accountId" uuid, "billGroupId" uuid, lead_type_id uuid, count integer,
      starts_on date, ends_on date, starts_at timestamptz, ends_at timestamptz, ended uuid, "subscriptionId" uuid, "planId" uuid, "periodId" uuid)`);
}
