import { dayOf, daysAfter, type Id } from '@portico/kit';
import { sql, type Ctx, type FileAnswer } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load as loadForStaff } from '../console/statement.server.ts';
import { ListInvoices } from '../invoice/invoice.queries.ts';
import { invoiceTable } from '../invoice/invoice-table.ts';
import { readPayment } from '../payment/payment.queries.ts';
import { receiptPaper } from '../payment/receipt-paper.ts';
import { pastDueFrom } from '../invoice/invoice.model.ts';
import { ageingOf } from '../ledger/ageing.queries.ts';
import { balancesOf } from '../ledger/balance.queries.ts';
import { statementPaper, statementTable } from '../ledger/statement-files.ts';
import { readStatement, readWholeStatement } from '../ledger/statement.queries.ts';
import { load as loadForCustomer } from '../portal/statement.server.ts';
import { actingAsOwner, anIssuedInvoice, recordTransfer } from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());
let business: TestBusiness;
let owner: Ctx;
beforeAll(async () => {
  business = await portal.business('statements');
  owner = await actingAsOwner(business);
});

const span = { from: '2020-01-01', to: '2999-12-31', currency: 'USD' };
const linesOf = ({ bytes }: FileAnswer): string[] => Buffer.from(bytes).toString('utf8').replace('\ufeff', '').trimEnd().split('\r\n');
const asked = (query: Record<string, string>) => ({ params: {}, query: new URLSearchParams(query) }) as never;

/** A copy of an invoice, over so much, that was due so many days ago: what is printed of one never changes afterwards. */
async function dueAgo(invoiceId: Id, minor: number, days: number): Promise<void> {
  const { zone } = owner.tenant;
  const dueOn = daysAfter(dayOf(owner.clock.now(), zone), -days);
  const lines = JSON.stringify([{ description: 'Work', quantity: 1, unit: minor, amount: minor }]);
  await owner.inTenant(async (tx) => {
    const number = await tx.nextNumber('billing.invoice');
    await tx.run(sql`insert into billing.invoices (id, account_id, bill_group_id, currency, state, number, issued_at, issued_on, due_on, due_at, sent_at, lines, seller, buyer, total_minor, created_at)
      select gen_random_uuid(), account_id, bill_group_id, currency, state, ${number}, issued_at, issued_on, ${dueOn}::date, ${pastDueFrom(dueOn, zone)}::timestamptz, sent_at,
        ${lines}::jsonb, seller, buyer, ${minor}, created_at from billing.invoices where id = ${invoiceId}`);
  });
}

