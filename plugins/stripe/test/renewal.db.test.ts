import { liftBrakeEverywhere, pullBrakeEverywhere, wakeAfterBrake } from '@portico/core';
import { noonOf } from '@portico/kit';
import { core as coreKey, sql, type Ctx } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import {
  actingAsOwner,
  anActiveSubscription,
  anIssuedInvoice,
  billAgain,
  letAutoPay,
  loadRenewals,
  payByCard,
  plannedChargeOf,
  recordTransfer,
  sendInvoice,
} from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CARDS, setUpCard, typeCard } from './type-card.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});
beforeAll(() => sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null }));

let businesses = 0;
/** A business of its own for each test, as its clock only moves forward. */
async function aBusiness(): Promise<{
  business: TestBusiness;
  owner: Ctx;
  stripe: Stripe;
  cardOf: (number: string) => (clientSecret: string) => Promise<string>;
}> {
  const name = `renewal${(businesses += 1)}`;
  const business = await portal.business(name);
  await business
    .systemCtx('core')
    .use(coreKey)
    .saveSettings('stripe', { publishableKey: `pk_test_${name}`, secretKey: `sk_test_${name}` });
  const stripe = new Stripe(`sk_test_${name}`, { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });
  return {
    business,
    owner: await actingAsOwner(business),
    stripe,
    cardOf: (number) => (clientSecret) => setUpCard(sandbox, `pk_test_${name}`, number, clientSecret),
  };
}
const invoicesOf = (owner: Ctx, subscriptionId: string) =>
  owner.inTenant((tx) =>
    tx.rows<{ id: string; state: string; starts_on: string; number: number }>(sql`select i.id, i.state, p.starts_on, i.number from billing.billing_periods p
      join billing.invoices i on i.id = p.invoice_id where p.subscription_id = ${subscriptionId} order by p.starts_on`),
  );

describe('a subscription that renews', () => {
  it('is invoiced and charged to the card of auto-pay on its day, once, however often the clock comes by (R-0.19, line 9)', async () => {
    const { business, owner, stripe, cardOf } = await aBusiness();
    const customer = await aCustomer(business, 'Harbor Roofing');
    const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 19_900 });
    await letAutoPay(owner, customer, cardOf(CARDS.good));
    await business.settleProcesses();
    expect(await invoicesOf(owner, subscriptionId)).toHaveLength(1);
    await business.advance('P32D');
    await business.settleProcesses();
    await business.settleProcesses();
    const invoices = await invoicesOf(await actingAsOwner(business), subscriptionId);
    expect(invoices.map(({ state }) => state)).toEqual(['paid', 'paid']);
    expect((await stripe.charges.list({ limit: 10 })).data.map(({ amount, status }) => ({ amount, status }))).toEqual([
      { amount: 19_900, status: 'succeeded' },
    ]);
  });

  it('is invoiced and asked for by mail when auto-pay is off', async () => {
    const { business, owner, stripe } = await aBusiness();
    const customer = await aCustomer(business, 'Pays By Hand');
    const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 5_000 });
    await business.advance('P32D');
    await business.settleProcesses();
    expect((await invoicesOf(await actingAsOwner(business), subscriptionId)).map(({ state }) => state)).toEqual(['paid', 'issued']);
    expect((await business.mails()).filter(({ template }) => template === 'invoice-ready')).toHaveLength(1);
    expect((await stripe.charges.list({ limit: 10 })).data).toEqual([]);
  });

  it('bills each period that was missed, once and in order, and the run says that they are late', async () => {
    const { business, owner, cardOf } = await aBusiness();
    const customer = await aCustomer(business, 'Long Outage');
    const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 3_000 });
    await letAutoPay(owner, customer, cardOf(CARDS.good));
    await business.advance('P100D');
    await business.settleProcesses();
    const now = await actingAsOwner(business);
    const invoices = await invoicesOf(now, subscriptionId);
    expect(invoices.length).toBeGreaterThanOrEqual(4);
    expect(invoices.map(({ number }) => number)).toEqual(invoices.map(({ number }) => number).toSorted((a, b) => a - b));
    expect(invoices.every(({ state }) => state === 'paid')).toBe(true);
    const late = await now.inTenant((tx) => tx.row<{ late: number }>(sql`select sum(late)::int as late from billing.renewal_batches`));
    expect(late!.late).toBe(invoices.length - 1);
  });

  it('tells in plain words that the card was declined, and leaves the invoice open', async () => {
    const { business, owner, stripe, cardOf } = await aBusiness();
    const customer = await aCustomer(business, 'Declines Later');
    const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 4_000 });
    await letAutoPay(owner, customer, cardOf(CARDS.declinesLater));
    await business.advance('P32D');
    await business.settleProcesses();
    expect((await invoicesOf(await actingAsOwner(business), subscriptionId)).map(({ state }) => state)).toEqual(['paid', 'issued']);
    const told = (await business.mails()).filter(({ template }) => template === 'payment-failed');
    expect(told).toHaveLength(1);
    expect(String(told[0]!.data['because'])).toMatch(/bank declined/i);
    expect((await stripe.charges.list({ limit: 10 })).data.filter(({ status }) => status === 'succeeded')).toEqual([]);
  });

  it('stops with an alert when a plan would bill again and again (M12)', async () => {
    const { business, owner } = await aBusiness();
    const customer = await aCustomer(business, 'Every Day');
    const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 100, unit: 'day' });
    await business.advance('P60D');
    await business.settleProcesses();
    const now = await actingAsOwner(business);
    expect(await invoicesOf(now, subscriptionId)).toHaveLength(32);
    const row = await now.inTenant((tx) => tx.row<{ attention: string }>(sql`select attention from billing.subscriptions where id = ${subscriptionId}`));
    expect(row!.attention).toBe('too-many-periods');
    expect((await business.mails()).filter(({ template }) => template === 'renewals-stopped')).toHaveLength(1);
  });
});

