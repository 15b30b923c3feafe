import { core as coreKey, sql, type Ctx, type Sql } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, anIssuedInvoice, compareBooks, DIFFERENCES, payByCard, recordTransfer, refund } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARDS, typeCard } from './type-card.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});

let business: TestBusiness;
let owner: Ctx;
let customer: TestCustomer;
const stripe = new Stripe('sk_test_planted', { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });
beforeAll(async () => {
  await sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null });
  business = await portal.business('planted');
  await business.systemCtx('core').use(coreKey).saveSettings('stripe', { publishableKey: 'pk_test_planted', secretKey: 'sk_test_planted' });
  owner = await actingAsOwner(business);
  customer = await aCustomer(business, 'Harbor Roofing');
});

interface Paid {
  readonly paymentId: string;
  readonly attemptId: string;
  readonly intent: string;
}
async function aPayment(minor = 5_000, currency = 'USD', card: string = CARDS.good): Promise<Paid> {
  const invoice = await anIssuedInvoice(owner, customer, minor, currency);
  await payByCard(owner, [invoice], await typeCard(sandbox, 'pk_test_planted', card));
  const row = await owner.inTenant((tx) =>
    tx.row<Paid>(sql`select p.id as "paymentId", a.id as "attemptId", a.gateway_ref as intent from billing.attempt_invoices l join billing.payment_attempts a on a.id = l.attempt_id
      left join billing.payments p on p.attempt_id = a.id where l.invoice_id = ${invoice.invoiceId}`),
  );
  return row!;
}
const tamper = (change: Sql) => owner.inTenant((tx) => tx.run(change));
const charge = async (amount: number, currency = 'usd', metadata: Record<string, string> = {}) => {
  const { id } = await stripe.paymentIntents.create({ amount, currency, metadata, automatic_payment_methods: { enabled: true, allow_redirects: 'never' } });
  return stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
};
const book = (debit: string, credit: string, source: string, amount: number, sourceId = owner.newId()) =>
  tamper(sql`insert into billing.ledger_transfers (id, account_id, bill_group_id, debit, credit, amount_minor, currency, source_kind, source_id, booked_on, booked_at)
    values (${owner.newId()}, ${customer.accountId}, ${customer.billGroupId}, ${debit}, ${credit}, ${amount}, 'USD', ${source}, ${sourceId}, '2026-01-01', '2026-01-01')`);
async function declinedTry(state: string): Promise<void> {
  const { attemptId } = await aPayment(3_300, 'USD', CARDS.declined);
  await charge(3_300, 'usd', { attempt: attemptId });
  // the charge came from the try's own intent, and what we heard of it was wrong
  await tamper(sql`update billing.payment_attempts set state = ${state}, gateway_ref = null where id = ${attemptId}`);
}

