import type { Id } from '@portico/kit';
import { core, FactsChanged, sql, type Ctx } from '@portico/kit/server';
import type { TestCustomer } from '@portico/plugin-accounts/testing';
import {
  acceptCancellation,
  actingAsOwner,
  aLivePlan,
  aPaidSubscription,
  askToCancel,
  foreseeCancellation,
  refuseCancellation,
  takeBackCancellation,
  undoCancellation,
} from '@portico/plugin-billing/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openPlanOrders } from '../plan/open-plan-orders.ts';
import { setPlanLeads } from '../plan/plan-leads.ts';
import { openLeadMarket, type LeadMarket } from './lead-market.ts';
import { cancelPlan, sellPlan } from './plan-market.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());

let business: TestBusiness;
let market: LeadMarket;
let owner: Ctx;
let customer: TestCustomer;
let made = 0;

/** A customer with a paid plan of five leads a month, two of which have come. */
const aPlanWithLeads = async (place: string): Promise<Id> => (await sellPlan(market, customer, place)).subscriptionId;

const entries = (subscriptionId: Id) =>
  market.owner.inTenant(async (tx) =>
    (await tx.rows<{ state: string }>(sql`select state from leads.queue_entries where subscription_id = ${subscriptionId} order by queued_at, id`)).map(
      ({ state }) => state,
    ),
  );
const order = (subscriptionId: Id) =>
  market.owner.inTenant((tx) =>
    tx.rows<{ state: string; total: number; received: number; price_minor: number }>(
      sql`select state, total, received, price_minor from leads.lead_orders where subscription_id = ${subscriptionId}`,
    ),
  );
const subscription = (id: Id) =>
  owner.inTenant((tx) => tx.row(sql`select state, renews_on, periods, cancels_at, ended_because from billing.subscriptions where id = ${id}`));
const cancel = (id: Id, when: 'at-once' | 'period-end' = 'at-once', who = owner) => cancelPlan(who, id, when);

beforeEach(async () => {
  made += 1;
  business = await portal.business(`cancel${made}`);
  market = await openLeadMarket(business);
  owner = await actingAsOwner(business);
  customer = await market.account('Harbor Roofing');
});

describe('what a plan includes (R-0.33)', () => {
  it('opens one order for each paid period, also when it is told twice, and its leads wait to be called', async () => {
    const id = await aPlanWithLeads('97201');
    expect(await order(id)).toEqual([{ state: 'open', total: 5, received: 2, price_minor: 0 }]);
    expect(await entries(id)).toEqual(['queued', 'queued']);
    const period = await owner.inTenant((tx) =>
      tx.row<
        Parameters<typeof openPlanOrders>[1][number]
      >(sql`select p.id as "periodId", s.id as "subscriptionId", s.plan_id as "planId", s.account_id as "accountId", s.bill_group_id as "billGroupId",
        p.starts_on as "startsOn", p.ends_on as "endsOn" from billing.billing_periods p join billing.subscriptions s on s.id = p.subscription_id where s.id = ${id}`),
    );
    await openPlanOrders(market.owner, [period!]);
    expect(await order(id)).toHaveLength(1);
  });

  it('is told only of plans that include leads: of the others nothing is written, and leads that come into a plan later open nothing for what was paid', async () => {
    const told = async () =>
      (await owner.inTenant((tx) =>
        tx.row<{ count: number }>(sql`select count(*)::int as count from portico.event_deliveries where point = 'billing.period-paid' and plugin_id = 'leads'`),
      ))!.count;
    const planId = await aLivePlan(owner);
    const subscriptionId = await aPaidSubscription(owner, customer, planId);
    expect(await told()).toBe(0);
    await setPlanLeads(market.owner, { planId, typeId: market.typeId, count: 3 });
    await business.settleEvents();
    expect(await order(subscriptionId)).toEqual([]);
    const second = await aPaidSubscription(owner, customer, planId);
    expect(await told()).toBe(1);
    await business.settleEvents();
    expect(await order(second)).toMatchObject([{ state: 'open', total: 3 }]);
  });

  it('an order that staff sold puts nothing into the call queue', async () => {
    await market.order(customer);
    await market.post({});
    expect(await market.owner.inTenant((tx) => tx.row(sql`select count(*)::int as count from leads.queue_entries`))).toEqual({ count: 0 });
  });
});