describe('what was not sent at issue', () => {
  it('is charged by auto-pay when staff mark it Sent, once, and not before (R-2.18)', async () => {
    const { business, owner, stripe, cardOf } = await aBusiness();
    await business.systemCtx('core').use(coreKey).saveSettings('billing', { sendAtIssue: false });
    const [customer, byHand] = [await aCustomer(business, 'Sent Later'), await aCustomer(business, 'Pays By Hand')];
    const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 7_700 });
    const other = await anActiveSubscription(owner, byHand, { amount: 6_600 });
    await letAutoPay(owner, customer, cardOf(CARDS.good));
    await business.advance('P32D');
    await business.settleProcesses();
    const now = await actingAsOwner(business);
    const [, renewal] = await invoicesOf(now, subscriptionId);
    const [, unpaid] = await invoicesOf(now, other.subscriptionId);
    const charged = async () => (await stripe.charges.list({ limit: 10 })).data.map(({ amount }) => amount);
    const asked = async () => (await business.mails()).filter(({ template }) => template === 'invoice-ready').length;
    expect([await charged(), await asked()]).toEqual([[], 0]);
    const { invoiceId: written } = await anIssuedInvoice(now, customer, 1_100, 'USD', false);
    await Promise.all([renewal!.id, unpaid!.id, written, renewal!.id].map(async (id) => sendInvoice(await actingAsOwner(business), id)));
    await business.settleProcesses();
    await business.settleProcesses();
    expect(await charged()).toEqual([7_700]);
    expect((await invoicesOf(await actingAsOwner(business), subscriptionId)).map(({ state }) => state)).toEqual(['paid', 'paid']);
    expect(await asked()).toBe(1);
    // what was written by hand is charged at noon of its due day, and its page says so before
    const { dueOn, planned } = await (await actingAsOwner(business)).inTenant(async (tx) => ({
      ...(await tx.row<{ dueOn: string }>(sql`select due_on as "dueOn" from billing.invoices where id = ${written}`))!,
      planned: await plannedChargeOf(tx, written),
    }));
    expect(planned).toEqual({ at: noonOf(dueOn, business.tenant.zone), card: 'Visa 4242' });
    await business.advance('P15D');
    await business.settleProcesses();
    expect((await charged()).toSorted((a, b) => a - b)).toEqual([1_100, 7_700]);
  });
});

