import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { daysAfter, type Id } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import { sql, type Ctx } from '@portico/kit/server';
import type { TestCustomer, TestMember } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestPortal } from '@portico/testing';
import { load } from '../portal/lead-list.server.ts';
import { LEAD_SORTS, ListLeads, listLeads, type LeadListPage } from '../lead/lead-list.queries.ts';
import { leadRoutes } from '../lead/lead.routes.ts';
import { createLeadType } from '../type/save-lead-type.ts';
import words from '../translations/en.json' with { type: 'json' };
import { openLeadMarket, type LeadMarket } from './lead-market.ts';
import { deliverVolume } from './many-leads.ts';

/** A customer with so many leads, whose users are asked for. */
interface Buyer {
  readonly account: TestCustomer;
  readonly manager: TestMember;
  readonly below: TestMember;
  readonly orderId: Id;
}

/** What the story says, whatever the product thinks of it. */
const MOST_SORTED = 10_000;

let portal: TestPortal;
let market: LeadMarket;
let full: Buyer;
let over: Buyer;

beforeAll(async () => {
  portal = await startTestPortal();
  market = await openLeadMarket(await portal.business('alpha'));
  full = await buyerOf('Full', MOST_SORTED);
  over = await buyerOf('Over', MOST_SORTED + 1);
}, 180_000);
afterAll(() => portal.close());

async function buyerOf(name: string, count: number): Promise<Buyer> {
  const account = await market.account(name);
  const manager = await market.member(account, `Manager of ${name}`, { viewDownline: true });
  const below = await market.member(account, `Below at ${name}`, { parent: manager });
  const orderId = await market.order(account, { leads: 20_000 });
  await deliverVolume(market, { account, orderId, count, members: [manager, below, account.admin] });
  return { account, manager, below, orderId };
}

/** What every lead of these tests has: a phone that begins so, and an arrival within these days. */
const EVERY_PHONE = '1503';
const dates = () => ({ from: daysAfter(market.today(), -120), to: daysAfter(market.today(), 1) });
const combined = () => ({ type: market.typeId, ...dates() });
const SORTS = LEAD_SORTS.flatMap((sort) => [sort, `-${sort}`]);

const adminOf = ({ account }: Buyer): Promise<Ctx> => market.business.ctxOf(account.admin.userId, 'leads');
const ask = (ctx: Ctx, query: object): Promise<LeadListPage> => ctx.inTenant((tx) => listLeads(tx, ListLeads.parse(query)));
const REFUSED: LeadListPage = { data: [], nextCursor: null, previousCursor: null, tooMany: true };

function expectPage(page: LeadListPage, what: string): void {
  expect(page.tooMany, what).toBeUndefined();
  expect([page.data.length, page.nextCursor], what).toEqual([50, expect.any(String)]);
}

describe('text and combined filters are sorted over at most 10,000 hits (S2)', () => {
  it('10,001 that have the typed word: no data, and the list says that they are too many, in every order', async () => {
    const ctx = await adminOf(over);
    for (const sort of SORTS) expect(await ask(ctx, { q: EVERY_PHONE, sort }), sort).toEqual(REFUSED);
  });

  it('10,001 of one type within dates, by name: the same', async () => {
    expect(await ask(await adminOf(over), { ...combined(), sort: 'name' })).toEqual(REFUSED);
  });

  it('10,000: the page is shown, by text in every order and by type and dates', async () => {
    const ctx = await adminOf(full);
    for (const sort of SORTS) expectPage(await ask(ctx, { q: EVERY_PHONE, sort, limit: 50 }), sort);
    for (const sort of SORTS) expectPage(await ask(ctx, { ...combined(), sort, limit: 50 }), sort);
  });

  it('10,001 of one type within dates of which few have the typed word: those few', async () => {
    const page = await ask(await adminOf(over), { q: '15032000077', ...combined(), sort: 'name' });
    expect(page.data).toHaveLength(1);
    expect(page.tooMany).toBeUndefined();
  });

  it('who sees a part of the leads is asked about that part: a user to whom 10,000 or fewer are assigned', async () => {
    const page = await ask(await market.business.ctxOf(over.below.userId, 'leads'), { q: EVERY_PHONE, sort: 'name', limit: 50 });
    expectPage(page, 'a member');
  });
});

