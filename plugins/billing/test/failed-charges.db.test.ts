import { NotFound } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { analyze, expectIndexes, expectNoLargeSort, plansOf, startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ListFailedCharges, listFailedCharges } from '../collection/failed-charges.queries.ts';
import { load } from '../console/failed-charge-list.server.ts';
import { load as loadInvoice } from '../portal/invoice.server.ts';
import { actingAsOwner } from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());

let business: TestBusiness;
let owner: Ctx;
let customer: TestCustomer;
const STATES = ['declined', 'hard-declined', 'needs-customer', 'processing', 'unknown'] as const;
const CHARGES = 3_000;

/** Many invoices whose charge failed, in every state, every third of them over. */
async function fill(here: TestBusiness): Promise<TestCustomer> {
  const buyer = await aCustomer(here, 'Harbor Roofing');
  const { accountId, billGroupId } = buyer;
  await here.systemCtx('billing').inTenant(async (tx) => {
    const now = tx.ctx.clock.now();
    await tx.run(sql`insert into billing.invoices (id, account_id, bill_group_id, currency, state, number, issued_at, issued_on, due_on, due_at, sent_at, lines, total_minor, created_at)
      select gen_random_uuid(), ${accountId}, ${billGroupId}, 'USD', 'issued', n, ${now}::timestamptz, '2026-01-01', '2026-01-15', '2026-01-16', ${now}::timestamptz,
        '[{"amount": 100}]', 100, ${now}::timestamptz from generate_series(1, ${CHARGES}) n`);
    await tx.run(sql`with attempt as (insert into billing.payment_attempts (id, account_id, bill_group_id, amount_minor, currency, gateway_method, off_session, because, state, decline_code, decline_why, created_at)
        values (gen_random_uuid(), ${accountId}, ${billGroupId}, 100, 'USD', 'pm', true, 'renewal', 'failed', 'insufficient_funds', 'soft', ${now}::timestamptz) returning id)
      insert into billing.collections (id, invoice_id, account_id, bill_group_id, state, failed_at, attempt_id, retry_days, last_rule, give_up_at, tried_at, failures, ended_at, ended_because)
      select gen_random_uuid(), i.id, ${accountId}, ${billGroupId}, (${[...STATES]}::text[])[i.number % 5 + 1], ${now}::timestamptz - make_interval(mins => i.number::int), a.id, '{2,7}', 'keep',
        ${now}::timestamptz + interval '7 days', ${now}::timestamptz - make_interval(mins => i.number::int), 1,
        case when i.number % 3 = 0 then ${now}::timestamptz end, case when i.number % 3 = 0 then 'paid' end from billing.invoices i, attempt a`);
  });
  return buyer;
}

beforeAll(async () => {
  await fill(await portal.business('others'));
  business = await portal.business('failed');
  customer = await fill(business);
  owner = await actingAsOwner(business);
  await analyze(portal);
});

describe('failed charges', () => {
  it('are listed for staff: whose, how much, why in plain words; without auto-pay none is charged by itself', async () => {
    const { data } = await owner.inTenant((tx) => listFailedCharges(tx, ListFailedCharges.parse({ limit: 2 })));
    expect(data[0]).toMatchObject({ account: 'Harbor Roofing', open: { amount: 100, currency: 'USD' }, invoiceNumber: 1, endedBecause: null, nextTryAt: null });
    expect(data[0]!.because).toMatch(/not enough funds/i);
  });

  it.each([undefined, ...STATES, 'over' as const])(
    'of state %s: an index has them in order, first page and next, and no page holds another state',
    async (state) => {
      for (const sort of ListFailedCharges.shape.sort.unwrap().options) {
        const query = ListFailedCharges.parse({ sort, state, limit: 20 });
        let next: string | null = null;
        const plans = await plansOf(owner, async (tx) => void ({ nextCursor: next } = await listFailedCharges(tx, query)));
        plans.push(...(await plansOf(owner, (tx) => listFailedCharges(tx, { ...query, cursor: next! }))));
        expectIndexes(plans, ['collections', 'invoices'], `${state} ${sort}`);
        expectNoLargeSort(plans, 100, `${state} ${sort}`);
        const { data } = await owner.inTenant((tx) => listFailedCharges(tx, query));
        expect(data.every((row) => (state === 'over' ? row.endedBecause !== null : row.endedBecause === null && (!state || row.state === state)))).toBe(true);
        const days = data.map(({ failedAt }) => failedAt);
        expect(days).toEqual(sort === 'failed' ? days.toSorted() : days.toSorted().toReversed());
      }
    },
  );

  it('are for staff: a customer sees what happens next on their own invoice, and nothing of another’s', async () => {
    const ctx = await business.ctxOf(customer.admin.userId, 'billing');
    const rows = await ctx.inTenant((tx) => listFailedCharges(tx, ListFailedCharges.parse({})));
    expect(rows.data).toEqual([]);
    const { data } = await load(owner, { params: {}, query: new URLSearchParams('state=declined') });
    const request = { params: { invoiceId: data[0]!.invoiceId }, query: new URLSearchParams() };
    expect((await loadInvoice(ctx, request)).followed).toMatchObject({ state: 'declined', because: expect.stringMatching(/not enough funds/) as unknown });
    const other = await aCustomer(business, 'Somebody Else');
    await expect(loadInvoice(await business.ctxOf(other.admin.userId, 'billing'), request)).rejects.toThrow(NotFound);
  });
});
