import { afterAll, beforeAll, expect, it } from 'vitest';
import { InvalidInput } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { analyze, expectIndexes, expectNoLargeSort, plansOf, startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { listMembers } from '../member/member.queries.ts';
import { load } from '../portal/user-list.server.ts';
import { MemberListQuery } from '../member/member.routes.ts';
import { aCustomer, type TestCustomer } from '../testing.ts';

let portal: TestPortal;
let business: TestBusiness;
let small: TestCustomer;
let large: TestCustomer;

beforeAll(async () => {
  portal = await startTestPortal();
  for (const slug of ['alpha', 'beta']) {
    business = await portal.business(slug);
    small = await aCustomer(business, 'Small');
    large = await aCustomer(business, 'Large');
    await fill(large);
  }
  await analyze(portal);
});
afterAll(() => portal.close());

/** More users than are sorted by name. */
const fill = ({ accountId }: TestCustomer): Promise<unknown> =>
  business.systemCtx('accounts').inTenant((tx) =>
    tx.run(sql`
      with people as (
        insert into portico.users (id, name, email, email_key, created_at)
        select gen_random_uuid(), 'Person ' || n, n || '@large.example', n || '@large.example', ${tx.ctx.clock.now()} from generate_series(1, 1500) n returning id, email)
      insert into accounts.members (id, account_id, user_id, created_at)
      select gen_random_uuid(), ${accountId}, id, ${tx.ctx.clock.now()}::timestamptz - make_interval(mins => split_part(email, '@', 1)::int) from people`),
  );

it.each([{}, { sort: '-name' }, { q: 'person', sort: 'created' }])('staff who ask for %j of more than 1,000 users are asked for a customer', async (asked) => {
  const staff = await business.ctxOf('owner', 'accounts');
  const list = (query: object) => staff.inTenant((tx) => listMembers(tx, MemberListQuery.parse(query)));
  await expect(list(asked)).rejects.toSatisfy((error) => error instanceof InvalidInput && 'accountId' in error.fields);
  expect((await list({ ...asked, q: undefined, accountId: small.accountId })).data.map(({ name }) => name)).toEqual(['Admin of Small']);
});
it.each(['created', '-created'])('all users of the business by %s come through an index', async (sort) => {
  const staff = await business.ctxOf('owner', 'accounts');
  const plans = await plansOf(staff, (tx) => listMembers(tx, MemberListQuery.parse({ sort })));
  expectIndexes(plans, ['members'], sort);
  expectNoLargeSort(plans, 200, sort);
});
it.each([{}, { sort: '-name' }, { q: 'person' }])('the account admin of more than 1,000 users need not name the account, for %j', async (asked) => {
  const admin = await business.ctxOf(large.admin.userId, 'accounts');
  const { data } = await admin.inTenant((tx) => listMembers(tx, MemberListQuery.parse({ ...asked, limit: 100 })));
  expect(data).toHaveLength(100);
  expect(new Set(data.map(({ accountId }) => accountId))).toEqual(new Set([large.accountId]));
  const page = await load(admin, { params: {}, query: new URLSearchParams(asked as Record<string, string>) });
  expect(page.data.length).toBeGreaterThan(10);
});
