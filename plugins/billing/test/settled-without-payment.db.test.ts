import { dayOf } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { creditsOfInvoice, readInvoice } from '../invoice/invoice.queries.ts';
import { CreditInvoice, creditInvoice } from '../invoice/credit-invoice.ts';
import { writeOffInvoice } from '../invoice/write-off-invoice.ts';
import { balancesOf } from '../ledger/balance.queries.ts';
import { readStatement } from '../ledger/statement.queries.ts';
import { writeAttempt } from '../payment/begin-attempt.ts';
import { StartSubscription, startSubscription } from '../subscription/start-subscription.ts';
import { actingAsOwner, aLivePlan, anIssuedInvoice, creditIt, recordTransfer, voidIt, writeItOff, type TestInvoice } from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());
let business: TestBusiness;
let owner: Ctx;
beforeAll(async () => {
  business = await portal.business('settled');
  owner = await actingAsOwner(business);
});

const usd = (amount: number) => ({ amount, currency: 'USD' });
const lineOf = (kind: string, amount: number) => expect.objectContaining({ kind, amount: usd(amount) });
const span = { from: '2020-01-01', to: '2999-12-31', currency: 'USD' };
const seenBy = (ctx: Ctx, { invoiceId }: TestInvoice) => ctx.inTenant((tx) => readInvoice(tx, invoiceId));
const statementOf = (ctx: Ctx, { accountId }: TestCustomer) => ctx.inTenant((tx) => readStatement(tx, accountId, span));
const booksOf = ({ accountId }: TestCustomer) =>
  owner.inTenant((tx) =>
    tx.rows(sql`select debit, credit, amount_minor, source_kind from billing.ledger_transfers where account_id = ${accountId} order by booked_at, id`),
  );

/** A card payment of the invoice has begun, and nobody knows yet how it ends. */
const beginPayment = ({ accountId, billGroupId }: TestCustomer, { invoiceId, amount }: TestInvoice) =>
  owner.inTenant((tx) =>
    writeAttempt(tx, {
      ...{ id: owner.newId(), accountId, billGroupId, currency: 'USD', methodId: null, gatewayMethod: 'pm_card_visa', described: 'Visa 4242' },
      ...{ offSession: false, because: 'person' as const, parts: [{ invoiceId, amount: amount.amount }] },
    }),
  );

describe('an invoice that is written off', () => {
  it('is refused to a customer, and one that is not there is not found', async () => {
    const customer = await aCustomer(business, 'May Not');
    const invoice = await anIssuedInvoice(owner, customer, 5_000);
    const theirs = await business.ctxOf(customer.admin.userId, 'billing');
    await expect(writeOffInvoice(theirs, invoice.invoiceId, 'x')).rejects.toMatchObject({ code: 'portico.forbidden' });
    await expect(creditIt(theirs, invoice)).rejects.toMatchObject({ code: 'portico.forbidden' });
    await expect(writeItOff(owner, { invoiceId: owner.newId() })).rejects.toMatchObject({ code: 'portico.not-found' });
    expect((await seenBy(owner, invoice)).status).toBe('open');
  });

  it('is owed no more, the books call it lost, and the customer sees both at once, with the reason (requirements 3.6)', async () => {
    const customer = await aCustomer(business, 'Closed Down');
    const invoice = await anIssuedInvoice(owner, customer, 5_000);
    await recordTransfer(owner, customer, { ...invoice, amount: usd(2_000) });
    await writeItOff(owner, invoice);
    await writeItOff(owner, invoice);
    const theirs = await business.ctxOf(customer.admin.userId, 'billing');
    expect(await seenBy(theirs, invoice)).toMatchObject({
      status: 'written-off',
      open: usd(0),
      paid: usd(2_000),
      writtenOff: usd(3_000),
      because: 'Closed their business',
    });
    const { lines, closing } = await statementOf(theirs, customer);
    expect(lines).toEqual([lineOf('invoice', 5_000), lineOf('payment', -2_000), lineOf('write-off', -3_000)]);
    expect(closing).toEqual(usd(0));
    expect((await booksOf(customer)).at(-1)).toEqual({ debit: 'written-off', credit: 'receivable', amount_minor: 3_000, source_kind: 'write-off' });
    expect(await owner.inTenant((tx) => balancesOf(tx, customer.accountId))).toEqual([]);
  });

  it('waits while a payment of it is under way, and is neither a draft nor paid nor void', async () => {
    const customer = await aCustomer(business, 'Pays Right Now');
    const [paying, paid, gone] = [
      await anIssuedInvoice(owner, customer, 900),
      await anIssuedInvoice(owner, customer, 800),
      await anIssuedInvoice(owner, customer, 700),
    ];
    await beginPayment(customer, paying);
    await expect(writeItOff(owner, paying)).rejects.toMatchObject({ code: 'billing.payment-under-way' });
    await expect(creditIt(owner, paying)).rejects.toMatchObject({ code: 'billing.payment-under-way' });
    await recordTransfer(owner, customer, paid);
    await voidIt(owner, gone);
    for (const invoice of [paid, gone]) {
      await expect(writeItOff(owner, invoice)).rejects.toMatchObject({ code: 'billing.wrong-invoice-state' });
      await expect(creditIt(owner, invoice)).rejects.toMatchObject({ code: 'billing.wrong-invoice-state' });
    }
    expect((await statementOf(owner, customer)).closing).toEqual(usd(900));
  });

  it('can be paid after all: then it is owed again for that much, and the books know both (requirements 3.5)', async () => {
    const customer = await aCustomer(business, 'Came Back');
    const invoice = await anIssuedInvoice(owner, customer, 5_000);
    await writeItOff(owner, invoice);
    await recordTransfer(owner, customer, { ...invoice, amount: usd(1_500) });
    expect(await seenBy(owner, invoice)).toMatchObject({ status: 'written-off', paid: usd(1_500), writtenOff: usd(3_500) });
    await recordTransfer(owner, customer, { ...invoice, amount: usd(3_500) });
    expect(await seenBy(owner, invoice)).toMatchObject({ status: 'paid', paid: usd(5_000), writtenOff: usd(0) });
    const { lines, closing } = await statementOf(owner, customer);
    expect(lines.map(({ kind }) => kind)).toEqual(['invoice', 'write-off', 'reversal', 'payment', 'reversal', 'payment']);
    expect(closing).toEqual(usd(0));
  });
});

