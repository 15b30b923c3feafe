import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Id, InvalidInput, NotFound } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { type TestCustomer, aCustomer, aMember } from '@portico/plugin-accounts/testing';
import { deliveredLeads } from '@portico/plugin-leads/testing';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { decideReturn } from '../decide-return.ts';
import { countReturns, latestReturnOfLead, listReturns, ReturnQuery, returnedOfAccounts } from '../lead-return.queries.ts';
import { readReturn } from '../read-return.ts';
import { followReturn } from '../read-return-tab.ts';
import { requestReturn } from '../request-return.ts';
import { returnRoutes } from '../lead-return.routes.ts';
import { submitByCustomer, submitInQueue } from '../return-forms.ts';
import { load as queue } from '../console/return-queue.server.ts';
import { withdrawReturn } from '../withdraw-return.ts';

let portal: TestPortal;
let alpha: TestBusiness;
let customer: TestCustomer;
let boss: { memberId: Id; userId: Id };
let below: { memberId: Id; userId: Id };
let orderId: Id;

beforeAll(async () => {
  portal = await startTestPortal();
  alpha = await portal.business('alpha');
  await alpha.settleEvents();
  customer = await aCustomer(alpha);
  boss = await aMember(alpha, customer, { viewDownline: true });
  below = await aMember(alpha, customer, { parent: boss });
  const plain = await deliveredLeads(alpha, customer, { count: 120 });
  const assigned = await deliveredLeads(alpha, customer, { count: 30, assigneeId: below.memberId });
  orderId = plain.orderId;
  const admin = await alpha.ctxOf(customer.admin.userId, 'returns');
  for (const leadId of [...plain.leadIds.slice(0, 11), ...assigned.leadIds.slice(0, 3)])
    await requestReturn(admin, { leadId, reason: 'Wrong number', note: '' });
});
afterAll(() => portal.close());

const listed = async (ctx: Ctx, query: object = {}): Promise<readonly Id[]> => {
  const page = await ctx.inTenant((tx) => listReturns(tx, ReturnQuery.parse(query)));
  return page.data.map(({ id }) => id);
};

describe('The list of returns: who sees what (R-1.40 to R-1.44)', () => {
  it('nobody sees none, another account none, another business none', async () => {
    const stranger = await aCustomer(alpha);
    const beta = await portal.business('beta');
    const foreign = await aCustomer(beta);
    const nobody = portal.core.contextFor({
      tenant: alpha.tenant,
      actor: { kind: 'nobody', id: stranger.admin.userId, name: '', roles: [] },
      pluginId: 'returns',
    });
    for (const ctx of [nobody, await alpha.ctxOf(stranger.admin.userId, 'returns'), await beta.ctxOf(foreign.admin.userId, 'returns')])
      expect(await listed(ctx)).toEqual([]);
  });
  it('the account admin sees all of the account, a member those of the own leads, View Downline those below: in list, count and by id', async () => {
    const expected = [
      [customer.admin.userId, 14],
      [below.userId, 3],
      [boss.userId, 3],
      [(await aMember(alpha, customer)).userId, 0],
    ] as const;
    const all = await listed(await alpha.ctxOf(customer.admin.userId, 'returns'));
    for (const [userId, count] of expected) {
      const ctx = await alpha.ctxOf(userId, 'returns');
      const seen = await listed(ctx);
      expect(seen).toHaveLength(count);
      expect(await ctx.inTenant((tx) => countReturns(tx))).toEqual({ total: count, isFloor: false });
      for (const id of all) {
        const byId = await readReturn(ctx, id).then(
          () => true,
          () => false,
        );
        expect(byId).toBe(seen.includes(id));
      }
    }
  });
  it('staff see every return of the business', async () => {
    expect(await listed(await alpha.ctxOf('owner', 'returns'))).toHaveLength(14);
  });
});

