import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf, daysAfter, InvalidInput, NotFound, type Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import type { TestCustomer, TestMember } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestPortal } from '@portico/testing';
import { assignLead, assignLeads, freshAssignment, undoAssignment } from '../lead/assign-lead.ts';
import { changeLeadStatus } from '../lead/change-lead-status.ts';
import { AssignmentMovedOn, AssignmentSettled } from '../lead/lead-errors.ts';
import { LEAD_SORTS, ListLeads, listLeads, type LeadListPage, type ListOptions, type LeadSort } from '../lead/lead-list.queries.ts';
import { leadTimeline } from '../lead/lead-timeline.ts';
import { readLead } from '../lead/lead.queries.ts';
import { openLeadMarket, type LeadMarket } from './lead-market.ts';
import { deliverMany, type StoredLead } from './many-leads.ts';

let portal: TestPortal;
let market: LeadMarket;
let other: LeadMarket;
let account: TestCustomer;
let manager: TestMember;
let below: TestMember;
let alone: TestMember;

beforeAll(async () => {
  portal = await startTestPortal();
  market = await openLeadMarket(await portal.business('alpha'));
  other = await openLeadMarket(await portal.business('beta'));
  // before there is any order
  await market.post({ name: 'Nobody Wants', type: 'roofing', town: 'Gresham' });
  account = await market.account('Brightside');
  manager = await market.member(account, 'Ruth Manager', { viewDownline: true });
  below = await market.member(account, 'Luis Below', { parent: manager });
  alone = await market.member(account, 'Hana Alone');
  const neighbour = await market.account('Neighbour');
  const elsewhere = await other.account('Elsewhere');
  await deliverMany(market, { account, orderId: await market.order(account, { leads: 1_000 }), count: 400, members: [manager, below, alone, account.admin] });
  await deliverMany(market, { account: neighbour, orderId: await market.order(neighbour, { leads: 1_000 }), count: 60, members: [neighbour.admin], seed: 2 });
  await deliverMany(other, { account: elsewhere, orderId: await other.order(elsewhere, { leads: 1_000 }), count: 60, seed: 3 });
});
afterAll(() => portal.close());

const ctxOf = (who: TestMember): Promise<Ctx> => market.business.ctxOf(who.userId, 'leads');
const ask = (
  ctx: Ctx,
  query: Partial<Record<keyof ListLeads, unknown>> = {},
  { before, ...options }: ListOptions & { before?: string } = {},
): Promise<LeadListPage> => ctx.inTenant((tx) => listLeads(tx, { ...ListLeads.parse(query), before }, options));
const stored = (): Promise<StoredLead[]> =>
  market.owner.inTenant((tx) => tx.rows<StoredLead>(sql`select id, received_at, assignee_id, account_id from leads.leads`));

async function walk(ctx: Ctx, query: Partial<Record<keyof ListLeads, unknown>>, between?: () => Promise<unknown>): Promise<Id[]> {
  const ids: Id[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: LeadListPage = await ask(ctx, { ...query, ...(cursor ? { cursor } : {}) });
    ids.push(...page.data.map((lead) => lead.id));
    cursor = page.nextCursor;
    await between?.();
  }
  return ids;
}