describe('the statement of a customer', () => {
  it('sorts what is open by age, the day after the due day being the first; the sums are the outstanding balance (R-2.6)', async () => {
    const customer = await aCustomer(business, 'Pays Late');
    const { invoiceId } = await anIssuedInvoice(owner, customer, 50);
    for (const [amount, days] of [
      [50, 0],
      [200, 1],
      [400, 30],
      [800, 31],
      [1_600, 60],
      [3_200, 61],
      [6_400, 90],
      [12_800, 91],
    ] as const)
      await dueAgo(invoiceId, amount, days);
    await anIssuedInvoice(owner, customer, 99_000, 'USD', false);
    const ages = await owner.inTenant((tx) => ageingOf(tx, customer.accountId, 'USD'));
    expect(Object.values(ages).map(({ amount }) => amount)).toEqual([100, 600, 2_400, 9_600, 12_800]);
    const [balance] = await owner.inTenant((tx) => balancesOf(tx, customer.accountId));
    expect(Object.values(ages).reduce((sum, { amount }) => sum + amount, 0)).toBe(balance!.owed.amount);
    expect(balance!.pastDue.amount).toBe(balance!.owed.amount - 100);
  });

  it('is a table for a spreadsheet, from the balance before to the balance after, and holds nothing that is not Sent (R-0.14, R-2.9)', async () => {
    const customer = await aCustomer(business, 'Keeps Books');
    const sent = await anIssuedInvoice(owner, customer, 12_300);
    await anIssuedInvoice(owner, customer, 77_700, 'USD', false);
    await recordTransfer(owner, customer, { ...sent, amount: { amount: 2_300, currency: 'USD' } });
    const theirs = await business.ctxOf(customer.admin.userId, 'billing');
    const file = await statementTable(theirs, customer.accountId, span);
    const rows = linesOf(file).map((line) => line.split(','));
    expect(rows.map(([, , amount, balance]) => [amount, balance])).toEqual([
      ['Amount', 'Balance'],
      ['', '0.00'],
      ['123.00', '123.00'],
      ['-23.00', '100.00'],
      ['', '100.00'],
    ]);
    expect(file).toMatchObject({ type: 'text/csv', name: 'Statement 2020-01-01 2999-12-31.csv' });
    expect(linesOf(await statementTable(owner, customer.accountId, span))).toHaveLength(6);
  });

  it('has every line in its table, also those that the page cuts off', async () => {
    const customer = await aCustomer(business, 'Buys Much');
    const { invoiceId } = await anIssuedInvoice(owner, customer, 100);
    await owner.inTenant((tx) =>
      tx.run(sql`insert into billing.ledger_transfers (id, account_id, bill_group_id, debit, credit, amount_minor, currency, source_kind, source_id, invoice_id, booked_on, booked_at)
        select gen_random_uuid(), ${customer.accountId}, ${customer.billGroupId}, 'receivable', 'revenue', 1, 'USD', 'credit-used', gen_random_uuid(), ${invoiceId}, '2026-01-01'::date,
          '2026-01-01T12:00:00Z'::timestamptz + make_interval(secs => n / 7) from generate_series(1, 4500) n`),
    );
    const page = await owner.inTenant((tx) => readStatement(tx, customer.accountId, span));
    expect({ isCut: page.isCut, lines: page.lines.length }).toEqual({ isCut: true, lines: 2_000 });
    const whole = await owner.inTenant((tx) => readWholeStatement(tx, customer.accountId, span));
    expect({ isCut: whole.isCut, lines: whole.lines.length, closing: whole.closing.amount }).toEqual({ isCut: false, lines: 4_501, closing: 4_600 });
    expect(new Set(whole.lines.map(({ id }) => id)).size).toBe(4_501);
    expect(linesOf(await statementTable(owner, customer.accountId, span))).toHaveLength(4_504);
  });

  it('is a paper with the name of the business', async () => {
    const customer = await aCustomer(business, 'Wants Paper');
    await anIssuedInvoice(owner, customer, 12_300);
    const { bytes, name, type } = await statementPaper(owner, customer.accountId, { ...span, from: '2026-01-01', to: '2026-12-31' });
    expect(Buffer.from(bytes).subarray(0, 5).toString()).toBe('%PDF-');
    expect({ name, type }).toEqual({ name: 'Statement 2026-01-01 2026-12-31.pdf', type: 'application/pdf' });
  });

  it("is the customer's own and no other's: staff name whose, and a colleague without the right is refused", async () => {
    const [here, elsewhere] = [await aCustomer(business, 'Here'), await aCustomer(business, 'Elsewhere')];
    await anIssuedInvoice(owner, here, 500);
    await anIssuedInvoice(owner, elsewhere, 900);
    const theirs = await business.ctxOf(here.admin.userId, 'billing');
    const mine = await loadForCustomer(theirs, asked({ accountId: elsewhere.accountId, period: 'this-month' }));
    expect(mine).toMatchObject({ accountId: here.accountId, period: 'this-month', statement: { closing: { amount: 500 } } });
    expect(await loadForStaff(owner, asked({ accountId: elsewhere.accountId }))).toMatchObject({
      of: { name: 'Elsewhere' },
      statement: { closing: { amount: 900 } },
    });
    expect(await loadForStaff(owner, asked({}))).toEqual({ of: null });
    await expect(loadForStaff(owner, asked({ accountId: owner.newId() }))).rejects.toMatchObject({ code: 'portico.not-found' });
    await expect(loadForStaff(theirs, asked({ accountId: here.accountId }))).rejects.toMatchObject({ code: 'portico.forbidden' });
  });

  it('is in one currency; where a customer has several, each is asked for by its name', async () => {
    const customer = await aCustomer(business, 'Two Currencies');
    await anIssuedInvoice(owner, customer, 500);
    await anIssuedInvoice(owner, customer, 700, 'EUR');
    const page = (query: Record<string, string>) => loadForStaff(owner, asked({ accountId: customer.accountId, ...query }));
    expect(await page({})).toMatchObject({ currencies: ['EUR', 'USD'], statement: { currency: 'USD', closing: { amount: 500 } } });
    expect(await page({ currency: 'EUR' })).toMatchObject({ statement: { currency: 'EUR', closing: { amount: 700 } } });
    expect(await page({ currency: 'QQQ' })).toMatchObject({ statement: { currency: 'USD' } });
  });
});

describe('what a customer takes along', () => {
  it('is a receipt of each payment of theirs, and of no other', async () => {
    const [payer, other] = [await aCustomer(business, 'Takes Receipts'), await aCustomer(business, 'Somebody Else')];
    const invoice = await anIssuedInvoice(owner, payer, 5_000);
    const paymentId = await recordTransfer(owner, payer, { ...invoice, amount: { amount: 6_000, currency: 'USD' } });
    const theirs = await business.ctxOf(payer.admin.userId, 'billing');
    const { payment } = await theirs.inTenant(async (tx) => ({ payment: await readPayment(tx, paymentId) }));
    expect(payment).toMatchObject({ amount: { amount: 6_000 }, parts: [{ amount: { amount: 5_000 } }] });
    const { name, bytes } = await receiptPaper(theirs, paymentId);
    expect(name).toBe(`Receipt of payment ${payment.number}.pdf`);
    expect(Buffer.from(bytes).subarray(0, 5).toString()).toBe('%PDF-');
    const others = await business.ctxOf(other.admin.userId, 'billing');
    await expect(receiptPaper(others, paymentId)).rejects.toMatchObject({ code: 'portico.not-found' });
  });

  it('is the list of their invoices as it is narrowed, all of its pages, without what is not Sent (R-2.9)', async () => {
    const customer = await aCustomer(business, 'Takes Lists');
    const { invoiceId } = await anIssuedInvoice(owner, customer, 1_000);
    await dueAgo(invoiceId, 2_500, 3);
    await anIssuedInvoice(owner, customer, 9_900, 'USD', false);
    const theirs = await business.ctxOf(customer.admin.userId, 'billing');
    const amounts = async (wanted: object) =>
      linesOf(await invoiceTable(theirs, ListInvoices.omit({ limit: true, cursor: true }).parse(wanted))).map((line) => line.split(',').slice(-3).join(' '));
    expect(await amounts({ sort: 'total' })).toEqual(['Total Open amount Currency', '10.00 10.00 USD', '25.00 25.00 USD']);
    expect(await amounts({ status: 'past-due' })).toEqual(['Total Open amount Currency', '25.00 25.00 USD']);
  });
});