describe('the charge brake', () => {
  const usd = (amount: number) => ({ amount, currency: 'USD' });
  const setting = (business: TestBusiness) => business.systemCtx('core').use(coreKey);

  it('bills on and charges nobody; when it is lifted, what is still owed is charged once, and what was paid meanwhile is not (line 9)', async () => {
    const { business, owner, stripe, cardOf } = await aBusiness();
    const [waits, paysByTransfer] = [await aCustomer(business, 'Waits'), await aCustomer(business, 'Pays By Transfer')];
    const subscriptions: string[] = [];
    for (const customer of [waits, paysByTransfer]) {
      subscriptions.push((await anActiveSubscription(owner, customer, { amount: 4_000 })).subscriptionId);
      await letAutoPay(owner, customer, cardOf(CARDS.good));
    }
    await setting(business).pullBrake('billing.charges', 'The card machine is being changed');
    await business.advance('P32D');
    await business.settleProcesses();
    const now = await actingAsOwner(business);
    const states = async (at: number) => (await invoicesOf(await actingAsOwner(business), subscriptions[at]!)).map(({ state }) => state);
    expect([await states(0), await states(1)]).toEqual([
      ['paid', 'issued'],
      ['paid', 'issued'],
    ]);
    expect((await stripe.charges.list({ limit: 10 })).data).toEqual([]);
    const open = (await invoicesOf(now, subscriptions[1]!))[1]!;
    await recordTransfer(now, paysByTransfer, { invoiceId: open.id, amount: usd(4_000) });
    await setting(business).liftBrake('billing.charges');
    await business.settleProcesses();
    await business.settleProcesses();
    expect([await states(0), await states(1)]).toEqual([
      ['paid', 'paid'],
      ['paid', 'paid'],
    ]);
    expect((await stripe.charges.list({ limit: 10 })).data.map(({ amount }) => amount)).toEqual([4_000]);
  });

  it('for the whole installation stops every business, and says who pulled it; a person who pays is refused in plain words', async () => {
    const { business, owner, stripe, cardOf } = await aBusiness();
    const customer = await aCustomer(business, 'Stopped Everywhere');
    const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 6_000 });
    await letAutoPay(owner, customer, cardOf(CARDS.good));
    const { pool, registry } = portal.core;
    await pullBrakeEverywhere(pool, registry, 'billing.charges', 'The gateway reports an outage');
    try {
      expect(await setting(business).brake('billing.charges')).toMatchObject({ on: 'installation', because: 'The gateway reports an outage', by: 'operator' });
      await business.advance('P32D');
      await business.settleProcesses();
      const open = (await invoicesOf(await actingAsOwner(business), subscriptionId))[1]!;
      expect(open.state).toBe('issued');
      const asked = payByCard(
        await actingAsOwner(business),
        [{ invoiceId: open.id, amount: usd(6_000) }],
        await typeCard(sandbox, `pk_test_${business.tenant.slug}`, CARDS.good),
      );
      await expect(asked).rejects.toMatchObject({ code: 'billing.charges-stopped' });
      expect((await stripe.charges.list({ limit: 10 })).data).toEqual([]);
    } finally {
      await liftBrakeEverywhere(pool, registry, 'billing.charges');
    }
    await wakeAfterBrake(portal.core.systemContext(business.tenant, 'core'), 'billing.charges');
    await business.settleProcesses();
    expect((await stripe.charges.list({ limit: 10 })).data.map(({ amount }) => amount)).toEqual([6_000]);
  });
});

describe('what staff see of the clock', () => {
  it('lists its runs with what they billed, charged and what was declined, and what is coming (line 14)', async () => {
    const { business, owner, cardOf } = await aBusiness();
    const [good, bad] = [await aCustomer(business, 'Good Card'), await aCustomer(business, 'Bad Card')];
    for (const [customer, number] of [[good, CARDS.good] as const, [bad, CARDS.declinesLater] as const]) {
      await anActiveSubscription(owner, customer, { amount: 2_000 });
      await letAutoPay(owner, customer, cardOf(number));
    }
    await business.advance('P32D');
    await business.settleProcesses();
    const page = await loadRenewals(await actingAsOwner(business), { params: {}, query: new URLSearchParams() });
    expect(page.data.map(({ periods, charges, declined, late }) => ({ periods, charges, declined, late }))).toEqual([
      { periods: 2, charges: 2, declined: 1, late: expect.any(Number) },
    ]);
    expect(page.coming).toMatchObject({ inSevenDays: 0, waiting: 0 });
    expect(page.coming.nextAt).not.toBeNull();
  });

  it('lets staff bill again what was held back, from its next due period on', async () => {
    const { business, owner } = await aBusiness();
    const customer = await aCustomer(business, 'Held Back');
    const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 100, unit: 'day' });
    await business.advance('P60D');
    await business.settleProcesses();
    expect((await loadRenewals(await actingAsOwner(business), { params: {}, query: new URLSearchParams() })).held).toMatchObject([
      { id: subscriptionId, because: 'too-many-periods' },
    ]);
    await business.advance('P2D');
    await billAgain(await actingAsOwner(business), subscriptionId);
    await business.settleProcesses();
    expect((await invoicesOf(await actingAsOwner(business), subscriptionId)).length).toBeGreaterThan(32);
  });
});
