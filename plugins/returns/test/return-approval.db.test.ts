import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hoursAfter, msBetween, type Id, type Instant } from '@portico/kit';
import { type ProcessTimeline, sql } from '@portico/kit/server';
import { type TestCustomer, aCustomer, aMember } from '@portico/plugin-accounts/testing';
import { deliveredLeads } from '@portico/plugin-leads/testing';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { decideReturn } from '../decide-return.ts';
import { readReturn, readReturnTimeline } from '../read-return.ts';
import { requestReturn } from '../request-return.ts';
import { aStaffUser, outside, receivedOf, setRules, theFirst } from './returning-business.ts';

let portal: TestPortal;
let alpha: TestBusiness;
let customer: TestCustomer;
let orderId: Id;
let leadIds: readonly Id[];
let next = 0;

beforeAll(async () => {
  portal = await startTestPortal();
  alpha = await portal.business('alpha');
  await alpha.settleEvents();
  customer = await aCustomer(alpha);
  ({ leadIds, orderId } = await deliveredLeads(alpha, customer, { count: 400 }));
});
afterAll(() => portal.close());

const asked = async (reason = 'Wrong number', leadId?: Id): Promise<Id> => {
  next += 1;
  return (await requestReturn(await alpha.ctxOf(customer.admin.userId, 'returns'), { leadId: leadId ?? leadIds[next] ?? '', reason, note: '' })).id;
};
const timelineOf = async (id: Id): Promise<ProcessTimeline> => readReturnTimeline(await alpha.ctxOf(customer.admin.userId, 'returns'), id);
const now = (): Promise<Instant> => alpha.systemCtx('returns').inTenant(async (tx) => tx.ctx.clock.now());
const mailsAbout = async (id: Id): Promise<string[]> => (await alpha.mails()).filter(({ data }) => data['returnId'] === id).map(({ template }) => template);

/** Moves the clock to an instant, to the second, and lets processes do what is due. */
async function goTo(at: Instant): Promise<void> {
  const seconds = Math.max(0, Math.ceil(msBetween(await now(), at) / 1000));
  if (seconds > 0) await alpha.advance(`PT${seconds}S`);
  await alpha.settleProcesses();
}

/** From the state as it is: at each planned instant exactly the planned steps happen, and at last nothing is left. */
async function whatIsPlannedHappens(id: Id): Promise<readonly string[]> {
  const { planned, past } = await timelineOf(id);
  const instants = [...new Set(planned.map(({ at }) => at))];
  let expected = past.map(({ key }) => key);
  for (const at of instants) {
    await goTo(at);
    expected = [...expected, ...planned.filter((step) => step.at === at).map(({ key }) => key)];
    expect((await timelineOf(id)).past.map(({ key }) => key)).toEqual(expected);
  }
  expect(await timelineOf(id)).toMatchObject({ state: 'ended', planned: [] });
  return expected;
}

const UNTOUCHED = ['confirm-to-customer', 'ask-plugins', 'tell-staff', 'remind-staff', 'warn-owner', 'apply-deadline-rule', 'book-outcome', 'tell-customer'];

describe('Who is told', () => {
  const toldOf = async (id: Id) =>
    alpha
      .systemCtx('returns')
      .inTenant((tx) =>
        tx.rows<{ template: string; user_id: Id }>(
          sql`select template, user_id from portico.mails where data->>'returnId' = ${id} and template in ('return-requested', 'return-decided')`,
        ),
      );

  it('the admins of the account, when no mail reaches the person who asked', async () => {
    const { memberId, userId } = await aMember(alpha, customer);
    await alpha.systemCtx('returns').inTenant((tx) => tx.run(sql`update portico.users set email = null, user_name = 'no.mail' where id = ${userId}`));
    const { leadIds: own } = await deliveredLeads(alpha, customer, { count: 10, assigneeId: memberId });
    const { id } = await requestReturn(await alpha.ctxOf(userId, 'returns'), { leadId: theFirst(own), reason: 'Wrong number', note: '' });
    await alpha.settleProcesses();
    expect(await toldOf(id)).toEqual([{ template: 'return-requested', user_id: customer.admin.userId }]);
  });

  it('nobody, when the account has no address at all: the timeline says so, for the customer and for staff, and the return goes on', async () => {
    const silent = await aCustomer(alpha);
    const { leadIds: own } = await deliveredLeads(alpha, silent, { count: 10 });
    await alpha
      .systemCtx('returns')
      .inTenant((tx) => tx.run(sql`update portico.users set email = null, user_name = 'silent' where id = ${silent.admin.userId}`));
    const ctx = await alpha.ctxOf(silent.admin.userId, 'returns');
    const { id } = await requestReturn(ctx, { leadId: theFirst(own), reason: 'Wrong number', note: '' });
    await alpha.settleProcesses();
    await decideReturn(await alpha.ctxOf('owner', 'returns'), id, { outcome: 'approved', because: '' });
    await alpha.settleProcesses();
    expect(await toldOf(id)).toEqual([]);
    const { state, past } = await readReturnTimeline(ctx, id);
    expect(state).toBe('ended');
    const said = past.map(({ key, text, outcome }) => [key, outcome, ctx.text(text)]);
    expect(said).toContainEqual([
      'confirm-to-customer',
      'skipped',
      'No confirmation was sent: neither who asked nor an admin of your account has an e-mail address here',
    ]);
    expect(said).toContainEqual([
      'tell-customer',
      'skipped',
      'No mail was sent about the outcome: neither who asked nor an admin of your account has an e-mail address here',
    ]);
    expect(said).toContainEqual(['book-outcome', 'done', 'The order got its room back']);
  });
});

