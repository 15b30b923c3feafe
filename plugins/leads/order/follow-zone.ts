import { daysAfter, startOfDay } from '@portico/kit';
import { core, sql, type Ctx } from '@portico/kit/server';
import { orderRenewal } from '@portico/workflows/order-renewal';
import { lockOrderBook } from './order-book.ts';

/**
 * The business has another time zone: the first and last days of its orders, which people see as days, begin and end at
 * other instants. The zone is asked now, not taken from the event, so that a late event changes nothing.
 */
export async function followZone(ctx: Ctx): Promise<void> {
  const zone = await ctx.use(core).zone();
  await ctx.inTenant(async (tx) => {
    await lockOrderBook(tx);
    const tenant = ctx.tenant.id;
    const rows = await tx.rows<{ day: string }>(sql`select distinct starts_on::text as day from leads.lead_orders where tenant_id = ${tenant}
      union select distinct ends_on::text from leads.lead_orders where tenant_id = ${tenant} and ends_on is not null`);
    const days = rows.map(({ day }) => day);
    const begin = days.map((day) => startOfDay(day, zone));
    // the last day counts whole
    const end = days.map((day) => startOfDay(daysAfter(day, 1), zone));
    await tx.run(sql`with days as (select * from unnest(${days}::date[], ${begin}::timestamptz[], ${end}::timestamptz[]) as d(day, begins, ends))
      update leads.lead_orders o set starts_at = first.begins, ends_at = (select last.ends from days last where last.day = o.ends_on)
      from days first where o.tenant_id = ${tenant} and first.day = o.starts_on`);
    await tx.nudge(orderRenewal); // it sleeps until the end of a last day
  });
}
