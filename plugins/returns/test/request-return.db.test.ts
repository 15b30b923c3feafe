import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hoursAfter, InvalidInput, type Id, NotFound } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { leads } from '@portico/plugin-leads/api';
import { type TestCustomer, aCustomer, aMember } from '@portico/plugin-accounts/testing';
import { anUnmatchedLead, deliveredLeads } from '@portico/plugin-leads/testing';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { decideReturn } from '../decide-return.ts';
import { factOf } from '../return-fact.ts';
import { readReturnTab } from '../read-return-tab.ts';
import { openReturn, requestReturn } from '../request-return.ts';
import { AlreadyReturned, LeadNeverDelivered, ReturnCapReached, ReturnsNotAccepted, ReturnWindowClosed } from '../return-errors.ts';
import { noReturnsPage } from '../returns-off.ts';
import { withdrawReturn } from '../withdraw-return.ts';
import { setRules, theFirst } from './returning-business.ts';

let portal: TestPortal;
let alpha: TestBusiness;
let beta: TestBusiness;
let customer: TestCustomer;

beforeAll(async () => {
  portal = await startTestPortal();
  alpha = await portal.business('alpha');
  beta = await portal.business('beta');
  customer = await aCustomer(alpha);
});
afterAll(() => portal.close());

const ask = async (leadId: Id, userId: Id = customer.admin.userId, reason = 'Wrong number') =>
  requestReturn(await alpha.ctxOf(userId, 'returns'), { leadId, reason, note: '' });

const refusal = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const settled = async (work: readonly Promise<unknown>[]) => {
  const results = await Promise.allSettled(work);
  return {
    done: results.filter(({ status }) => status === 'fulfilled').length,
    refused: results.filter((one) => one.status === 'rejected').map(({ reason }) => reason as unknown),
  };
};

describe('Returning a lead: who may (R-1.27, R-1.35)', () => {
  it('nobody: a context without a person finds no lead', async () => {
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10 });
    const nobody = portal.core.contextFor({
      tenant: alpha.tenant,
      actor: { kind: 'nobody', id: customer.admin.userId, name: '', roles: [] },
      pluginId: 'returns',
    });
    await nobody.inTenant(async () => undefined);
    expect(await refusal(requestReturn(nobody, { leadId: theFirst(leadIds), reason: 'Wrong number', note: '' }))).toBeInstanceOf(NotFound);
  });
  it('a user of another business is told the same as for an id that does not exist', async () => {
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10 });
    const stranger = await aCustomer(beta);
    const ctx = await beta.ctxOf(stranger.admin.userId, 'returns');
    for (const leadId of [theFirst(leadIds), ctx.newId()])
      expect(await refusal(requestReturn(ctx, { leadId, reason: 'Wrong number', note: '' }))).toBeInstanceOf(NotFound);
  });
  it('a user of another account is told the same', async () => {
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10 });
    const other = await aCustomer(alpha);
    expect(await refusal(ask(theFirst(leadIds), other.admin.userId))).toBeInstanceOf(NotFound);
  });
  it('nobody returns a lead that was never delivered, not even the owner of the business (R-1.35)', async () => {
    const { typeId } = await deliveredLeads(alpha, customer, { count: 10 });
    const leadId = await anUnmatchedLead(alpha, typeId);
    expect(await refusal(ask(leadId))).toBeInstanceOf(NotFound);
    const staff = await alpha.ctxOf('owner', 'returns');
    expect(await refusal(requestReturn(staff, { leadId, reason: 'Wrong number', note: '' }))).toBeInstanceOf(LeadNeverDelivered);
    expect(await refusal(requestReturn(staff, { leadId: typeId, reason: 'Wrong number', note: '' }))).toBeInstanceOf(NotFound);
  });
  it('a member returns a lead assigned to them, and not one of a colleague', async () => {
    const mine = await aMember(alpha, customer);
    const other = await aMember(alpha, customer);
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 20, assigneeId: mine.memberId });
    expect((await ask(theFirst(leadIds), mine.userId)).member_id).toBe(mine.memberId);
    expect(await refusal(ask(leadIds[1]!, other.userId))).toBeInstanceOf(NotFound);
  });
  it('a member with View Downline sees the leads of members below, and leaves returning them to those members', async () => {
    const boss = await aMember(alpha, customer, { viewDownline: true });
    const below = await aMember(alpha, customer, { parent: boss });
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10, assigneeId: below.memberId });
    expect(await refusal(ask(theFirst(leadIds), boss.userId))).toBeInstanceOf(NotFound);
  });
});