describe('whose leads a list shows (R-1.40 to R-1.44)', () => {
  const cases: readonly [string, () => TestMember, (lead: StoredLead) => boolean][] = [
    ['an account admin sees all leads of the account', () => account.admin, (lead) => lead.account_id === account.accountId],
    [
      'View Downline shows own leads and those of members below',
      () => manager,
      (lead) => lead.assignee_id === manager.memberId || lead.assignee_id === below.memberId,
    ],
    ['a member sees the leads assigned to that member', () => alone, (lead) => lead.assignee_id === alone.memberId],
  ];
  it.each(cases)('%s: equal in list, count, search and single read', async (_, who, sees) => {
    const ctx = await ctxOf(who());
    const all = await stored();
    const seen = all
      .filter(sees)
      .map((lead) => lead.id)
      .toSorted();
    expect(seen.length).toBeGreaterThan(20);
    for (const sort of LEAD_SORTS) expect((await walk(ctx, { sort, limit: 37 })).toSorted(), sort).toEqual(seen);
    expect((await ask(ctx, {}, { withCount: true })).count).toEqual({ total: seen.length, isFloor: false });
    const found = new Set(await walk(ctx, { q: 'o' }));
    expect([...found].every((id) => seen.includes(id))).toBe(true);
    const others = all.filter((lead) => !sees(lead)).slice(0, 40);
    for (const lead of others) await expect(ctx.inTenant((tx) => readLead(tx, lead.id))).rejects.toThrow(NotFound);
    for (const id of seen.slice(0, 10)) expect((await ctx.inTenant((tx) => readLead(tx, id))).id).toBe(id);
  });

  it('staff see every lead of the business, the unmatched ones too, and none of another business', async () => {
    const all = await stored();
    expect((await walk(market.owner, {})).toSorted()).toEqual(all.map((lead) => lead.id).toSorted());
    const unmatched = await ask(market.owner, { unmatched: '1' });
    expect(unmatched.data.map((lead) => lead.name)).toEqual(['Nobody Wants']);
  });

  it("another business's lead, another account's lead and a random id answer alike", async () => {
    const [foreign] = (await ask(other.owner)).data;
    const ctx = await ctxOf(account.admin);
    const neighbours = (await stored()).find((lead) => lead.account_id !== account.accountId)!;
    for (const id of [foreign!.id, neighbours.id, market.owner.newId()]) {
      await expect(ctx.inTenant((tx) => readLead(tx, id))).rejects.toThrow(NotFound);
      await expect(ctx.inTenant((tx) => leadTimeline(tx, id))).rejects.toThrow(NotFound);
      await expect(changeLeadStatus(ctx, id, { status: 'won' })).rejects.toThrow(NotFound);
      await expect(assignLead(ctx, id, { memberId: null })).rejects.toThrow(NotFound);
    }
  });
});