describe('From each state the timeline shows all that remain, and exactly they happen (S3)', () => {
  it('untouched: all eight steps, the rule of the business approves, room is given back', async () => {
    const id = await asked();
    const before = await receivedOf(alpha, orderId);
    expect((await timelineOf(id)).planned.map(({ key }) => key)).toEqual(UNTOUCHED);
    expect(await whatIsPlannedHappens(id)).toEqual(UNTOUCHED);
    expect(await readReturn(alpha.systemCtx('returns'), id)).toMatchObject({ status: 'approved', decidedBy: 'deadline' });
    expect(await receivedOf(alpha, orderId)).toBe(before - 1);
    expect((await mailsAbout(id)).sort()).toEqual(['return-decided', 'return-nearly-due', 'return-requested', 'return-still-waiting', 'return-waiting']);
  });

  it('from every later state as well: after each step the rest is shown, and only the rest happens', async () => {
    const ids: Id[] = [];
    for (let taken = 0; taken < 3; taken += 1) ids.push(await asked());
    await alpha.settleProcesses();
    const [toldId, remindedId, warnedId] = ids;
    expect((await timelineOf(toldId!)).planned.map(({ key }) => key)).toEqual(UNTOUCHED.slice(3));
    await goTo((await timelineOf(remindedId!)).planned[0]!.at);
    expect((await timelineOf(remindedId!)).planned.map(({ key }) => key)).toEqual(UNTOUCHED.slice(4));
    await goTo((await timelineOf(warnedId!)).planned[0]!.at);
    expect((await timelineOf(warnedId!)).planned.map(({ key }) => key)).toEqual(UNTOUCHED.slice(5));
    for (const id of ids) expect(await whatIsPlannedHappens(id)).toEqual(UNTOUCHED);
  });

  it('decided by staff before anything ran: only what follows from it', async () => {
    const id = await asked();
    await decideReturn(await alpha.ctxOf('owner', 'returns'), id, { outcome: 'denied', because: 'It was answered' });
    expect(await whatIsPlannedHappens(id)).toEqual(['tell-customer']);
    expect(await mailsAbout(id)).toEqual(['return-decided']);
  });

  it('a business that denies at the deadline: nothing is booked', async () => {
    await setRules(alpha, { atDeadline: 'deny', decisionHours: 6 });
    const id = await asked();
    await setRules(alpha, { atDeadline: 'approve', decisionHours: 48 });
    const steps = await whatIsPlannedHappens(id);
    expect(steps).toEqual(UNTOUCHED.filter((step) => step !== 'book-outcome'));
    expect(await readReturn(alpha.systemCtx('returns'), id)).toMatchObject({ status: 'denied', decidedBy: 'deadline' });
  });
});

describe('Each step tells those whom it concerns, and nobody else (S3)', () => {
  it('a return that nobody touches: the customer, then the team, then the team, then the owner alone, then the customer', async () => {
    const business = await portal.business('told');
    await business.settleEvents();
    const buyer = await aCustomer(business);
    const [seller, gone] = [await aStaffUser(business, 'Seller'), await aStaffUser(business, 'Gone')];
    await business.systemCtx('returns').inTenant((tx) => tx.users.change(gone, { enabled: false }));
    const { leadIds: bought } = await deliveredLeads(business, buyer, { count: 20 });
    await requestReturn(await business.ctxOf(buyer.admin.userId, 'returns'), { leadId: theFirst(bought), reason: 'Wrong number', note: '' });
    await business.settleProcesses();
    await business.advance('P3D');
    await business.settleProcesses();
    const mails = await business.mails();
    const toldBy = (template: string) =>
      mails
        .filter((mail) => mail.template === template)
        .map(({ user_id }) => user_id)
        .sort();
    const team = [business.ownerId, seller].sort();
    expect(toldBy('return-requested')).toEqual([buyer.admin.userId]);
    expect(toldBy('return-waiting')).toEqual(team);
    expect(toldBy('return-still-waiting')).toEqual(team);
    expect(toldBy('return-nearly-due')).toEqual([business.ownerId]);
    expect(toldBy('return-decided')).toEqual([buyer.admin.userId]);
    expect(mails.filter(({ plugin_id }) => plugin_id === 'returns')).toHaveLength(7);
  });
});