describe('The list of returns: order, filter, pages', () => {
  it.each(['-requested', 'requested', 'decide-by', '-decide-by'])('walking all pages by %s repeats none and misses none, forwards and back', async (sort) => {
    const ctx = await alpha.ctxOf('owner', 'returns');
    const walked: Id[] = [];
    let cursor: string | undefined;
    let lastPage: Awaited<ReturnType<typeof listReturns>>;
    do {
      lastPage = await ctx.inTenant((tx) => listReturns(tx, ReturnQuery.parse({ sort, limit: 4, cursor })));
      walked.push(...lastPage.data.map(({ id }) => id));
      cursor = lastPage.nextCursor ?? undefined;
    } while (cursor);
    expect(walked).toEqual(await listed(ctx, { sort, limit: 100 }));
    const back = await ctx.inTenant((tx) => listReturns(tx, { ...ReturnQuery.parse({ sort, limit: 4 }), before: lastPage.previousCursor ?? '' }));
    expect(back.data.map(({ id }) => id)).toEqual(walked.slice(8, 12));
    expect(back.nextCursor).not.toBeNull();
  });
  it('filters by return status', async () => {
    const ctx = await alpha.ctxOf('owner', 'returns');
    const [id] = await listed(ctx);
    await decideReturn(ctx, id!, { outcome: 'approved', because: '' });
    expect(await listed(ctx, { status: 'approved' })).toEqual([id]);
    expect(await listed(ctx, { status: 'pending' })).toHaveLength(13);
  });
  it('says how many leads of the customer came back before, of all its orders', async () => {
    const ctx = await alpha.ctxOf('owner', 'returns');
    const [id] = (await ctx.inTenant((tx) => listReturns(tx, ReturnQuery.parse({ status: 'pending', limit: 100 })))).data
      .filter((row) => row.orderId === orderId)
      .map((row) => row.id);
    await decideReturn(ctx, id!, { outcome: 'approved', because: '' });
    await alpha.settleEvents();
    const counts = await ctx.inTenant((tx) => returnedOfAccounts(tx, [customer.accountId]));
    expect(counts.get(customer.accountId)).toEqual({ returned: 2, delivered: expect.any(Number) });
    const [row] = (await queue(ctx, { params: {}, query: new URLSearchParams() })).returns;
    expect(row!.before).toEqual(counts.get(customer.accountId));
    expect(row!.hoursWaiting).toBeGreaterThanOrEqual(0);
  });
  it('a withdrawn return is not returned, and has none of the three return statuses (R-1.29, R-1.30)', async () => {
    const admin = await alpha.ctxOf(customer.admin.userId, 'returns');
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10 });
    const asked = await requestReturn(admin, { leadId: leadIds[0]!, reason: 'Wrong number', note: '' });
    const before = await listed(admin, { status: 'withdrawn' });
    await withdrawReturn(admin, asked.id);
    const read = returnRoutes.find((route) => route.name === 'read-return')!.handle!;
    expect(await read(admin, { params: { id: asked.id }, query: {}, body: {} })).toMatchObject({ returned: false, returnStatus: null, status: 'withdrawn' });
    expect(await listed(admin, { status: 'withdrawn' })).toEqual([asked.id, ...before]);
  });
  it('what plugins voted is told to whoever may decide, and to no customer: by API in the list and by id, and in the data of pages (R-1.40)', async () => {
    const [owner, admin] = [await alpha.ctxOf('owner', 'returns'), await alpha.ctxOf(customer.admin.userId, 'returns')];
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10 });
    const { id } = await requestReturn(admin, { leadId: leadIds[0]!, reason: 'Wrong number', note: '' });
    await alpha.settleProcesses();
    const votes = [{ pluginId: 'returns', answer: { kind: 'abstained' } }];
    const seenBy = async (ctx: Ctx) => {
      const [one, list] = ['read-return', 'list-returns'].map((name) => returnRoutes.find((route) => route.name === name)!.handle!);
      const { data } = (await list!(ctx, { params: {}, query: ReturnQuery.parse({}), body: {} })) as { data: { id: Id; votes?: unknown }[] };
      return [await one!(ctx, { params: { id }, query: {}, body: {} }), data.find((row) => row.id === id)];
    };
    for (const seen of await seenBy(owner)) expect(seen).toMatchObject({ id, votes: expect.arrayContaining(votes) });
    for (const seen of await seenBy(admin)) expect(JSON.parse(JSON.stringify(seen))).not.toHaveProperty('votes');
    expect((await followReturn(owner, await readReturn(owner, id))).asked.votes).toEqual(expect.arrayContaining(votes));
    expect((await followReturn(admin, await readReturn(admin, id))).asked.votes).toEqual([]);
  });
  it.each(['nonsense', 'e30', Buffer.from('["x","y"]').toString('base64url')])('refuses the place %s at its field', async (cursor) => {
    const ctx = await alpha.ctxOf('owner', 'returns');
    const error = await ctx
      .inTenant((tx) => listReturns(tx, ReturnQuery.parse({ cursor })))
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    expect(error).toBeInstanceOf(InvalidInput);
    expect((error as InvalidInput).fields).toHaveProperty('cursor');
  });
});

describe('A form about returns', () => {
  const formOf = (fields: object) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return form;
  };
  const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );

  it.each([{}, { intent: 'approve-all' }, { intent: 'withdraw-all' }])(
    'with the intent of nobody (%j) is invalid at intent, and does nothing',
    async (asked) => {
      const { leadIds } = await deliveredLeads(alpha, customer, { count: 10 });
      const admin = await alpha.ctxOf(customer.admin.userId, 'returns');
      const staff = await alpha.ctxOf('owner', 'returns');
      const form = formOf({ ...asked, reason: 'Wrong number', returnId: (await listed(staff, { status: 'pending' }))[0]! });
      const before = await listed(staff, { limit: 100 });
      for (const work of [submitByCustomer(admin, form, leadIds[0]!, undefined), submitInQueue(staff, form)])
        expect((await refusalOf(work)) as InvalidInput).toMatchObject({ status: 422, fields: { intent: expect.anything() } });
      expect(await listed(staff, { limit: 100 })).toEqual(before);
    },
  );
  it('that takes back what its sender does not see asks for nothing new', async () => {
    const { leadIds } = await deliveredLeads(alpha, customer, { count: 10 });
    const admin = await alpha.ctxOf(customer.admin.userId, 'returns');
    const taken = submitByCustomer(admin, formOf({ intent: 'withdraw', reason: 'Wrong number' }), leadIds[0]!, undefined);
    expect(await refusalOf(taken)).toBeInstanceOf(NotFound);
    expect(await admin.inTenant((tx) => latestReturnOfLead(tx, leadIds[0]!))).toBeUndefined();
  });
});