describe('a cancellation', () => {
  it('says before what will happen, equal to what the rows say (R-0.28)', async () => {
    const id = await aPlanWithLeads('97201');
    await aPlanWithLeads('97999');
    const { parts } = await foreseeCancellation(owner, id);
    const lines = parts.flatMap((part) => part.lines.map(({ text, values }) => ({ text, values })));
    const facts = await owner.inTenant((tx) => tx.row<{ renews_on: string }>(sql`select renews_on from billing.subscriptions where id = ${id}`));
    expect(lines).toContainEqual({ text: 'billing.effect.no-renewal', values: { amount: 9_900, currency: 'USD', renewsOn: facts!.renews_on } });
    expect(lines).toContainEqual({ text: 'leads.effect.leave-queue', values: { count: 2 } });
    expect(lines).toContainEqual({ text: 'leads.effect.close-orders', values: { count: 1 } });
  });

  it('holds the leads until it takes effect, those that arrive meanwhile too, and undo leaves no trace', async () => {
    const id = await aPlanWithLeads('97201');
    const before = await subscription(id);
    const cause = await cancel(id);
    expect(await subscription(id)).toMatchObject({ state: 'cancelling' });
    await market.post({ postalCode: '97201' });
    expect(await entries(id)).toEqual(['held', 'held', 'held']);
    await undoCancellation(owner, cause);
    await undoCancellation(owner, cause);
    expect(await entries(id)).toEqual(['queued', 'queued', 'queued']);
    expect(await subscription(id)).toEqual(before);
    await business.advance('PT1H');
    await business.settleProcesses();
    expect(await subscription(id)).toEqual(before);
    expect(await order(id)).toMatchObject([{ state: 'open' }]);
  });

  it('takes effect after ten minutes: the leads of that plan leave the queue, those of the other stay (R-0.24, R-0.25, R-0.26)', async () => {
    const id = await aPlanWithLeads('97201');
    const other = await aPlanWithLeads('97999');
    await cancel(id);
    await business.advance('PT9M');
    await business.settleProcesses();
    expect(await entries(id)).toEqual(['held', 'held']);
    await business.advance('PT2M');
    await business.settleProcesses();
    expect(await entries(id)).toEqual(['withdrawn', 'withdrawn']);
    expect(await order(id)).toMatchObject([{ state: 'closed' }]);
    expect(await entries(other)).toEqual(['queued', 'queued']);
    expect(await order(other)).toMatchObject([{ state: 'open' }]);
    expect(await subscription(id)).toMatchObject({ state: 'ended', ended_because: 'cancelled' });
    expect((await business.mails()).map(({ template }) => template)).toEqual(expect.arrayContaining(['cancellation-begun', 'cancellation-ended']));
  });

  it('with facts that changed does nothing and brings the new list', async () => {
    const id = await aPlanWithLeads('97201');
    const { token } = await foreseeCancellation(owner, id);
    await market.post({ postalCode: '97201' });
    const refused = await askToCancel(owner, id, { token, when: 'at-once', reason: '' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FactsChanged);
    expect((refused as FactsChanged).foreseen.parts.flatMap(({ lines }) => lines)).toContainEqual(expect.objectContaining({ values: { count: 3 } }));
    expect(await subscription(id)).toMatchObject({ state: 'active' });
    expect(await entries(id)).toEqual(['queued', 'queued', 'queued']);
  });

  it('pressed twice at the same time is one (R-0.29)', async () => {
    const id = await aPlanWithLeads('97201');
    const { token } = await foreseeCancellation(owner, id);
    const press = async () => askToCancel(await actingAsOwner(business), id, { token, when: 'at-once', reason: '' });
    const causes = await Promise.all([press(), press(), press(), press()]);
    expect(new Set(causes).size).toBe(1);
    expect(await press()).toBe(causes[0]);
  });

  it('ends with its period where that is wished, and bills nothing then (R-0.23, R-0.27)', async () => {
    const id = await aPlanWithLeads('97201');
    await cancel(id, 'period-end');
    await business.advance('P20D');
    await business.settleProcesses();
    expect(await subscription(id)).toMatchObject({ state: 'cancelling', periods: 1 });
    await business.advance('P20D');
    await business.settleProcesses();
    expect(await subscription(id)).toMatchObject({ state: 'ended', periods: 1 });
  });

  it('at the end of the period keeps the leads of the plan callable until then, those that arrive meanwhile too; undone, nothing has changed (R-0.27)', async () => {
    const id = await aPlanWithLeads('97201');
    const cause = await cancel(id, 'period-end');
    expect(await entries(id)).toEqual(['queued', 'queued']);
    await market.post({ postalCode: '97201' });
    expect(await entries(id)).toEqual(['queued', 'queued', 'queued']);
    await undoCancellation(owner, cause);
    expect(await entries(id)).toEqual(['queued', 'queued', 'queued']);
    await cancel(id, 'period-end');
    await business.advance('P40D');
    await business.settleProcesses();
    expect(await entries(id)).toEqual(['withdrawn', 'withdrawn', 'withdrawn']);
  });

  it('undone, and asked for again: the second one takes effect', async () => {
    const id = await aPlanWithLeads('97201');
    await undoCancellation(owner, await cancel(id));
    await cancel(id);
    await business.advance('PT11M');
    await business.settleProcesses();
    expect(await subscription(id)).toMatchObject({ state: 'ended' });
  });

  it('is not undone after it took effect, nor when its time is over and nobody has worked it yet', async () => {
    const id = await aPlanWithLeads('97201');
    const cause = await cancel(id);
    await business.advance('PT11M');
    await expect(undoCancellation(await actingAsOwner(business), cause)).rejects.toMatchObject({ code: 'billing.cancellation-settled' });
    expect(await entries(id)).toEqual(['held', 'held']);
    await business.settleProcesses();
    await expect(undoCancellation(await actingAsOwner(business), cause)).rejects.toThrow();
    expect(await subscription(id)).toMatchObject({ state: 'ended' });
  });

  it('is taken back by staff: active again, leads queued again, the order open', async () => {
    const id = await aPlanWithLeads('97201');
    const before = await subscription(id);
    const cause = await cancel(id);
    await expect(takeBackCancellation(owner, cause)).rejects.toMatchObject({ code: 'billing.cancellation-not-ended' });
    await business.advance('PT11M');
    await business.settleProcesses();
    await takeBackCancellation(owner, cause);
    expect(await takeBackCancellation(owner, cause)).toEqual([]);
    expect(await subscription(id)).toEqual(before);
    expect(await entries(id)).toEqual(['queued', 'queued']);
    expect(await order(id)).toMatchObject([{ state: 'open' }]);
  });
});

describe('a cancellation that staff decide', () => {
  it('waits for them; refused, the plan goes on; accepted, it ends', async () => {
    const id = await aPlanWithLeads('97201');
    await business.systemCtx('core').use(core).saveSettings('billing', { cancel: 'on-request' });
    const admin = await business.ctxOf(customer.admin.userId, 'billing');
    const first = await cancel(id, 'at-once', admin);
    expect(await subscription(id)).toMatchObject({ state: 'active' });
    expect(await entries(id)).toEqual(['queued', 'queued']);
    await refuseCancellation(owner, first);
    const second = await cancel(id, 'at-once', await business.ctxOf(customer.admin.userId, 'billing'));
    const { token } = await foreseeCancellation(owner, id);
    await acceptCancellation(owner, second, { token, when: 'at-once' });
    expect(await subscription(id)).toMatchObject({ state: 'cancelling' });
  });

  it('another customer cannot cancel it', async () => {
    const id = await aPlanWithLeads('97201');
    const other = await market.account('Bay Siding');
    await expect(cancel(id, 'at-once', await business.ctxOf(other.admin.userId, 'billing'))).rejects.toMatchObject({ code: 'portico.not-found' });
  });
});