describe('order and pages (R-1.17, R-1.18)', () => {
  const keyOf: Readonly<Record<string, (lead: LeadListPage['data'][number]) => string>> = {
    received: (lead) => lead.receivedAt,
    name: (lead) => lead.name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase(),
    town: (lead) => lead.town.toLowerCase(),
    assignee: (lead) => (lead.assignee ?? '').toLowerCase(),
  };

  it.each(LEAD_SORTS.flatMap((sort) => [sort, `-${sort}`] as LeadSort[]))('%s: every lead once, in order, and back again page by page', async (sort) => {
    const ctx = await ctxOf(account.admin);
    const pages: LeadListPage[] = [await ask(ctx, { sort, limit: 64 })];
    while (pages.at(-1)!.nextCursor) pages.push(await ask(ctx, { sort, limit: 64, cursor: pages.at(-1)!.nextCursor! }));
    const forth = pages.flatMap((page) => page.data);
    expect(new Set(forth.map((lead) => lead.id)).size).toBe(400);
    const key = keyOf[sort.replace('-', '')];
    if (key) {
      const keys = forth.map(key);
      const sorted = keys.toSorted();
      expect(keys).toEqual(sort.startsWith('-') ? sorted.toReversed() : sorted);
    }
    const back = await ask(ctx, { sort, limit: 64 }, { before: pages.at(-1)!.previousCursor! });
    expect(back.data).toEqual(pages.at(-2)!.data);
    expect((await ask(ctx, { sort, limit: 64 }, { before: pages[1]!.previousCursor! })).previousCursor).toBeNull();
  });

  it.each(LEAD_SORTS.flatMap((sort) => [sort, `-${sort}`]))('%s: a walk while leads arrive repeats no id and misses none that was there', async (sort) => {
    const here = await openLeadMarket(await portal.business(`walk${sort.startsWith('-') ? '-down' : ''}-${sort.replace('-', '')}`));
    const buyer = await here.account('Brightside');
    const orderId = await here.order(buyer, { leads: 1_000 });
    await deliverMany(here, { account: buyer, orderId, count: 60 });
    const ctx = await here.business.ctxOf(buyer.admin.userId, 'leads');
    const before = new Set((await ask(ctx, { limit: 100 })).data.map((lead) => lead.id));
    const ids = await walk(ctx, { sort, limit: 7 }, () => here.post({ name: 'Aaron' }, { name: 'Zora', town: 'Zurich' }));
    expect(new Set(ids).size).toBe(ids.length);
    expect([...before].filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('refuses a cursor of another order, a cut one and nonsense, at cursor', async () => {
    const ctx = await ctxOf(account.admin);
    const { nextCursor } = await ask(ctx, { sort: 'name', limit: 5 });
    const forge = (key: string) => Buffer.from(JSON.stringify(['-received', key, market.owner.newId()])).toString('base64url');
    // what JavaScript takes for a date and Postgres does not
    const forged = ['yesterday', '1', '2026-02-31T00:00:00.000Z', '2026-01-01T24:00:00.000Z'].map(forge);
    for (const cursor of [nextCursor!, nextCursor!.slice(0, -6), 'x', ...forged]) {
      const refused = await ask(ctx, { sort: '-received', cursor }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(InvalidInput);
      expect((refused as InvalidInput).fields).toHaveProperty('cursor');
    }
  });
});

describe('filters (R-1.14 to R-1.16, R-4.8)', () => {
  it("dates are whole days of the business's zone, first and last included", async () => {
    const ctx = await ctxOf(account.admin);
    const { zone } = market.business.tenant;
    const day = daysAfter(dayOf(ctx.clock.now(), zone), -10);
    const expected = (await stored()).filter((lead) => lead.account_id === account.accountId && dayOf(lead.received_at, zone) === day).map((lead) => lead.id);
    expect((await walk(ctx, { from: day, to: day })).toSorted()).toEqual(expected.toSorted());
    expect(expected.length).toBeGreaterThan(0);
  });

  it('combines dates and text, sorted by name', async () => {
    const ctx = await ctxOf(account.admin);
    const from = daysAfter(dayOf(ctx.clock.now(), market.business.tenant.zone), -45);
    const page = await ask(ctx, { from, q: 'portl oduya', sort: 'name' });
    expect(page.data.length).toBeGreaterThan(0);
    expect(page.data.every((lead) => lead.town === 'Portland' && lead.name.endsWith('Oduya'))).toBe(true);
    const names = page.data.map((lead) => lead.name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase());
    expect(names).toEqual(names.toSorted());
  });

  it.each([
    ['a name without its accent', 'edouard'],
    ['with it', 'Édou'],
    ['a phone as people write it', '(503) 200-'],
    ['two beginnings', 'mar od'],
  ])('text finds %s', async (_, q) => {
    expect((await ask(await ctxOf(account.admin), { q })).data.length).toBeGreaterThan(0);
  });

  it('a word in the middle of another is not found', async () => {
    expect((await ask(await ctxOf(account.admin), { q: 'duya' })).data).toEqual([]);
  });

  it('every typed word counts, the eighth like the first, and a lead with a long name is found by its phone', async () => {
    const phone = market.phone();
    const words = Array.from({ length: 36 }, (_, at) => `z${String.fromCodePoint(97 + (at % 26))}${at}`);
    const [answer] = await market.post({ name: words.join(' '), phone, email: 'long.name@mail.example' });
    for (const who of [await ctxOf(account.admin), market.owner]) {
      const found = async (q: string) => (await ask(who, { q }, { withCount: true })).data.map(({ id }) => id);
      const expected = [(answer as { id: Id }).id];
      for (const q of [words.slice(0, 8).join(' '), words.join(' '), phone, `${words[35]} long`, 'name mail za0']) expect(await found(q), q).toEqual(expected);
      expect(await found([...words.slice(0, 7), 'missing'].join(' '))).toEqual([]);
    }
  });

  it.each(['---', ' ', '@ . +'])('a text without any word, "%s", finds nothing instead of everything', async (q) => {
    for (const who of [await ctxOf(account.admin), await ctxOf(alone), market.owner])
      expect(await ask(who, { q }, { withCount: true })).toEqual({ data: [], nextCursor: null, previousCursor: null, count: { total: 0, isFloor: false } });
  });
});

describe('work on a lead', () => {
  const leadOf = async (memberId: Id): Promise<Id> => (await stored()).find((lead) => lead.assignee_id === memberId)!.id;

  it('a member may not give a lead to somebody else, a manager only to people below, an account admin to anybody (R-4.36)', async () => {
    await expect(assignLead(await ctxOf(alone), await leadOf(alone.memberId), { memberId: below.memberId })).rejects.toThrow(InvalidInput);
    await expect(assignLead(await ctxOf(manager), await leadOf(below.memberId), { memberId: alone.memberId })).rejects.toThrow(InvalidInput);
    const leadId = await leadOf(below.memberId);
    await assignLead(await ctxOf(manager), leadId, { memberId: manager.memberId });
    await assignLead(await ctxOf(account.admin), leadId, { memberId: alone.memberId });
    const { past } = await market.owner.inTenant((tx) => leadTimeline(tx, leadId));
    expect(past.map((event) => event.key)).toEqual(['received', 'delivered', 'assigned', 'assigned']);
    expect((await ctxOf(alone)).may('read', 'Lead', { account_id: account.accountId, assignee_id: alone.memberId })).toBe(true);
  });

  it('an assignment can be taken back by whoever made it, until somebody assigns the lead again', async () => {
    const ctx = await ctxOf(account.admin);
    const leadId = await leadOf(alone.memberId);
    const assignee = () => ctx.inTenant(async (tx) => (await readLead(tx, leadId)).assigneeId);
    await assignLead(ctx, leadId, { memberId: manager.memberId });
    await assignLead(ctx, leadId, { memberId: below.memberId });
    const { assignmentId } = (await ctx.inTenant((tx) => freshAssignment(tx, leadId)))!;
    await expect(undoAssignment(await ctxOf(manager), leadId, assignmentId)).rejects.toThrow(NotFound);
    await undoAssignment(ctx, leadId, assignmentId);
    expect(await assignee()).toBe(manager.memberId);
    await expect(undoAssignment(ctx, leadId, assignmentId)).rejects.toThrow(AssignmentMovedOn);
    const { assignmentId: last } = (await ctx.inTenant((tx) => freshAssignment(tx, leadId)))!;
    await market.business.advance('PT11M');
    expect(await ctx.inTenant((tx) => freshAssignment(tx, leadId))).toBeUndefined();
    await expect(undoAssignment(ctx, leadId, last)).rejects.toThrow(AssignmentSettled);
    expect(await assignee()).toBe(manager.memberId);
  });

  it('several leads at once are given, or none of them', async () => {
    const ctx = await ctxOf(account.admin);
    const mine = (await stored())
      .filter((lead) => lead.account_id === account.accountId)
      .slice(0, 5)
      .map((lead) => lead.id);
    const [foreign] = (await ask(other.owner)).data;
    await expect(assignLeads(ctx, [...mine, foreign!.id], { memberId: alone.memberId })).rejects.toThrow(NotFound);
    await assignLeads(ctx, mine, { memberId: alone.memberId });
    await assignLeads(ctx, mine, { memberId: alone.memberId });
    const now = (await stored()).filter((lead) => mine.includes(lead.id));
    expect(now.every((lead) => lead.assignee_id === alone.memberId)).toBe(true);
  });

  it('who works on a lead has another name: the list is sorted by it, and saving the same name again tells nobody', async () => {
    const { business, owner } = market;
    const rename = (name: string) => owner.inTenant((tx) => tx.users.change(alone.userId, { name }));
    const first = async () => (await ask(owner, { sort: '-assignee', limit: 1 })).data[0]!.assignee;
    expect(await first()).not.toBe('Žofie Alone');
    await rename('Žofie Alone');
    await business.settleEvents();
    expect(await first()).toBe('Žofie Alone');
    const told = () => owner.inTenant((tx) => tx.rows(sql`select id from portico.event_deliveries where point = 'core.user-renamed'`));
    const before = (await told()).length;
    await rename('Žofie Alone');
    expect(await told()).toHaveLength(before);
    await rename('Hana Alone');
    await business.settleEvents();
    expect(await first()).not.toBe('Hana Alone');
  });

  it('a status that stands already leaves no second line', async () => {
    const ctx = await ctxOf(alone);
    const leadId = await leadOf(alone.memberId);
    await changeLeadStatus(ctx, leadId, { status: 'appointment' });
    await changeLeadStatus(ctx, leadId, { status: 'appointment' });
    const { past } = await ctx.inTenant((tx) => leadTimeline(tx, leadId));
    expect(past.filter((event) => event.key === 'status')).toHaveLength(1);
  });
});