describe('Returning a lead: what is written (R-1.33)', () => {
  it('it starts as Pending, with its terms pinned and its process begun', async () => {
    const { leadIds, orderId } = await deliveredLeads(alpha, customer, { count: 10 });
    const asked = await ask(theFirst(leadIds));
    expect(asked).toMatchObject({
      status: 'pending',
      order_id: orderId,
      account_id: customer.accountId,
      at_deadline: 'approved',
      decision: null,
      books: 'order-room',
    });
    expect(asked.decide_by).toBe(hoursAfter(asked.requested_at, 48));
    const rows = await alpha
      .systemCtx('returns')
      .inTenant((tx) => tx.rows<{ kind: string; state: string }>(sql`select kind, state from portico.processes where subject = ${asked.id}`));
    expect(rows).toEqual([{ kind: 'returns.approval', state: 'live' }]);
  });
  it('rules that change later leave a return that waits as it was promised', async () => {
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10 });
    const asked = await ask(theFirst(leadIds));
    await setRules(alpha, { decisionHours: 1, atDeadline: 'deny' });
    const row = await alpha
      .systemCtx('returns')
      .inTenant((tx) =>
        tx.row<{ decide_by: string; at_deadline: string }>(sql`select decide_by, at_deadline from returns.lead_returns where id = ${asked.id}`),
      );
    expect(row).toEqual({ decide_by: asked.decide_by, at_deadline: 'approved' });
    await setRules(alpha, { decisionHours: 48, atDeadline: 'approve' });
  });
  it('the list of leads hears of it after the fact', async () => {
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10 });
    await ask(theFirst(leadIds));
    await alpha.settleEvents();
    const row = await alpha.systemCtx('returns').inTenant((tx) => tx.row(sql`select return_state from leads.leads where id = ${theFirst(leadIds)}`));
    expect(row).toEqual({ return_state: 'pending' });
  });
});

describe('A lead that changed hands while it is given back', () => {
  it('shows its return to whoever has it now, with no second form (R-1.34)', async () => {
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10 });
    const leadId = theFirst(leadIds);
    await ask(leadId);
    const { memberId, userId } = await aMember(alpha, customer);
    const tab = async () => readReturnTab(await alpha.ctxOf(userId, 'returns'), leadId);
    expect(await tab()).toBeUndefined();
    await alpha.systemCtx('returns').inTenant((tx) => tx.run(sql`update leads.leads set assignee_id = ${memberId} where id = ${leadId}`));
    expect(await tab()).toMatchObject({ followed: { asked: { status: 'pending', memberId: null }, mayWithdraw: false, mayDecide: false }, mayRequest: false });
    const about = await factOf(await alpha.ctxOf(userId, 'returns'), leadId);
    expect(about).toMatchObject({ text: 'Pending' });
  });
});

