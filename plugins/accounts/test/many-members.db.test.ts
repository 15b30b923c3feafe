import { afterAll, beforeAll, expect, it } from 'vitest';
import { InvalidInput } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { analyze, expectIndexes, expectNoLargeSort, plansOf, startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { listMembers } from '../member/member.queries.ts';
import { MemberListQuery } from '../member/member.routes.ts';
import { aCustomer, type TestCustomer } from '../testing.ts';

let portal: TestPortal;
let business: TestBusiness;
let small: TestCustomer;

beforeAll(async () => {
  portal = await startTestPortal();
  for (const slug of ['alpha', 'beta']) {
    business = await portal.business(slug);
    small = await aCustomer(business, 'Small');
    await fill(await aCustomer(business, 'Large'));
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
it('an account admin of a small account lists by name as before', async () => {
  const admin = await business.ctxOf(small.admin.userId, 'accounts');
  expect((await admin.inTenant((tx) => listMembers(tx, MemberListQuery.parse({})))).data).toHaveLength(1);
});
