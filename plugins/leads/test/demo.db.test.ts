import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hoursAfter } from '@portico/kit';
import { sql, type DemoStory } from '@portico/kit/server';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal();
});
afterAll(() => portal.close());

/** Repeatable chance (mulberry32). */
const chance = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

async function told(slug: string, kind: DemoStory['business']): Promise<{ business: TestBusiness; apiKey: string | undefined }> {
  const business = await portal.business(slug);
  const ctx = business.systemCtx('leads');
  const story: DemoStory = { business: kind, now: await ctx.inTenant(async (tx) => tx.ctx.clock.now()), random: chance(7) };
  await portal.core.registry.byId('accounts')!.server.demo!(business.systemCtx('accounts'), story);
  const answer = await portal.core.registry.byId('leads')!.server.demo!(ctx, story);
  return { business, apiKey: answer?.apiKey };
}

describe.each(['lead-seller', 'franchise'] as const)('the demonstration %s', (kind) => {
  it('has two months of leads, orders of every state, and figures that agree with the rows', async () => {
    const { business, apiKey } = await told(`demo-${kind}`, kind);
    const ctx = business.systemCtx('leads');
    const figures = await ctx.inTenant((tx) =>
      tx.row<Record<string, number>>(sql`select
      (select count(*) from leads.leads) as leads,
      (select count(distinct (received_at at time zone ${business.tenant.zone})::date) from leads.leads where received_at > ${hoursAfter(ctx.clock.now(), -60 * 24)}::timestamptz) as days,
      (select count(*) from leads.leads where received_at > ${ctx.clock.now()}::timestamptz) as "inFuture",
      (select count(*) from leads.leads where account_id is null) as unmatched,
      (select count(*) from leads.leads where assignee_id is not null) as assigned,
      (select count(distinct status) from leads.leads) as statuses,
      (select count(*) from leads.lead_orders where state = 'open' and has_room) as open,
      (select count(*) from leads.lead_orders where state = 'open' and not has_room) as filled,
      (select count(*) from leads.lead_orders where state = 'paused') as paused,
      (select count(*) from leads.lead_orders where state = 'closed') as closed,
      (select count(*) from leads.lead_orders o where o.received <> (select count(*) from leads.lead_deliveries d where d.order_id = o.id and d.given_back_at is null)) as "wrongCounts",
      (select count(*) from leads.leads l where not exists (select from leads.lead_keys k where k.lead_id = l.id)) as "withoutKey",
      (select count(*) from leads.lead_words w join leads.leads l on l.id = w.lead_id where w.account_id <> coalesce(l.account_id, '00000000-0000-0000-0000-000000000000')) as "strayWords",
      (select count(*) from leads.lead_orders o where o.paid_minor <> coalesce((select sum(amount_minor) from leads.order_payments p where p.order_id = o.id), 0)) as "wrongPaid",
      (select count(*) from portico.mails) as mails`),
    );
    expect(apiKey).toMatch(/\S{20,}/);
    expect(figures!.leads).toBeGreaterThanOrEqual(2_000);
    expect(figures!.days).toBeGreaterThanOrEqual(55);
    for (const some of ['unmatched', 'open', 'filled', 'paused', 'closed']) expect(figures![some], some).toBeGreaterThanOrEqual(1);
    expect(figures!.assigned).toBeGreaterThan(figures!.leads! / 2);
    expect(figures!.statuses).toBe(5);
    for (const none of ['inFuture', 'wrongCounts', 'withoutKey', 'strayWords', 'wrongPaid', 'mails']) expect(figures![none], none).toBe(0);
  });
});
