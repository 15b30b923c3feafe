import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql, type Ctx } from '@portico/kit/server';
import { aCustomer, aMember, type TestCustomer, type TestMember } from '@portico/plugin-accounts/testing';
import { deliveredLeads } from '@portico/plugin-leads/testing';
import { analyze, expectIndexes, expectNoLargeSort, plansOf, startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { load as queue } from '../console/return-queue.server.ts';
import { countReturns, listReturns, ReturnQuery } from '../lead-return.queries.ts';
import { load as portalList } from '../portal/return-list.server.ts';

const RETURNS = 4_000;
let portal: TestPortal;
let business: TestBusiness;
let customer: TestCustomer;
let member: TestMember;

beforeAll(async () => {
  portal = await startTestPortal();
  for (const slug of ['alpha', 'beta', 'gamma']) await fill(await portal.business(slug));
  await analyze(portal);
});
afterAll(() => portal.close());

/** One customer with most of the returns and a smaller one, in every status. */
async function fill(here: TestBusiness): Promise<void> {
  const large = await aCustomer(here);
  const one = await aMember(here, large);
  for (const [buyer, count] of [
    [large, RETURNS * 0.8],
    [await aCustomer(here), RETURNS * 0.2],
  ] as const) {
    const order = await deliveredLeads(here, buyer, { count });
    await here.systemCtx('returns').inTenant((tx) =>
      tx.run(sql`insert into returns.lead_returns (id, lead_id, delivery_id, order_id, account_id, bill_group_id, member_id, requested_by, reason, requested_at, delivered_at, decide_by,
          at_deadline, decision, decided_at, decided_by, withdrawn_at)
        select gen_random_uuid(), d.lead_id, d.id, d.order_id, d.account_id, d.bill_group_id, case when n % 4 = 0 then ${one.memberId}::uuid end, ${large.admin.userId}, 'Wrong number',
          at, at, at + interval '48 hours', 'approved', case n % 5 when 0 then null when 1 then null when 2 then 'denied' else 'approved' end,
          case when n % 5 > 1 then at end, case when n % 5 > 1 then 'staff' end, case when n % 5 = 1 then at end
        from (select d.*, row_number() over (order by d.id) as n, ${tx.ctx.clock.now()}::timestamptz - make_interval(mins => (row_number() over (order by d.id))::int) as at
          from leads.lead_deliveries d where d.tenant_id = ${here.tenant.id} and d.order_id = ${order.orderId}) d`),
    );
  }
  [business, customer, member] = [here, large, one];
}

const readers: readonly [string, () => Promise<Ctx>][] = [
  ['staff', () => business.ctxOf('owner', 'returns')],
  ['an account admin', () => business.ctxOf(customer.admin.userId, 'returns')],
  ['a member', () => business.ctxOf(member.userId, 'returns')],
];

describe.each(readers)('%s lists returns', (_, ctxOf) => {
  it.each([undefined, 'pending', 'approved'])('of status %s in every order that is offered: an index has them so, first page and next', async (status) => {
    const ctx = await ctxOf();
    for (const sort of ReturnQuery.shape.sort.unwrap().options) {
      const query = ReturnQuery.parse({ sort, status, limit: 20 });
      let next: string | null = null;
      const plans = await plansOf(ctx, async (tx) => void ({ nextCursor: next } = await listReturns(tx, query)));
      plans.push(...(await plansOf(ctx, (tx) => listReturns(tx, { ...query, cursor: next! }))));
      expect(next).not.toBeNull();
      expectIndexes(plans, ['lead_returns'], `${status} ${sort}`);
      expectNoLargeSort(plans, 100, `${status} ${sort}`);
    }
  });
});

it('counting ends at 1,000 and says so, in the portal and in the queue; below it is exact', async () => {
  const staff = await business.ctxOf('owner', 'returns');
  const counted = await staff.inTenant(async (tx) => [await countReturns(tx), await countReturns(tx, 'pending')]);
  expect(counted).toEqual([
    { total: 1_000, isFloor: true },
    { total: 800, isFloor: false },
  ]);
  const request = { params: {}, query: new URLSearchParams() };
  expect(await queue(staff, request)).toMatchObject({ total: 800, isFloor: false, waiting: { total: 800, isFloor: false } });
  expect(await portalList(await business.ctxOf(customer.admin.userId, 'returns'), request)).toMatchObject({ total: 1_000, isFloor: true, hasAny: true });
});
