import { sql } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { analyze, expectIndexes, expectNoLargeSort, plansOf, startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ageingOf } from '../ledger/ageing.queries.ts';
import { balancesOf, payableInvoices } from '../ledger/balance.queries.ts';
import { readStatement } from '../ledger/statement.queries.ts';
import { invoiceTable } from '../invoice/invoice-table.ts';
import { historyOfInvoice } from '../invoice/invoice-history.queries.ts';
import { ListAllInvoices, listAllInvoices, ListInvoices, listInvoices, readInvoice } from '../invoice/invoice.queries.ts';
import { ListPayments, listPayments } from '../payment/payment.queries.ts';
import { ListSubscriptions, listSubscriptions } from '../subscription/subscription.queries.ts';
import { actingAsOwner, anActiveSubscription, anIssuedInvoice, moreOfTheSame } from '../testing.ts';

const INVOICES = 4_000;
const TABLES = ['invoices', 'payments', 'payment_allocations', 'subscriptions', 'ledger_transfers'];
let portal: TestPortal;
let business: TestBusiness;
let customer: TestCustomer;
let invoiceId: string;

beforeAll(async () => {
  portal = await startTestPortal();
  for (const slug of ['alpha', 'beta', 'gamma']) await fill(await portal.business(slug));
  await analyze(portal);
});
afterAll(() => portal.close());

/** A customer with most of the invoices, each paid, and a smaller one: no plan is good by luck. */
async function fill(here: TestBusiness): Promise<void> {
  const owner = await actingAsOwner(here);
  for (const [buyer, count] of [
    [await aCustomer(here, 'Small'), INVOICES * 0.2],
    [await aCustomer(here, 'Large'), INVOICES * 0.8],
  ] as const) {
    const { invoiceId: first } = await anIssuedInvoice(owner, buyer, 5_000);
    await copies(here, first, count);
    const { subscriptionId } = await anActiveSubscription(owner, buyer, { amount: 4_900 });
    await moreOfTheSame(owner, subscriptionId, count / 4);
    [business, customer, invoiceId] = [here, buyer, first];
  }
}

async function copies(here: TestBusiness, of: string, count: number): Promise<void> {
  const owner = await actingAsOwner(here);
  await owner.inTenant(async (tx) => {
    const [invoices, payments] = [await tx.nextNumber('billing.invoice', count), await tx.nextNumber('billing.payment', count)];
    await tx.run(sql`with many as (
        insert into billing.invoices (id, account_id, bill_group_id, currency, state, number, issued_at, issued_on, due_on, due_at, sent_at, lines, seller, buyer, total_minor,
          paid_minor, paid_at, created_at)
        select gen_random_uuid(), account_id, bill_group_id, currency, case when n % 20 = 0 then 'issued' else 'paid' end, ${invoices}::bigint + n, issued_at - make_interval(hours => n),
          (issued_at - make_interval(hours => n))::date, due_on, due_at, sent_at, lines, seller, buyer, total_minor, case when n % 20 = 0 then 0 else total_minor end,
          case when n % 20 = 0 then null else issued_at end, created_at - make_interval(hours => n)
        from billing.invoices, generate_series(0, ${count}::int - 1) n where id = ${of} returning *),
      booked as (
        insert into billing.ledger_transfers (id, account_id, bill_group_id, debit, credit, amount_minor, currency, source_kind, source_id, invoice_id, booked_on, booked_at)
        select gen_random_uuid(), account_id, bill_group_id, 'receivable', 'revenue', total_minor, currency, 'invoice', id, id, issued_on, issued_at from many),
      paid as (
        insert into billing.payments (id, number, account_id, bill_group_id, road, amount_minor, currency, received_on, received_at, described)
        select id, ${payments}::bigint + (number - ${invoices}::bigint), account_id, bill_group_id, 'check', total_minor, currency, issued_on, issued_at, 'Check' from many
        where state = 'paid' returning id)
      insert into billing.payment_allocations (id, payment_id, invoice_id, amount_minor) select gen_random_uuid(), p.id, m.id, m.total_minor from paid p join many m on m.id = p.id`);
  });
}

type Walk = (tx: Parameters<Parameters<typeof plansOf>[1]>[0], place: { cursor?: string }) => Promise<{ nextCursor: string | null }>;

