import { sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, submit } from '../console/invoice-list.server.ts';
import { recordInvoicesPaid, sendInvoices, sendPayLinks, voidInvoices } from '../invoice/act-on-invoices.ts';
import { historyOfInvoice } from '../invoice/invoice-history.queries.ts';
import { ListInvoices, listInvoices, readInvoice } from '../invoice/invoice.queries.ts';
import { WriteInvoice, writeInvoice } from '../invoice/write-invoice.ts';
import { balancesOf } from '../ledger/balance.queries.ts';
import { actingAsOwner, anIssuedInvoice, creditIt, recordTransfer, voidIt } from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());
let business: TestBusiness;
let owner: Ctx;
let customer: TestCustomer;
let theirs: Ctx;
beforeAll(async () => {
  business = await portal.business('at-once');
  owner = await actingAsOwner(business);
  customer = await aCustomer(business, 'Harbor Roofing');
  theirs = await business.ctxOf(customer.admin.userId, 'billing');
});

const aDraft = ({ accountId, billGroupId }: TestCustomer = customer) =>
  writeInvoice(owner, WriteInvoice.parse({ accountId, billGroupId, lines: [{ description: 'Work', quantity: 1, price: { amount: 1_100, currency: 'USD' } }] }));
const stateOf = async (id: string) => (await owner.inTenant((tx) => readInvoice(tx, id))).status;
const seenByCustomer = async () => (await theirs.inTenant((tx) => listInvoices(tx, ListInvoices.parse({ limit: 100 })))).data.map(({ id }) => id);
const formOf = (fields: Record<string, string>, ids: readonly string[]): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const id of ids) form.append('ids', id);
  return form;
};

describe('several invoices at once', () => {
  it('are marked Sent, drafts issued first, and the customer sees each at once; a void one is refused by its number, and keeps nobody back (R-2.13)', async () => {
    const [draft, unsent, gone] = [
      await aDraft(),
      await anIssuedInvoice(owner, customer, 1_200, 'USD', false),
      await anIssuedInvoice(owner, customer, 1_300, 'USD', false),
    ];
    await voidIt(owner, gone);
    const { number } = await owner.inTenant((tx) => readInvoice(tx, gone.invoiceId));
    const answer = await sendInvoices(owner, [gone.invoiceId, draft, unsent.invoiceId]);
    expect(answer).toEqual({ done: 2, refused: [`This cannot be done with invoice ${number}: it is Void.`] });
    expect(await seenByCustomer()).toEqual(expect.arrayContaining([draft, unsent.invoiceId]));
    expect(await sendInvoices(owner, [draft, unsent.invoiceId])).toEqual({ done: 2, refused: [] });
  });

  it('are recorded as paid once each, however often the form is sent: from two tabs too', async () => {
    const payer = await aCustomer(business, 'Cedar Ridge');
    const [whole, part, paid] = [
      await anIssuedInvoice(owner, payer, 2_000),
      await anIssuedInvoice(owner, payer, 3_000),
      await anIssuedInvoice(owner, payer, 4_000),
    ];
    await recordTransfer(owner, payer, { ...part, amount: { amount: 1_000, currency: 'USD' } });
    await recordTransfer(owner, payer, paid);
    const ids = [whole, part, paid].map(({ invoiceId }) => invoiceId);
    const formId = owner.newId();
    const answers = await Promise.all([1, 2].map(async () => recordInvoicesPaid(await actingAsOwner(business), ids, formId)));
    for (const { done, refused } of answers) expect({ done, refused: refused.length }).toEqual({ done: 2, refused: 1 });
    const received = await owner.inTenant((tx) =>
      tx.rows<{ sum: number }>(sql`select sum(amount_minor)::bigint as sum from billing.payments where account_id = ${payer.accountId}`),
    );
    expect(received).toEqual([{ sum: 9_000 }]);
    expect(await owner.inTenant((tx) => balancesOf(tx, payer.accountId))).toEqual([]);
  });

  it('are made void for one reason; one with a payment stands', async () => {
    const [open, touched] = [await anIssuedInvoice(owner, customer, 1_400), await anIssuedInvoice(owner, customer, 1_500)];
    await recordTransfer(owner, customer, { ...touched, amount: { amount: 500, currency: 'USD' } });
    const { done, refused } = await voidInvoices(owner, [open.invoiceId, touched.invoiceId], 'Written twice');
    expect({ done, refused: refused.length }).toEqual({ done: 1, refused: 1 });
    expect([await stateOf(open.invoiceId), await stateOf(touched.invoiceId)]).toEqual(['void', 'partly-paid']);
  });

  it('are reminded of: a pay link for each that can be paid', async () => {
    const [open, hidden] = [await anIssuedInvoice(owner, customer, 1_600), await anIssuedInvoice(owner, customer, 1_700, 'USD', false)];
    const before = (await business.mails()).filter(({ template }) => template === 'pay-link').length;
    expect(await sendPayLinks(owner, [open.invoiceId, hidden.invoiceId])).toMatchObject({ done: 1, refused: [expect.stringContaining('is not sent yet')] });
    expect((await business.mails()).filter(({ template }) => template === 'pay-link')).toHaveLength(before + 1);
  });

  it('are refused to a customer, and a form with none picked says so', async () => {
    const hidden = await anIssuedInvoice(owner, customer, 1_800, 'USD', false);
    expect((await sendInvoices(theirs, [hidden.invoiceId])).done).toBe(0);
    expect(await stateOf(hidden.invoiceId)).toBe('unsent');
    await expect(submit(owner, formOf({ intent: 'send' }, []))).rejects.toThrow('none-picked');
    await expect(submit(owner, formOf({ intent: 'void', reason: ' ' }, [hidden.invoiceId]))).rejects.toThrow('required');
    expect(await submit(owner, formOf({ intent: 'send' }, [hidden.invoiceId]))).toEqual({ ok: true, say: 'billing.invoices.say-sent', values: { count: 1 } });
  });
});