describe('no filter, or one, is read in the order of an index, however many there are (S2)', () => {
  const filters: readonly [string, () => object][] = [
    ['no filter', () => ({})],
    ['dates', dates],
    ['type', () => ({ type: market.typeId })],
    ['order', () => ({ order: over.orderId })],
  ];
  it.each(filters)('%s, by every column, for the account admin and with View Downline', async (_, filter) => {
    for (const ctx of [await adminOf(over), await market.business.ctxOf(over.manager.userId, 'leads')])
      for (const sort of SORTS) expectPage(await ask(ctx, { ...filter(), sort, limit: 50 }), sort);
  });
});

describe('staff sort all leads of the business, however many there are', () => {
  it('by every column, walked over two pages: those of all customers and those that nobody bought, in one order', async () => {
    const business = await openLeadMarket(await portal.business('staff-sorts'));
    const [one, two] = [await business.account('One'), await business.account('Two')];
    for (const account of [one, two]) {
      const orderId = await business.order(account, { leads: 20_000 });
      await deliverVolume(business, { account, orderId, count: 6_000, members: [account.admin] });
    }
    await createLeadType(business.owner, { key: 'eaves', name: 'Eaves', lookBackDays: 30 });
    await business.post(...Array.from({ length: 30 }, (_, at) => ({ type: 'eaves', name: `Unsold ${at}`, town: `Aa${at}` })));
    const stored = await business.owner.inTenant((tx) =>
      tx.rows<Record<string, string>>(sql`select id, name_key, type_key, status_key, town_key, assignee_key from leads.leads`),
    );
    for (const sort of SORTS.filter((way) => !way.endsWith('received'))) {
      const key = `${sort.replace('-', '')}_key`;
      const turn = sort.startsWith('-') ? -1 : 1;
      const order = (a: Record<string, string>, b: Record<string, string>) => turn * (byBytes(a[key]!, b[key]!) || byBytes(a['id']!, b['id']!));
      const expected = stored.toSorted(order).map(({ id }) => id);
      const first = await ask(business.owner, { sort, limit: 100 });
      const second = await ask(business.owner, { sort, limit: 100, cursor: first.nextCursor! });
      expect(
        [...first.data, ...second.data].map(({ id }) => id),
        sort,
      ).toEqual(expected.slice(0, 200));
      const unmatched = await ask(business.owner, { sort, limit: 100, unmatched: '1' });
      expect(unmatched.data.map(({ id }) => id)).toEqual(expected.filter((id) => unmatched.data.some((lead) => lead.id === id)));
      expect(unmatched.data).toHaveLength(30);
    }
  });
});

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('what is told to who asked for too many (S2)', () => {
  const list = leadRoutes.find(({ name }) => name === 'list-leads')!;
  const byApi = async (buyer: Buyer, query: object): Promise<unknown> =>
    list.handle!(await adminOf(buyer), { params: {}, query: ListLeads.parse(query), body: undefined });
  const byPage = async (buyer: Buyer, query: Record<string, string>) =>
    load(await adminOf(buyer), { params: {}, query: new URLSearchParams(query) } as unknown as PageRequest);

  it('the API answers no data, no cursor and tooMany, which its description knows; below it there is no such word', async () => {
    const answer = await byApi(over, { q: EVERY_PHONE });
    expect(answer).toEqual({ data: [], nextCursor: null, tooMany: true });
    expect(list.answer!.parse(answer)).toEqual(answer);
    expect(await byApi(full, { q: EVERY_PHONE, limit: 1 })).not.toHaveProperty('tooMany');
  });

  it('the page says "Narrow your search", for which it is told to', async () => {
    expect(await byPage(over, { q: EVERY_PHONE })).toMatchObject({ tooMany: true, data: [], isNarrowed: true });
    expect((await byPage(full, { q: EVERY_PHONE })).tooMany).toBeUndefined();
    expect(words['leads.too-many.text']).toMatch(/^Narrow your search: /);
  });
});