describe('Returning a lead: refused in words', () => {
  it('a reason that is not in the list, at its field', async () => {
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10 });
    const error = await refusal(ask(theFirst(leadIds), customer.admin.userId, 'I do not like it'));
    expect(error).toBeInstanceOf(InvalidInput);
    expect((error as InvalidInput).fields).toEqual({ reason: { key: 'returns.problem.reason-unknown' } });
  });
  it('an order that takes nothing back (R-4.23, R-4.24)', async () => {
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10, acceptsReturns: false });
    expect(await refusal(ask(theFirst(leadIds)))).toBeInstanceOf(ReturnsNotAccepted);
  });
  it('an order that takes nothing back, on the page: in words beside others that do; with none that does, no tab and no page (R-4.24)', async () => {
    const firm = await aCustomer(alpha);
    const { leadIds } = await deliveredLeads(alpha, firm, { count: 1, acceptsReturns: false });
    const tab = async () => readReturnTab(await alpha.ctxOf(firm.admin.userId, 'returns'), theFirst(leadIds));
    const absent = () =>
      alpha
        .systemCtx('returns')
        .inTenant((tx) => (noReturnsPage.handle as (tx: unknown, question: object) => Promise<object[]>)(tx, { accountIds: [firm.accountId] }));
    expect(await tab()).toBeUndefined();
    expect(await absent()).toEqual([{ plugin: 'returns', path: '' }]);
    await deliveredLeads(alpha, firm, { count: 0 });
    expect(await tab()).toMatchObject({ firmOrder: expect.any(Number), closesAt: null, mayRequest: false });
    expect(await absent()).toEqual([]);
  });
  it('an order that takes nothing back any more since its lead was read', async () => {
    const { leadIds, orderId } = await deliveredLeads(alpha, customer, { count: 10 });
    const ctx = await alpha.ctxOf(customer.admin.userId, 'returns');
    const lead = (await ctx.use(leads).deliveredLead(theFirst(leadIds)))!;
    await alpha.systemCtx('returns').inTenant((tx) => tx.run(sql`update leads.lead_orders set accepts_returns = false where id = ${orderId}`));
    const late = ctx.inTenant((tx) => openReturn(tx, lead, { reason: 'Wrong number', note: '', requestedBy: customer.admin.userId }));
    expect(await refusal(late)).toBeInstanceOf(ReturnsNotAccepted);
  });

  it('a second return, in sequence and from two tabs at once (R-1.34)', async () => {
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 40 });
    await ask(leadIds[0]!);
    expect(await refusal(ask(leadIds[0]!))).toBeInstanceOf(AlreadyReturned);
    const { done, refused } = await settled([ask(leadIds[1]!), ask(leadIds[1]!), ask(leadIds[1]!)]);
    expect(done).toBe(1);
    expect(refused.every((error) => error instanceof AlreadyReturned)).toBe(true);
  });
  it('an approved one cannot be returned again; a denied or withdrawn one can (R-1.34)', async () => {
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 60 });
    const staff = await alpha.ctxOf('owner', 'returns');
    await decideReturn(staff, (await ask(leadIds[0]!)).id, { outcome: 'approved', because: '' });
    expect(await refusal(ask(leadIds[0]!))).toBeInstanceOf(AlreadyReturned);
    await decideReturn(staff, (await ask(leadIds[1]!)).id, { outcome: 'denied', because: 'It was answered' });
    expect((await ask(leadIds[1]!)).status).toBe('pending');
    await withdrawReturn(await alpha.ctxOf(customer.admin.userId, 'returns'), (await ask(leadIds[2]!)).id);
    expect((await ask(leadIds[2]!)).status).toBe('pending');
  });
  it('the window: open to its last instant, then closed, and the sentence says since when', async () => {
    const now = await alpha.systemCtx('returns').inTenant(async (tx) => tx.ctx.clock.now());
    const deliveredAt = hoursAfter(now, -119.9);
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 20, at: deliveredAt });
    expect((await ask(leadIds[0]!)).status).toBe('pending');
    await alpha.advance('PT1H');
    const error = await refusal(ask(leadIds[1]!));
    expect(error).toBeInstanceOf(ReturnWindowClosed);
    expect((error as ReturnWindowClosed).values).toEqual({ closedAt: hoursAfter(deliveredAt, 120) });
  });
  it('the cap is said on the page before anybody fills in the form, with its figures; the form is there while there is room', async () => {
    const { leadIds: few } = await deliveredLeads(alpha, customer, { count: 9 });
    const tab = async (leadId: Id) => readReturnTab(await alpha.ctxOf(customer.admin.userId, 'returns'), leadId);
    expect(await tab(few[0]!)).toMatchObject({ isOpen: true, mayRequest: false, reachedCap: { cap: 0, delivered: 9 } });
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10 });
    expect(await tab(leadIds[1]!)).toMatchObject({ mayRequest: true, reachedCap: null });
    const first = await ask(leadIds[0]!);
    expect(await tab(leadIds[1]!)).toMatchObject({ isOpen: true, mayRequest: false, reachedCap: { cap: 1, delivered: 10 } });
    expect(await tab(leadIds[0]!)).toMatchObject({ mayRequest: false, reachedCap: null });
    await withdrawReturn(await alpha.ctxOf(customer.admin.userId, 'returns'), first.id);
    expect(await tab(leadIds[1]!)).toMatchObject({ mayRequest: true, reachedCap: null });
  });
  it('the cap: 10 percent of 95 are 9, however many ask at once; denied and withdrawn ones free it (requirements 3.7)', async () => {
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 95 });
    const { done, refused } = await settled(leadIds.slice(0, 20).map((leadId) => ask(leadId)));
    expect(done).toBe(9);
    expect(refused).toHaveLength(11);
    expect(refused.every((error) => error instanceof ReturnCapReached)).toBe(true);

    const pending = await alpha
      .systemCtx('returns')
      .inTenant((tx) =>
        tx.rows<{ id: Id }>(
          sql`select r.id from returns.lead_returns r join leads.leads l on l.id = r.lead_id where l.id = any(${[...leadIds]}::uuid[]) order by r.id`,
        ),
      );
    await decideReturn(await alpha.ctxOf('owner', 'returns'), pending[0]!.id, { outcome: 'denied', because: 'It was answered' });
    await withdrawReturn(await alpha.ctxOf(customer.admin.userId, 'returns'), pending[1]!.id);
    await decideReturn(await alpha.ctxOf('owner', 'returns'), pending[2]!.id, { outcome: 'approved', because: '' });
    const again = await settled(leadIds.slice(40, 45).map((leadId) => ask(leadId)));
    expect(again.done).toBe(2);
  });
});
