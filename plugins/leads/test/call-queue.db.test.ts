import type { Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { TestCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, takeBackCancellation, undoCancellation } from '@portico/plugin-billing/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { giveBackLead } from '../lead/give-back-lead.ts';
import { noteReturn } from '../lead/note-return.ts';
import { periodLeads } from '../plan/period-leads.queries.ts';
import { listPlanLeads, setPlanLeads } from '../plan/plan-leads.ts';
import { MarkCalled, markCalled, takeCallBack } from '../queue/mark-called.ts';
import { ListQueue, listQueue, readEntry } from '../queue/queue-list.queries.ts';
import { actingAs } from '../testing.ts';
import { openLeadMarket, type LeadMarket } from './lead-market.ts';
import { cancelPlan, sellPlan, type SoldPlan } from './plan-market.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());

let business: TestBusiness;
let market: LeadMarket;
let customer: TestCustomer;
let plan: SoldPlan;
let made = 0;

beforeEach(async () => {
  made += 1;
  business = await portal.business(`queue${made}`);
  market = await openLeadMarket(business);
  customer = await market.account('Harbor Roofing');
  plan = await sellPlan(market, customer, '97201');
});

const queue = async (query: Record<string, string> = {}) => (await market.owner.inTenant((tx) => listQueue(tx, ListQueue.parse(query)))).data;
const stateOf = async (id: Id) => (await market.owner.inTenant((tx) => readEntry(tx, id))).state;
const reached = MarkCalled.parse({ result: 'reached', note: 'Wants a visit' });
const billing = () => actingAsOwner(business);
const fresh = () => actingAs(business, { kind: 'staff', id: business.ownerId, name: 'Test owner', roles: [{ role: 'owner' }] });

describe('the call queue (R-0.24)', () => {
  it('shows what waits, the oldest first, by customer and by plan', async () => {
    const other = await sellPlan(market, await market.account('Bay Siding'), '97999');
    await business.advance('PT1H');
    await market.post({ postalCode: '97201', name: 'The Newest' });
    const all = await queue();
    expect(all).toHaveLength(5);
    expect(all.map(({ queuedAt }) => queuedAt)).toEqual(all.map(({ queuedAt }) => queuedAt).toSorted());
    expect(all.at(-1)).toMatchObject({ name: 'The Newest', account: 'Harbor Roofing', state: 'queued', planId: plan.planId });
    expect(await queue({ plan: plan.planId })).toHaveLength(3);
    expect((await queue({ plan: other.planId })).map(({ account }) => account)).toEqual(['Bay Siding', 'Bay Siding']);
    expect(await queue({ account: customer.accountId })).toHaveLength(3);
    expect(await queue({ state: 'called' })).toEqual([]);
  });

  it('one who was called is marked once, with what came of it, and a mistake is taken back', async () => {
    const [first] = await queue();
    await markCalled(market.owner, first!.id, reached);
    await markCalled(market.owner, first!.id, reached);
    await expect(markCalled(market.owner, first!.id, MarkCalled.parse({ result: 'no-answer' }))).rejects.toMatchObject({ code: 'leads.entry-not-queued' });
    expect(await queue({ state: 'called' })).toMatchObject([{ id: first!.id, result: 'reached', note: 'Wants a visit', calledBy: 'Test owner' }]);
    await takeCallBack(market.owner, first!.id);
    await takeCallBack(market.owner, first!.id);
    expect(await queue()).toHaveLength(2);
    expect(await queue({ state: 'called' })).toEqual([]);
  });

  it('two who mark the same lead at the same time: one mark stands', async () => {
    const [first] = await queue();
    const marks = ['reached', 'no-answer'].map(async (result) => markCalled(await fresh(), first!.id, MarkCalled.parse({ result })));
    const outcomes = await Promise.allSettled(marks);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('what is held is not called; a mark taken back meanwhile rests too, and undo frees both', async () => {
    const [first, second] = await queue();
    await markCalled(market.owner, first!.id, reached);
    const cause = await cancelPlan(await billing(), plan.subscriptionId);
    await expect(markCalled(await fresh(), second!.id, reached)).rejects.toMatchObject({ code: 'leads.entry-not-queued' });
    await takeCallBack(await fresh(), first!.id);
    expect([await stateOf(first!.id), await stateOf(second!.id)]).toEqual(['held', 'held']);
    await undoCancellation(await billing(), cause);
    expect([await stateOf(first!.id), await stateOf(second!.id)]).toEqual(['queued', 'queued']);
  });

  it('what was called stays so when the plan ends; a mark taken back then is withdrawn, and comes back with the plan', async () => {
    const [first, second] = await queue();
    await markCalled(market.owner, first!.id, reached);
    const cause = await cancelPlan(await billing(), plan.subscriptionId);
    await business.advance('PT11M');
    await business.settleProcesses();
    expect([await stateOf(first!.id), await stateOf(second!.id)]).toEqual(['called', 'withdrawn']);
    await takeCallBack(await fresh(), first!.id);
    expect(await stateOf(first!.id)).toBe('withdrawn');
    await takeBackCancellation(await billing(), cause);
    expect([await stateOf(first!.id), await stateOf(second!.id)]).toEqual(['queued', 'queued']);
  });
});

describe('a lead that is returned', () => {
  it('leaves the call queue; denied, it comes back; told late, nothing changes', async () => {
    const [first] = await queue();
    await noteReturn(market.owner, first!.leadId, 'pending', 1);
    expect(await queue({ state: 'withdrawn' })).toMatchObject([{ id: first!.id, returned: true }]);
    await noteReturn(market.owner, first!.leadId, 'denied', 2);
    await noteReturn(market.owner, first!.leadId, 'pending', 1);
    expect(await stateOf(first!.id)).toBe('queued');
  });

  it('denied while its plan is being cancelled, it rests; denied after the end, it stays out until the plan is back', async () => {
    const [first, second] = await queue();
    for (const { leadId } of [first!, second!]) await noteReturn(market.owner, leadId, 'pending', 1);
    const cause = await cancelPlan(await billing(), plan.subscriptionId);
    await noteReturn(market.owner, first!.leadId, null, 2);
    expect(await stateOf(first!.id)).toBe('held');
    await business.advance('PT11M');
    await business.settleProcesses();
    await noteReturn(market.owner, second!.leadId, 'denied', 2);
    expect([await stateOf(first!.id), await stateOf(second!.id)]).toEqual(['withdrawn', 'withdrawn']);
    await takeBackCancellation(await billing(), cause);
    expect([await stateOf(first!.id), await stateOf(second!.id)]).toEqual(['queued', 'queued']);
  });

  it('after the end of its plan, is not called when the end is taken back; its return denied, it is', async () => {
    const [first, second] = await queue();
    const cause = await cancelPlan(await billing(), plan.subscriptionId);
    await business.advance('PT11M');
    await business.settleProcesses();
    await noteReturn(market.owner, first!.leadId, 'approved', 1);
    await takeBackCancellation(await billing(), cause);
    expect([await stateOf(first!.id), await stateOf(second!.id)]).toEqual(['withdrawn', 'queued']);
    await noteReturn(market.owner, first!.leadId, 'denied', 2);
    expect(await stateOf(first!.id)).toBe('queued');
  });

  it('after it was called: with the mark taken back it is out too, also when its plan ends and comes back; denied, it is called again', async () => {
    const [first, second] = await queue();
    for (const { id } of [first!, second!]) await markCalled(market.owner, id, reached);
    await noteReturn(market.owner, first!.leadId, 'approved', 1);
    await takeCallBack(await fresh(), first!.id);
    const cause = await cancelPlan(await billing(), plan.subscriptionId);
    await business.advance('PT11M');
    await business.settleProcesses();
    await noteReturn(market.owner, second!.leadId, 'pending', 1);
    await takeCallBack(await fresh(), second!.id);
    await takeBackCancellation(await billing(), cause);
    expect(await queue({ state: 'withdrawn' })).toMatchObject([first, second].map((entry) => ({ id: entry!.id, returned: true })));
    await noteReturn(market.owner, second!.leadId, 'denied', 2);
    expect([await stateOf(first!.id), await stateOf(second!.id)]).toEqual(['withdrawn', 'queued']);
  });
});

describe('leads against the plan (R-0.33 to R-0.35)', () => {
  const used = () => market.owner.inTenant((tx) => periodLeads(tx, plan.subscriptionId));

  it('are counted in the period, what is above apart, and what is given back is not counted', async () => {
    expect(await used()).toMatchObject([{ type: 'Roofing', included: 5, counted: 2, overage: 0 }]);
    await market.owner.inTenant((tx) => tx.run(sql`update leads.lead_orders set total = 9 where subscription_id = ${plan.subscriptionId}`));
    await market.post(...Array.from({ length: 5 }, () => ({ postalCode: '97201' })));
    expect(await used()).toMatchObject([{ included: 5, counted: 5, overage: 2 }]);
    const { id } = (await market.owner.inTenant((tx) => tx.row<{ id: Id }>(sql`select id from leads.lead_deliveries limit 1`)))!;
    await giveBackLead(market.owner, id, market.owner.newId());
    expect(await used()).toMatchObject([{ counted: 5, overage: 1 }]);
  });

  it('the customer sees its own and nobody else’s', async () => {
    const admin = await business.ctxOf(customer.admin.userId, 'leads');
    expect(await admin.inTenant((tx) => periodLeads(tx, plan.subscriptionId))).toHaveLength(1);
    const other = await market.account('Bay Siding');
    const stranger = await business.ctxOf(other.admin.userId, 'leads');
    expect(await stranger.inTenant((tx) => periodLeads(tx, plan.subscriptionId))).toEqual([]);
  });

  it('when the period is over, nothing of it is counted any more', async () => {
    await business.advance('P40D');
    expect(await market.owner.inTenant((tx) => periodLeads(tx, plan.subscriptionId))).toEqual([]);
  });
});

describe('what a plan includes', () => {
  const included = () => market.owner.inTenant(async (tx) => (await listPlanLeads(tx, plan.planId, { limit: 50, sort: 'type' })).data);

  it('is set by staff for each type, set anew, and taken out', async () => {
    expect(await included()).toMatchObject([{ type: 'Roofing', count: 5 }]);
    await setPlanLeads(market.owner, { planId: plan.planId, typeId: market.typeId, count: 8 });
    await setPlanLeads(market.owner, { planId: plan.planId, typeId: market.typeId, count: 8 });
    expect(await included()).toMatchObject([{ count: 8 }]);
    await setPlanLeads(market.owner, { planId: plan.planId, typeId: market.typeId, count: 0 });
    expect(await included()).toEqual([]);
  });

  it('not for a plan or a type that is not there, and not by a customer', async () => {
    const set = { planId: plan.planId, typeId: market.typeId, count: 1 };
    await expect(setPlanLeads(market.owner, { ...set, planId: market.owner.newId() })).rejects.toMatchObject({ code: 'portico.not-found' });
    await expect(setPlanLeads(market.owner, { ...set, typeId: market.owner.newId() })).rejects.toMatchObject({ code: 'portico.invalid-input' });
    const admin = await business.ctxOf(customer.admin.userId, 'leads');
    await expect(setPlanLeads(admin, set)).rejects.toMatchObject({ code: 'portico.forbidden' });
    const [first] = await queue();
    await expect(markCalled(admin, first!.id, reached)).rejects.toThrow();
    expect((await admin.inTenant((tx) => listQueue(tx, ListQueue.parse({})))).data).toEqual([]);
  });
});
