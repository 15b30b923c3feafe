import { hoursBetween, startOfDay, type Id } from '@portico/kit';
import { sql, type Ctx, type DemoStory } from '@portico/kit/server';
import { billing, type PaidPeriod } from '@portico/plugin-billing/api';
import { writeLeads } from '../lead/write-leads.ts';
import { openPlanOrders } from '../plan/open-plan-orders.ts';
import { setPlanLeads } from '../plan/plan-leads.ts';
import { typesForChoice } from '../type/lead-type.queries.ts';
import { rowAt, someTime, type DemoTypes } from './demo-leads.ts';
import type { DemoOrder } from './demo-orders.ts';
import { between, TRADES } from './demo-words.ts';

/** Which plans of the story include leads of its first type, and how many in each billing period. */
const PLAN_LEADS: Readonly<Record<string, number>> = { 'Calling 40': 40, 'Calling 100': 100, Territory: 25, 'Territory and website': 25 };
/** So many customers' leads stand in the call queue. */
const CUSTOMERS = 12;
/** Beyond those of all other leads, so that nobody calls twice. */
const FIRST_NUMBER = 8_000;

/** Plans include leads: the paid periods have their orders, their leads have come, and half of them were called. */
export async function tellPlans(ctx: Ctx, story: DemoStory): Promise<void> {
  const included = (await ctx.use(billing).planNames()).filter(({ name }) => PLAN_LEADS[name] !== undefined);
  const types = await ctx.inTenant((tx) => typesForChoice(tx));
  const ids = new Map(types.map(({ key, id }) => [key, id]));
  const typeId = ids.get(TRADES[story.business].types[0]!.key);
  if (!typeId) return;
  for (const { planId, name } of included) await setPlanLeads(ctx, { planId, typeId, count: PLAN_LEADS[name]! });
  const periods = (await ctx.use(billing).paidPeriods()).filter((period) => included.some(({ planId }) => planId === period.planId)).slice(0, CUSTOMERS);
  for (const [at, period] of periods.entries()) {
    await openPlanOrders(ctx, [period]);
    await tellPlanLeads(ctx, story, period, { ids, sources: await sourcesOf(ctx) }, FIRST_NUMBER + at * 50);
  }
  await tellCalls(ctx);
}

const sourcesOf = (ctx: Ctx): Promise<Id[]> =>
  ctx.inTenant(async (tx) =>
    (await tx.rows<{ id: Id }>(sql`select id from leads.lead_sources where tenant_id = ${ctx.tenant.id} order by id`)).map(({ id }) => id),
  );

async function tellPlanLeads(ctx: Ctx, story: DemoStory, period: PaidPeriod, types: DemoTypes, number: number): Promise<void> {
  const { accountId, billGroupId, subscriptionId, planId, startsOn } = period;
  const type = TRADES[story.business].types[0]!;
  const typeId = types.ids.get(type.key)!;
  const days = Math.max(0, Math.floor(hoursBetween(startOfDay(startsOn, ctx.tenant.zone), story.now) / 24) - 1);
  await ctx.inTenant(async (tx) => {
    const order = await tx.row<{ id: Id }>(sql`select id from leads.lead_orders where tenant_id = ${ctx.tenant.id} and period_id = ${period.periodId}`);
    if (!order) return;
    const of: DemoOrder = {
      accountId,
      billGroupId,
      orderId: order.id,
      typeId,
      typeKey: type.key,
      price: 0,
      delivered: 0,
      from: days,
      to: 0,
      fate: 'open',
      plan: { subscriptionId, planId },
    };
    const times = Array.from({ length: between(story, 4, 16) }, () => someTime(ctx, story, days, 0)).toSorted();
    await writeLeads(
      tx,
      times.map((at, index) => rowAt(tx, story, { order: of, at, number: number + index }, types)),
    );
    await tx.run(sql`update leads.lead_deliveries set notified_at = delivered_at where tenant_id = ${ctx.tenant.id} and notified_at is null`);
  });
}

/** The older half of each customer's leads was called within hours, each with one of the results. */
const tellCalls = (ctx: Ctx): Promise<number> =>
  ctx.inTenant((tx) =>
    tx.run(sql`update leads.queue_entries e set state = 'called', called_at = least(e.queued_at + interval '3 hours', ${ctx.clock.now()}::timestamptz), called_by = ${ctx.actor.id},
        called_by_name = 'Robin Ashdown', result = (array['reached', 'no-answer', 'appointment', 'not-interested', 'wrong-number'])[1 + n.place % 5]
      from (select id, row_number() over (partition by subscription_id order by queued_at, id) as place, count(*) over (partition by subscription_id) as count
        from leads.queue_entries where tenant_id = ${ctx.tenant.id}) n
      where e.tenant_id = ${ctx.tenant.id} and e.id = n.id and n.place <= n.count / 2`),
  );
