import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf, daysAfter, type Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import type { TestCustomer, TestMember } from '@portico/plugin-accounts/testing';
import { analyze, expectIndexes as expectIndexesOf, expectNoLargeSort, plansOf, startTestPortal, type TestPortal } from '@portico/testing';
import { deliveredLead } from '../lead/delivered-lead.ts';
import { LEAD_SORTS, ListLeads, listLeads } from '../lead/lead-list.queries.ts';
import { leadTimeline } from '../lead/lead-timeline.ts';
import { readLead } from '../lead/lead.queries.ts';
import { ordersThatWant } from '../order/order-book.ts';
import { ListOrders, listOrders, listPayments, readOrder } from '../order/order.queries.ts';
import { ordersToChoose } from '../order/order-choices.ts';
import { customersInQueue, ListQueue, listQueue } from '../queue/queue-list.queries.ts';
import { openLeadMarket, type LeadMarket } from './lead-market.ts';
import { deliverVolume } from './many-leads.ts';

const BUSINESSES = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'];
const ROWS = 5_000;

let portal: TestPortal;
let market: LeadMarket;
let account: TestCustomer;
let manager: TestMember;
let orderId: Id;

beforeAll(async () => {
  portal = await startTestPortal();
  for (const [seed, slug] of BUSINESSES.entries()) await fill(await openLeadMarket(await portal.business(slug)), seed);
  await analyze(portal);
}, 180_000);
afterAll(() => portal.close());

/** One large customer and some small ones, so that no plan is good by luck. */
async function fill(here: LeadMarket, seed: number): Promise<void> {
  const large = await here.account('Large');
  const boss = await here.member(large, 'Boss', { viewDownline: true });
  const team = [
    boss,
    await here.member(large, 'One', { parent: boss }),
    await here.member(large, 'Two', { parent: boss }),
    await here.member(large, 'Three'),
    await here.member(large, 'Four'),
  ];
  const order = await here.order(large, { leads: 100_000 });
  await deliverVolume(here, { account: large, orderId: order, count: ROWS * 0.7, members: team });
  for (let at = 0; at < 3; at += 1) {
    const small = await here.account(`Small ${at}`);
    await deliverVolume(here, { account: small, orderId: await here.order(small, { leads: 10_000 }), count: ROWS * 0.1, members: [small.admin] });
  }
  await fillQueue(here);
  await manyOrders(here, large, seed === 0 ? 400 : 200);
  if (seed > 0) return;
  [market, account, manager, orderId] = [here, large, boss, order];
}

/** Old orders, most of them closed. */
async function manyOrders(here: LeadMarket, { accountId, billGroupId }: TestCustomer, count: number): Promise<void> {
  await here.owner.inTenant((tx) =>
    tx.run(sql`insert into leads.lead_orders (id, number, account_id, bill_group_id, lead_type_id, counts, total, price_minor, currency, starts_on, starts_at, state, created_at)
      select gen_random_uuid(), 1000 + n, ${accountId}, ${billGroupId}, ${here.typeId}, 'leads', 100, 2500, 'USD', '2020-01-01', ${tx.ctx.clock.now()}::timestamptz - make_interval(hours => n),
        case when n % 10 = 0 then 'open' else 'closed' end, ${tx.ctx.clock.now()} from generate_series(1, ${count}::int) n`),
  );
  await here.owner.inTenant((tx) =>
    tx.run(sql`insert into leads.order_payments (id, order_id, amount_minor, currency, paid_on, recorded_by, recorded_at)
      select gen_random_uuid(), o.id, 100, 'USD', '2020-01-01', o.id, ${tx.ctx.clock.now()} from leads.lead_orders o, generate_series(1, 3)`),
  );
}

/** Every delivery waits to be called, was called, or left: most of them long ago. Three plans, as the customers have them. */
const fillQueue = (here: LeadMarket): Promise<number> =>
  here.owner.inTenant((tx) =>
    tx.run(sql`insert into leads.queue_entries (id, lead_id, delivery_id, order_id, account_id, bill_group_id, subscription_id, plan_id, state, queued_at, called_at, result)
      select gen_random_uuid(), d.lead_id, d.id, d.order_id, d.account_id, d.bill_group_id, d.order_id, d.account_id, case when n.at % 20 = 0 then 'queued' else 'called' end,
        d.delivered_at, case when n.at % 20 > 0 then d.delivered_at end, case when n.at % 20 > 0 then 'reached' end
      from leads.lead_deliveries d, lateral (select ('x' || substr(md5(d.id::text), 1, 6))::bit(24)::int as at) n`),
  );