describe('the lists of invoices', () => {
  const page = (query: Record<string, string>) => load(owner, { params: {}, query: new URLSearchParams(query) } as never);
  const find = async (q: string) => (await theirs.inTenant((tx) => listInvoices(tx, ListInvoices.parse({ q })))).data.map(({ id }) => id);

  it('are looked through by number, by total and by the days of issue', async () => {
    const { invoiceId } = await anIssuedInvoice(owner, customer, 987_650);
    const { number, issuedOn } = await owner.inTenant((tx) => readInvoice(tx, invoiceId));
    for (const typed of ['9876.50', '$9876.50']) expect(await find(typed), typed).toEqual([invoiceId]);
    expect(await find(`#${number}`)).toContain(invoiceId);
    for (const typed of ['9876.51', 'roofing', '999999999999999999']) expect(await find(typed), typed).toEqual([]);
    expect((await page({ number: String(number) })).data.map(({ id }) => id)).toEqual([invoiceId]);
    expect((await page({ from: issuedOn!, to: issuedOn! })).data.length).toBeGreaterThan(3);
    expect((await page({ to: '2020-01-01' })).data).toEqual([]);
  });
});

describe('what happened to an invoice', () => {
  it('is told from its rows, first to last: to staff from its draft on, to the customer from its issue on', async () => {
    const id = await aDraft();
    await sendInvoices(owner, [id]);
    await recordTransfer(owner, customer, { invoiceId: id, amount: { amount: 300, currency: 'USD' } });
    await creditIt(owner, { invoiceId: id, amount: { amount: 200, currency: 'USD' } });
    const told = async (ctx: Ctx) =>
      ctx.inTenant(async (tx) => (await historyOfInvoice(tx, await readInvoice(tx, id))).map(({ kind, amount }) => [kind, amount?.amount ?? null]));
    const seen = [
      ['issued-and-sent', null],
      ['paid', 300],
      ['credited', 200],
    ];
    expect(await told(owner)).toEqual([['written', null], ...seen]);
    expect(await told(theirs)).toEqual(seen);
    const gone = await anIssuedInvoice(owner, customer, 700);
    await voidIt(owner, gone);
    const last = await theirs.inTenant(async (tx) => (await historyOfInvoice(tx, await readInvoice(tx, gone.invoiceId))).at(-1));
    expect(last).toMatchObject({ kind: 'void', amount: { amount: 700 }, note: 'Written twice' });
  });
});