describe('a credit note by hand', () => {
  it('lowers what is owed, has a number without a gap, and the customer sees it at once on invoice and statement', async () => {
    const customer = await aCustomer(business, 'Half Done');
    const invoice = await anIssuedInvoice(owner, customer, 6_600);
    await creditIt(owner, { ...invoice, amount: usd(2_000) });
    await creditIt(owner, { ...invoice, amount: usd(100) });
    const theirs = await business.ctxOf(customer.admin.userId, 'billing');
    expect(await seenBy(theirs, invoice)).toMatchObject({ status: 'partly-paid', open: usd(4_500), credited: usd(2_100) });
    const notes = await theirs.inTenant(async (tx) => creditsOfInvoice(tx, await readInvoice(tx, invoice.invoiceId)));
    expect(notes.map(({ amount, reason }) => ({ amount, reason }))).toEqual([
      { amount: usd(2_000), reason: 'Agreed by phone' },
      { amount: usd(100), reason: 'Agreed by phone' },
    ]);
    expect(notes[1]!.number).toBe(notes[0]!.number + 1);
    const { lines, closing } = await statementOf(theirs, customer);
    expect(lines).toEqual([lineOf('invoice', 6_600), lineOf('credit', -2_000), lineOf('credit', -100)]);
    expect(closing).toEqual(usd(4_500));
    expect((await owner.inTenant((tx) => balancesOf(tx, customer.accountId)))[0]!.owed).toEqual(usd(4_500));
  });

  it('never takes back more than is open, also when ten are written at once; what was paid goes back by refund', async () => {
    const customer = await aCustomer(business, 'Too Much');
    const invoice = await anIssuedInvoice(owner, customer, 1_000);
    await recordTransfer(owner, customer, { ...invoice, amount: usd(300) });
    await expect(creditIt(owner, { ...invoice, amount: usd(701) })).rejects.toMatchObject({ code: 'billing.credit-too-large' });
    const asked = await Promise.allSettled(Array.from({ length: 10 }, async () => creditIt(await actingAsOwner(business), { ...invoice, amount: usd(100) })));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
    expect(await seenBy(owner, invoice)).toMatchObject({ status: 'paid', open: usd(0), paid: usd(300), credited: usd(700) });
  });

  it('is written once, however often the form is sent; another one in that form is refused', async () => {
    const customer = await aCustomer(business, 'Pressed Twice');
    const invoice = await anIssuedInvoice(owner, customer, 1_000);
    const formId = owner.newId();
    await Promise.all([1, 2, 3].map(async () => creditIt(await actingAsOwner(business), { ...invoice, amount: usd(400) }, formId)));
    expect((await seenBy(owner, invoice)).credited).toEqual(usd(400));
    await expect(creditIt(owner, { ...invoice, amount: usd(500) }, formId)).rejects.toMatchObject({ code: 'billing.credit-form-used' });
  });

  it('is in the currency of its invoice, above zero, and says why', async () => {
    const invoice = await anIssuedInvoice(owner, await aCustomer(business, 'Other Money'), 1_000);
    await expect(creditIt(owner, { ...invoice, amount: { amount: 10, currency: 'EUR' } })).rejects.toMatchObject({ code: 'portico.invalid-input' });
    expect(CreditInvoice.safeParse({ amount: usd(0), reason: 'x' }).success).toBe(false);
    expect(CreditInvoice.safeParse({ amount: usd(1), reason: ' ' }).success).toBe(false);
    await expect(creditInvoice(owner, owner.newId(), { amount: usd(1), reason: 'x' })).rejects.toMatchObject({ code: 'portico.not-found' });
  });

  it('over all that is open settles the invoice, and what waited for that begins', async () => {
    const { accountId, billGroupId } = await aCustomer(business, 'First Month Free');
    const { subscriptionId, invoiceId } = await startSubscription(
      owner,
      StartSubscription.parse({ accountId, billGroupId, planId: await aLivePlan(owner, 9_900) }),
    );
    await creditIt(owner, { invoiceId, amount: usd(9_900) });
    const row = await owner.inTenant((tx) =>
      tx.row(sql`select s.state, i.state as invoice, i.paid_at is not null as settled, p.paid_at is not null as begun from billing.subscriptions s
        join billing.invoices i on i.subscription_id = s.id join billing.billing_periods p on p.invoice_id = i.id where s.id = ${subscriptionId}`),
    );
    expect(row).toEqual({ state: 'active', invoice: 'paid', settled: true, begun: true });
    const today = dayOf(owner.clock.now(), owner.tenant.zone);
    const notes = await owner.inTenant((tx) =>
      tx.rows<{ on: string }>(sql`select issued_on::text as on from billing.credit_notes where invoice_id = ${invoiceId}`),
    );
    expect(notes).toEqual([{ on: today }]);
  });
});