/** Tables that grow with leads and orders. A handful of types or members may be read whole: they fill one page. */
const LARGE = [
  'leads',
  'lead_words',
  'lead_keys',
  'lead_deliveries',
  'lead_orders',
  'lead_assignments',
  'lead_status_changes',
  'order_payments',
  'queue_entries',
];

const expectIndexes = (plans: Parameters<typeof expectIndexesOf>[0], when = ''): void => expectIndexesOf(plans, LARGE, when);

const who: readonly [string, () => Promise<Ctx>][] = [
  ['an account admin', () => market.business.ctxOf(account.admin.userId, 'leads')],
  ['a user with View Downline', () => market.business.ctxOf(manager.userId, 'leads')],
  ['staff', async () => market.owner],
];
const filters: readonly [string, () => Record<string, string>][] = [
  ['no filter', () => ({})],
  ['dates', () => ({ from: daysAfter(market.today(), -30), to: dayOf(market.owner.clock.now(), 'UTC') })],
  ['type', () => ({ type: market.typeId })],
  ['text', () => ({ q: 'odu' })],
  ['two words', () => ({ q: 'mar gresh' })],
  ['dates, type and text', () => ({ from: daysAfter(market.today(), -30), type: market.typeId, q: 'odu' })],
  ['order', () => ({ order: orderId })],
];

describe.each(who)('%s lists leads: every statement uses an index that begins with the business', (_, ctxOf) => {
  it.each(filters)('%s, in every order, first page and next', async (_name, filter) => {
    const ctx = await ctxOf();
    for (const sort of LEAD_SORTS.flatMap((one) => [one, `-${one}`])) {
      const query = ListLeads.parse({ ...filter(), sort });
      let next: string | null = null;
      expectIndexes(await plansOf(ctx, async (tx) => void ({ nextCursor: next } = await listLeads(tx, query, { withCount: true }))), sort);
      if (next) expectIndexes(await plansOf(ctx, (tx) => listLeads(tx, { ...query, cursor: next! })), sort);
    }
  });
});

describe('the other lists and look-ups', () => {
  it('unmatched leads', async () => {
    for (const sort of LEAD_SORTS)
      expectIndexes(await plansOf(market.owner, (tx) => listLeads(tx, ListLeads.parse({ unmatched: '1', sort }), { withCount: true })), sort);
  });
  it.each(['queued', '-queued'])('the call queue by %s, of each state, customer and plan, and its filter', async (sort) => {
    const { accountId } = account;
    for (const filter of [{}, { state: 'called' }, { account: accountId }, { plan: accountId, state: 'called' }, { plan: accountId, account: accountId }]) {
      const query = ListQueue.parse({ ...filter, sort, limit: 20 });
      let next: string | null = null;
      const first = await plansOf(market.owner, async (tx) => void ({ nextCursor: next } = await listQueue(tx, query)));
      expectIndexes(first, sort);
      expectNoLargeSort(first, 100, sort);
      expectIndexes(await plansOf(market.owner, (tx) => listQueue(tx, { ...query, cursor: next! })), sort);
    }
    expectIndexes(await plansOf(market.owner, (tx) => customersInQueue(tx, accountId)));
  });
  it.each(['number', '-number'])('orders by %s, for staff and for a customer', async (sort) => {
    const admin = await market.business.ctxOf(account.admin.userId, 'leads');
    for (const ctx of [market.owner, admin]) expectIndexes(await plansOf(ctx, (tx) => listOrders(tx, ListOrders.parse({ sort, limit: 20 }))));
  });
  it('one lead with its timeline, one order with its payments, the choice of an order', async () => {
    const [lead] = (await market.owner.inTenant((tx) => listLeads(tx, ListLeads.parse({})))).data;
    expectIndexes(await plansOf(market.owner, (tx) => readLead(tx, lead!.id)));
    expectIndexes(await plansOf(market.owner, (tx) => leadTimeline(tx, lead!.id)));
    expectIndexes(await plansOf(market.owner, (tx) => readOrder(tx, orderId)));
    expectIndexes(await plansOf(market.owner, (tx) => listPayments(tx, orderId, { limit: 50, sort: '-recorded' })));
    expectIndexes(await plansOf(market.owner, (tx) => ordersToChoose(tx, market.typeId)));
    expect((await deliveredLead(market.owner, lead!.id))?.leadId).toBe(lead!.id);
  });
  it('the orders that want arriving leads', async () => {
    expectIndexes(
      await plansOf(market.owner, (tx) =>
        ordersThatWant(tx, [
          { typeId: market.typeId, postalCode: '12345' },
          { typeId: market.typeId, postalCode: '' },
        ]),
      ),
    );
  });
});
