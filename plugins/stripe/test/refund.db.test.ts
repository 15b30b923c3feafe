import { core as coreKey, sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, anIssuedInvoice, payByCard, refund } from '@portico/plugin-billing/testing';
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
beforeAll(async () => {
  business = await portal.business('refunds');
  await business.systemCtx('core').use(coreKey).saveSettings('stripe', { publishableKey: 'pk_test_refunds', secretKey: 'sk_test_refunds' });
  owner = await actingAsOwner(business);
  customer = await aCustomer(business, 'Harbor Roofing');
  await sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null });
});
const stripe = new Stripe('sk_test_refunds', { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });

async function aPayment(minor: number): Promise<string> {
  const invoice = await anIssuedInvoice(owner, customer, minor);
  await payByCard(owner, [invoice], await typeCard(sandbox, 'pk_test_refunds', CARDS.good));
  const payment = await owner.inTenant((tx) =>
    tx.row<{ id: string }>(sql`select payment_id as id from billing.payment_allocations where invoice_id = ${invoice.invoiceId}`),
  );
  return payment!.id;
}
const balanceOf = async (): Promise<number> =>
  (await owner.inTenant((tx) =>
    tx.row<{
      sum: number;
    }>(sql`select coalesce(sum(case when debit = 'card' then amount_minor else 0 end - case when credit = 'card' then amount_minor else 0 end), 0)::bigint as sum
      from billing.ledger_transfers`),
  ))!.sum;
const atGateway = async (): Promise<number> =>
  (await stripe.charges.list({ limit: 100 })).data
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, charge) => sum + charge.amount - charge.amount_refunded, 0);

describe('money that goes back', () => {
  it('goes back in part, with a credit note, and the books agree with the gateway (requirements 3.6)', async () => {
    const paymentId = await aPayment(20_000);
    expect(await refund(owner, paymentId, 5_000)).toEqual({ state: 'succeeded' });
    expect(await balanceOf()).toBe(await atGateway());
    const note = await owner.inTenant((tx) => tx.row(sql`select number, amount_minor from billing.credit_notes order by number desc limit 1`));
    expect(note).toEqual({ number: 1, amount_minor: 5_000 });
  });

  it('never goes back beyond what came in, also when fifty ask for it at once (M10)', async () => {
    const paymentId = await aPayment(10_000);
    const asked = await Promise.allSettled(Array.from({ length: 50 }, async () => refund(await actingAsOwner(business), paymentId, 900)));
    expect(asked.filter((one) => one.status === 'fulfilled')).toHaveLength(11);
    expect(asked.filter((one) => one.status === 'rejected').every((one) => (one.reason as { code: string }).code === 'billing.refund-too-large')).toBe(true);
    expect(await balanceOf()).toBe(await atGateway());
  });

  it('goes back once, however often the form is sent', async () => {
    const paymentId = await aPayment(7_000);
    const before = await atGateway();
    const formId = owner.newId();
    await Promise.all([1, 2, 3].map(async () => refund(await actingAsOwner(business), paymentId, 1_000, formId)));
    expect(before - (await atGateway())).toBe(1_000);
    expect(await balanceOf()).toBe(await atGateway());
  });
});