/** The plans of the first page and the next, as one of these sees them; none reads a table whole, or sorts more than a page and its parts. */
async function expectFlat(who: 'owner' | 'admin', what: string, walk: Walk): Promise<void> {
  const ctx = await business.ctxOf(who === 'owner' ? 'owner' : customer.admin.userId, 'billing');
  let next: string | null = null;
  const plans = await plansOf(ctx, async (tx) => void ({ nextCursor: next } = await walk(tx, {})));
  if (next) plans.push(...(await plansOf(ctx, (tx) => walk(tx, { cursor: next! }))));
  expectIndexes(plans, TABLES, `${who}, ${what}`);
  expectNoLargeSort(plans, 200, `${who}, ${what}`);
}

describe('lists of money are read through an index, in their order, whatever they are narrowed to', () => {
  it.each(['-issued', 'issued', 'due', '-due', 'total', '-total'])("a customer's invoices by %s", (sort) =>
    expectFlat('admin', sort, (tx, place) => listInvoices(tx, { ...ListInvoices.parse({ sort }), ...place })),
  );

  it.each([{ from: '2026-01-01', to: '2026-12-31' }, { status: 'open' }, { status: 'paid' }, { number: 1 }, { q: '7' }])(
    "a customer's invoices with %j",
    (query) => expectFlat('admin', JSON.stringify(query), (tx, place) => listInvoices(tx, { ...ListInvoices.parse(query), ...place })),
  );

  it.each([{}, { sort: 'created' }, { from: '2026-01-01', to: '2026-12-31' }, { status: 'past-due' }, { status: 'draft' }, { number: 7 }])(
    'all invoices with %j',
    (query) => expectFlat('owner', JSON.stringify(query), (tx, place) => listAllInvoices(tx, { ...ListAllInvoices.parse(query), ...place })),
  );

  it('the invoices of one customer, for staff', () =>
    expectFlat('owner', 'of a customer', (tx, place) => listAllInvoices(tx, { ...ListAllInvoices.parse({ accountId: customer.accountId }), ...place })));

  it.each(['owner', 'admin'] as const)('payments, for the %s', (who) =>
    expectFlat(who, 'payments', (tx, place) => listPayments(tx, { ...ListPayments.parse({}), ...place })),
  );

  it.each([{}, { state: 'current' }, { state: 'ended' }])('subscriptions with %j', async (query) => {
    for (const who of ['owner', 'admin'] as const)
      await expectFlat(who, JSON.stringify(query), (tx, place) => listSubscriptions(tx, { ...ListSubscriptions.parse(query), ...place }));
  });
});

describe('pages that follow one another', () => {
  it.each(['-issued', 'issued', 'due', '-due', 'total', '-total'] as const)(
    "lead through all of a customer's invoices by %s, each once, and so does their table",
    async (sort) => {
      const theirs = await business.ctxOf(customer.admin.userId, 'billing');
      const seen: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await theirs.inTenant((tx) => listInvoices(tx, { ...ListInvoices.parse({ sort, limit: 100 }), ...(cursor ? { cursor } : {}) }));
        seen.push(...page.data.map(({ id }) => id));
        cursor = page.nextCursor;
      }
      const [row] = await theirs.inTenant((tx) =>
        tx.rows<{ count: number }>(sql`select count(*)::int as count from billing.invoices where account_id = ${customer.accountId} and sent_at is not null`),
      );
      expect(seen).toHaveLength(row!.count);
      expect(new Set(seen).size).toBe(row!.count);
      const { bytes } = await invoiceTable(theirs, ListInvoices.omit({ limit: true, cursor: true }).parse({ sort }));
      expect(Buffer.from(bytes).toString('utf8').trimEnd().split('\r\n')).toHaveLength(row!.count + 1);
    },
  );
});

describe('what a customer owes, and what happened', () => {
  it('is read through indexes: balance, ages, what can be paid, the statement of a month, the story of an invoice', async () => {
    const ctx = await business.ctxOf(customer.admin.userId, 'billing');
    const today = ctx.clock.now().slice(0, 10);
    const plans = await plansOf(ctx, async (tx) => {
      await balancesOf(tx, customer.accountId);
      await ageingOf(tx, customer.accountId, 'USD');
      await payableInvoices(tx, customer.accountId);
      await readStatement(tx, customer.accountId, { from: `${today.slice(0, 8)}01`, to: today, currency: 'USD' });
      await historyOfInvoice(tx, await readInvoice(tx, invoiceId));
    });
    expect(plans.length).toBeGreaterThan(5);
    expectIndexes(plans, TABLES);
  });
});