describe('Plugins vote when the case asks, never when the customer does (S3)', () => {
  it('the request itself asks nobody', async () => {
    const id = await asked('Duplicate');
    expect(await readReturn(alpha.systemCtx('returns'), id)).toMatchObject({ votes: [], status: 'pending' });
  });

  it('a lead with a twin, returned as a duplicate, is approved with the day of the twin', async () => {
    const { typeId } = await deliveredLeads(alpha, customer, { count: 1, phone: '+15035550188', at: hoursAfter(await now(), -19 * 24) });
    const later = await deliveredLeads(alpha, customer, { count: 20, phone: '+15035550188', typeId });
    const id = await asked('Duplicate', theFirst(later.leadIds));
    await alpha.settleProcesses();
    expect(await readReturn(alpha.systemCtx('returns'), id)).toMatchObject({ status: 'approved', decidedBy: 'plugins' });
    expect((await timelineOf(id)).past.map(({ key }) => key)).toEqual(['confirm-to-customer', 'ask-plugins', 'book-outcome', 'tell-customer']);
  });

  it('a twin from beyond the look-back of its type is what the business calls a new lead: the plugin has no view, staff decide', async () => {
    const { typeId } = await deliveredLeads(alpha, customer, { count: 1, phone: '+15035550190', at: hoursAfter(await now(), -31 * 24) });
    const later = await deliveredLeads(alpha, customer, { count: 20, phone: '+15035550190', typeId });
    const id = await asked('Duplicate', theFirst(later.leadIds));
    await alpha.settleProcesses();
    const row = await readReturn(alpha.systemCtx('returns'), id);
    expect(row).toMatchObject({ status: 'pending', votes: expect.arrayContaining([{ pluginId: 'returns', answer: { kind: 'abstained' } }]) });
  });

  it('of two leads of one person one is paid for: while the twin comes back, or has come back, staff decide; when it stays, the plugin', async () => {
    await setRules(alpha, { capPercent: 100 });
    const twins = async (phone: string, outcome?: 'approved' | 'denied') => {
      const { typeId, leadIds } = await deliveredLeads(alpha, customer, { count: 1, phone, at: hoursAfter(await now(), -48) });
      const { leadIds: later } = await deliveredLeads(alpha, customer, { count: 1, phone, typeId });
      const first = await asked('Wrong number', theFirst(leadIds));
      await alpha.settleProcesses();
      if (outcome) await decideReturn(await alpha.ctxOf('owner', 'returns'), first, { outcome, because: 'It rang' });
      const second = await asked('Duplicate', theFirst(later));
      await alpha.settleProcesses();
      return (await readReturn(alpha.systemCtx('returns'), second)).status;
    };
    const statuses = [await twins('+15035550191'), await twins('+15035550192', 'approved'), await twins('+15035550193', 'denied')];
    await setRules(alpha, { capPercent: 10 });
    expect(statuses).toEqual(['pending', 'pending', 'approved']);
  });

  it('a voter that abstains is no vote: the return waits for staff, and the abstention is kept', async () => {
    const id = await asked('Wrong number');
    await alpha.settleProcesses();
    const row = await readReturn(alpha.systemCtx('returns'), id);
    expect(row.status).toBe('pending');
    expect(row.votes).toContainEqual({ pluginId: 'returns', answer: { kind: 'abstained' } });
  });

  it('a voter that hangs has failed: the return waits for staff, and staff see who could not answer', async () => {
    const id = await asked('Duplicate');
    const holder = await outside(portal);
    await holder.query('begin; lock table leads.lead_words, leads.lead_keys in access exclusive mode');
    try {
      await alpha.settleProcesses();
    } finally {
      await holder.query('rollback');
      await holder.end();
    }
    const row = await readReturn(alpha.systemCtx('returns'), id);
    expect(row.status).toBe('pending');
    expect(row.votes).toContainEqual({ pluginId: 'returns', answer: { kind: 'failed', because: expect.stringContaining('800 ms') } });
    expect((await timelineOf(id)).past[1]).toMatchObject({ key: 'ask-plugins', outcome: 'failed', text: 'returns.approval.ask-plugins.failed' });
  });
});

describe('A step that is overtaken', () => {
  it('by staff between its question and its answer leaves their decision alone', async () => {
    const id = await asked('Wrong number');
    await alpha
      .systemCtx('returns')
      .inTenant((tx) =>
        tx.run(
          sql`update returns.lead_returns set decision = 'denied', because = 'It was answered', decided_at = ${tx.ctx.clock.now()}, decided_by = 'staff' where id = ${id}`,
        ),
      );
    await alpha.settleProcesses();
    expect(await readReturn(alpha.systemCtx('returns'), id)).toMatchObject({ status: 'denied', because: 'It was answered' });
  });
});
