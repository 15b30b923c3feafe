import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '@portico/kit/server';
import { aCustomer, aMember, type TestCustomer, type TestMember } from '@portico/plugin-accounts/testing';
import { deliveredLeads } from '@portico/plugin-leads/testing';
import { analyze, expectIndexes, expectNoLargeSort, plansOf, startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { listNotes, NoteQuery } from '../goodwill-note.queries.ts';

const NOTES = 4_000;
let portal: TestPortal;
let business: TestBusiness;
let customer: TestCustomer;
let member: TestMember;

beforeAll(async () => {
  portal = await startTestPortal();
  for (const slug of ['alpha', 'beta', 'gamma']) await fill(await portal.business(slug, { plugins: ['example-fair-play'] }));
  await analyze(portal);
});
afterAll(() => portal.close());

/** A customer with most of the notes, and a smaller one: no plan is good by luck. */
async function fill(here: TestBusiness): Promise<void> {
  const large = await aCustomer(here);
  const one = await aMember(here, large);
  for (const [buyer, count] of [
    [large, NOTES * 0.8],
    [await aCustomer(here), NOTES * 0.2],
  ] as const) {
    const { leadIds } = await deliveredLeads(here, buyer, { count: 200 });
    await here.systemCtx('example-fair-play').inTenant((tx) =>
      tx.run(sql`insert into example_fair_play.goodwill_notes (id, lead_id, account_id, member_id, text, written_by, written_by_name, written_at)
        select gen_random_uuid(), (${leadIds}::uuid[])[1 + n % 200], ${buyer.accountId}, case when n % 4 = 0 then ${one.memberId}::uuid end, 'Kind words', ${here.ownerId},
          'Test owner', ${tx.ctx.clock.now()}::timestamptz - make_interval(mins => n) from generate_series(1, ${count}::int) n`),
    );
  }
  [business, customer, member] = [here, large, one];
}

it.each(['written', '-written'])('staff, an account admin and a member list notes by %s: through an index in that order, first page and next', async (sort) => {
  for (const user of ['owner', customer.admin.userId, member.userId]) {
    const ctx = await business.ctxOf(user, 'example-fair-play');
    const query = NoteQuery.parse({ sort });
    let next: string | null = null;
    const plans = await plansOf(ctx, async (tx) => void ({ nextCursor: next } = await listNotes(tx, query)));
    plans.push(...(await plansOf(ctx, (tx) => listNotes(tx, { ...query, cursor: next! }))));
    expectIndexes(plans, ['goodwill_notes'], `${user} ${sort}`);
    expectNoLargeSort(plans, 100, `${user} ${sort}`);
    expect(next).not.toBeNull();
  }
});