/** Each makes books and gateway differ in one thing, and says what is to be found. */
const PLANTED: readonly { readonly what: string; readonly kind: (typeof DIFFERENCES)[number]; readonly plant: () => Promise<unknown> }[] = [
  { what: 'a charge that nobody here asked for', kind: 'unknown-charge', plant: () => charge(1_234) },
  { what: 'one in another currency', kind: 'unknown-charge', plant: () => charge(777, 'jpy') },
  { what: 'one for a try that never was', kind: 'unknown-charge', plant: () => charge(4_321, 'usd', { attempt: owner.newId() }) },
  { what: 'a second charge for a payment', kind: 'charged-twice', plant: async () => charge(5_000, 'usd', { attempt: (await aPayment()).attemptId }) },
  { what: 'a charge of a try that is said to be declined', kind: 'charged-but-declined', plant: () => declinedTry('failed') },
  { what: 'a charge of a try that is said to be called off', kind: 'charged-but-called-off', plant: () => declinedTry('called-off') },
  { what: 'a charge of a try of which nobody knows', kind: 'charged-not-booked', plant: () => declinedTry('unknown') },
  { what: 'a charge of a try that is said to wait for the bank', kind: 'charged-not-booked', plant: () => declinedTry('processing') },
  { what: 'a charge of a try that succeeded, without a payment', kind: 'charged-not-booked', plant: () => declinedTry('succeeded') },
  {
    what: 'a payment whose charge the gateway does not have',
    kind: 'not-charged',
    plant: async () => {
      const invoice = await anIssuedInvoice(owner, customer, 2_200);
      const paymentId = await recordTransfer(owner, customer, invoice);
      await tamper(sql`update billing.payments set road = 'card' where id = ${paymentId}`);
    },
  },
  {
    what: 'a payment of more than was charged',
    kind: 'other-amount',
    plant: async () => tamper(sql`update billing.payments set amount_minor = amount_minor + 1 where id = ${(await aPayment()).paymentId}`),
  },
  {
    what: 'a payment of less than was charged',
    kind: 'other-amount',
    plant: async () => tamper(sql`update billing.payments set amount_minor = amount_minor - 1 where id = ${(await aPayment()).paymentId}`),
  },
  {
    what: 'a payment in dollars of a charge in yen',
    kind: 'other-currency',
    plant: async () => {
      const { paymentId } = await aPayment(900, 'JPY');
      await tamper(sql`update billing.payments set currency = 'USD' where id = ${paymentId}`);
    },
  },
  {
    what: 'a payment that the ledger has twice',
    kind: 'other-in-ledger',
    plant: async () => book('card', 'credit', 'overpayment', 5_000, (await aPayment()).paymentId),
  },
  {
    what: 'a payment whose try is said to have failed',
    kind: 'attempt-not-paid',
    plant: async () => tamper(sql`update billing.payment_attempts set state = 'failed' where id = ${(await aPayment()).attemptId}`),
  },
  {
    what: 'a refund made at the gateway alone',
    kind: 'refund-unknown',
    plant: async () => stripe.refunds.create({ payment_intent: (await aPayment()).intent, amount: 100 }),
  },
  {
    what: 'a refund larger at the gateway than here',
    kind: 'refund-unknown',
    plant: async () => {
      const { paymentId, intent } = await aPayment();
      await refund(owner, paymentId, 500);
      await stripe.refunds.create({ payment_intent: intent, amount: 1 });
    },
  },
  {
    what: 'a refund that the gateway never made',
    kind: 'refund-missing',
    plant: async () => {
      const { paymentId } = await aPayment();
      const refundId = owner.newId();
      await tamper(sql`insert into billing.refunds (id, payment_id, account_id, bill_group_id, amount_minor, currency, state, reason, asked_by, asked_at)
        values (${refundId}, ${paymentId}, ${customer.accountId}, ${customer.billGroupId}, 700, 'USD', 'succeeded', 'r', ${owner.newId()}, '2026-01-01')`);
      await book('receivable', 'card', 'refund', 700, refundId);
    },
  },
  { what: 'money in the ledger that no payment brought', kind: 'no-payment-behind', plant: () => book('card', 'credit', 'overpayment', 60) },
  { what: 'money that left the ledger by no refund', kind: 'no-payment-behind', plant: () => book('credit', 'card', 'refund', 40) },
];

describe('books and gateway', () => {
  it('are compared by staff only', async () => {
    const member = await business.ctxOf(customer.admin.userId, 'billing');
    await expect(compareBooks(member)).rejects.toMatchObject({ code: 'portico.forbidden' });
  });

  it('are not compared while no gateway is connected', async () => {
    const unconnected = await actingAsOwner(await portal.business('unconnected'));
    expect(await compareBooks(unconnected)).toBeUndefined();
  });

  it('agree over whatever was paid, declined, left with the bank and sent back, in three currencies', async () => {
    const { paymentId } = await aPayment();
    await refund(owner, paymentId, 1_000);
    await aPayment(900, 'JPY');
    await aPayment(5_120, 'KWD');
    await aPayment(5_000, 'USD', CARDS.declined);
    await aPayment(5_000, 'USD', CARDS.staysProcessing);
    const money = (amount: number, currency: string) => ({ books: { amount, currency }, gateway: { amount, currency } });
    expect(await compareBooks(owner)).toMatchObject({
      data: [],
      differs: 0,
      charges: 3,
      totals: [money(900, 'JPY'), money(5_120, 'KWD'), money(4_000, 'USD')],
    });
  });

  it('agree over more charges than one page holds; with too many for one look it says so, and accuses nobody of what it has not seen', async () => {
    for (let n = 0; n < 104; n += 1) await aPayment(100);
    expect(await compareBooks(owner)).toMatchObject({ differs: 0, charges: 107, isPartial: false });
    expect(await compareBooks(owner, 1)).toMatchObject({ differs: 0, charges: 100, isPartial: true });
  });

  it(`differ in ${PLANTED.length} planted things: each is found and named, and nothing else is (M11)`, async () => {
    const before: string[] = [];
    for (const { what, kind, plant } of PLANTED) {
      await plant();
      const found = (await compareBooks(owner))!;
      before.push(kind);
      expect({ what, kinds: found.data.map((one) => one.kind).toSorted() }).toEqual({ what, kinds: before.toSorted() });
      expect(found.differs).toBe(before.length);
    }
    expect(PLANTED).toHaveLength(20);
    expect([...new Set(before)].toSorted()).toEqual([...DIFFERENCES].toSorted());
    const found = (await compareBooks(owner))!;
    for (const { books, gateway } of found.data) expect(books ?? gateway).not.toBeNull();
    expect(found.totals.some(({ books, gateway }) => books.amount !== gateway.amount)).toBe(true);
  });
});
