import { dayOf, daysAfter, type Id } from '@portico/kit';
import { core, sql, type Ctx } from '@portico/kit/server';
import { billing } from '@portico/plugin-billing/api';
import { actingAsOwner, letAutoPay, recordTransfer } from '@portico/plugin-billing/testing';
import type { TestCustomer } from '@portico/plugin-accounts/testing';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeOrder } from '../order/change-order.ts';
import { ChangeOrder } from '../order/order-input.ts';
import { readOrder } from '../order/order.queries.ts';
import { pauseOrder } from '../order/pause-order.ts';
import { resumeOrder } from '../order/resume-order.ts';
import { beginRenewals } from '../renewal/begin-renewals.ts';
import { renewOrder } from '../renewal/renew-order.ts';
import { openLeadMarket, type LeadMarket } from './lead-market.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});
beforeAll(() => sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null }));

let business: TestBusiness;
let market: LeadMarket;
let customer: TestCustomer;
let made = 0;
beforeEach(async () => {
  business = await portal.business(`renews${(made += 1)}`);
  const keys = { publishableKey: `pk_test_renews${made}`, secretKey: `sk_test_renews${made}` };
  await business.systemCtx('core').use(core).saveSettings('stripe', keys);
  market = await openLeadMarket(business);
  customer = await market.account('Harbor Roofing');
});

const post = async (count: number): Promise<void> => void (await market.post(...Array.from({ length: count }, () => ({}))));
const read = (id: Id) => market.owner.inTenant((tx) => readOrder(tx, id));
const orders = () =>
  market.owner.inTenant((tx) =>
    tx.rows<{ number: number; total: number; received: number; paid_minor: number; starts_on: string; ends_on: string | null }>(
      sql`select number, total, received, paid_minor, starts_on, ends_on from leads.lead_orders order by number`,
    ),
  );
const invoices = async (): Promise<{ invoiceId: Id; state: string; amount: number; description: string }[]> =>
  (await actingAsOwner(business)).inTenant((tx) =>
    tx.rows(
      sql`select id as "invoiceId", state, total_minor as amount, lines->0->>'description' as description from billing.invoices where number is not null order by number`,
    ),
  );
const charges = async (): Promise<number[]> => {
  const { accounts } = await sandbox.tell<{ accounts: { charges: { amount: number; status: string }[] }[] }>(
    'GET',
    `/control/state?account=renews${made}&kind=charge`,
  );
  return (accounts[0]?.charges ?? []).filter(({ status }) => status === 'succeeded').map(({ amount }) => amount);
};
/** Until nothing moves: what is due is done, told, and done again. */
const settle = async (): Promise<void> => {
  for (let round = 0; round < 3; round += 1) {
    await business.settleProcesses();
    await business.settleEvents();
  }
};
const keepCard = async (): Promise<void> =>
  letAutoPay(await actingAsOwner(business), customer, (clientSecret) => setUpGoodCard(`pk_test_renews${made}`, clientSecret));

describe('an order that renews (line 9)', () => {
  it('opens the next one on the same terms when it is filled, without a charge where none is wanted', async () => {
    const id = await market.order(customer, { leads: 2, endsIn: 10, daysAgo: 5, renewal: true });
    await settle();
    expect(await orders()).toHaveLength(1);
    await post(2);
    await settle();
    const today = dayOf(market.owner.clock.now(), business.tenant.zone);
    expect(await orders()).toMatchObject([
      { total: 2, received: 2 },
      { total: 2, received: 0, paid_minor: 0, starts_on: today, ends_on: daysAfter(today, 15) },
    ]);
    expect((await read(id)).nextOrder).toMatchObject({ number: (await orders())[1]!.number });
    expect(await invoices()).toEqual([]);
  });

  it('opens the next one when its last day is over, by the business clock, and once', async () => {
    await market.order(customer, { leads: 50, endsIn: 3, renewal: true });
    await business.advance('P3D');
    await settle();
    expect(await orders()).toHaveLength(1);
    await business.advance('P1D');
    await settle();
    await settle();
    expect(await orders()).toHaveLength(2);
  });

  it('does not renew while it is paused, and does when it goes on (R-1.57)', async () => {
    const id = await market.order(customer, { leads: 1, renewal: true, autoCharge: true });
    await keepCard();
    await post(1);
    await pauseOrder(market.owner, id);
    await settle();
    expect(await orders()).toHaveLength(1);
    expect(await charges()).toEqual([]);
    await resumeOrder(market.owner, id);
    await settle();
    expect(await orders()).toHaveLength(2);
    expect(await charges()).toEqual([2_500]);
  });

  it('that was paused between two steps of its renewal is charged nothing (R-1.57)', async () => {
    const id = await market.order(customer, { leads: 1, renewal: true, autoCharge: true });
    await post(1);
    const renewalId = await begin();
    await pauseOrder(market.owner, id);
    await renewOrder(business.systemCtx('leads'), renewalId);
    expect(await invoices()).toEqual([]);
    await resumeOrder(market.owner, id);
    await settle();
    expect(await invoices()).toHaveLength(1);
  });
});

describe('an order that charges its renewal (line 9)', () => {
  it('is charged to the card of auto-pay, and the next order opens when that is paid, with Amount Paid', async () => {
    const id = await market.order(customer, { leads: 4, renewal: true, autoCharge: true });
    await keepCard();
    await post(4);
    await settle();
    expect(await charges()).toEqual([10_000]);
    expect(await invoices()).toMatchObject([{ state: 'paid', amount: 10_000, description: `Roofing, renewal of order ${(await read(id)).number}` }]);
    expect(await orders()).toMatchObject([
      { received: 4, paid_minor: 0 },
      { received: 0, paid_minor: 10_000 },
    ]);
    await settle();
    expect(await charges()).toEqual([10_000]);
    expect(await orders()).toHaveLength(2);
  });

  it('without auto-pay sends its invoice and waits; it opens when that is paid by another road', async () => {
    const id = await market.order(customer, { budget: 30_000, renewal: true, autoCharge: true });
    await post(12);
    await settle();
    expect(await orders()).toHaveLength(1);
    const [invoice] = await invoices();
    expect(invoice).toMatchObject({ state: 'issued', amount: 30_000 });
    expect((await read(id)).renewalInvoice).toBe(1);
    await recordTransfer(await actingAsOwner(business), customer, { invoiceId: invoice!.invoiceId, amount: { amount: 30_000, currency: 'USD' } });
    await settle();
    expect(await orders()).toMatchObject([{ paid_minor: 0 }, { total: 30_000, received: 0, paid_minor: 30_000 }]);
  });

  it('is one invoice, one charge and one order, wherever its process ends and however often it is repeated', async () => {
    await market.order(customer, { leads: 1, renewal: true, autoCharge: true });
    await keepCard();
    await post(1);
    const renewalId = await begin();
    const work = (): Ctx => business.systemCtx('leads');
    // the process ends after billing has answered, and before that is noted
    const { account_id: accountId, bill_group_id: billGroupId } = (await market.owner.inTenant((tx) =>
      tx.row<{ account_id: Id; bill_group_id: Id }>(sql`select account_id, bill_group_id from leads.lead_orders`),
    ))!;
    const asked = { cause: renewalId, accountId, billGroupId, currency: 'USD', lines: [{ description: 'Roofing', quantity: 1, unitMinor: 2_500 }] };
    const first = await work().use(billing).invoiceFor(asked);
    expect(await work().use(billing).invoiceFor(asked)).toEqual(first);
    await Promise.all([renewOrder(work(), renewalId), renewOrder(work(), renewalId)]);
    await settle();
    await renewOrder(work(), renewalId);
    await settle();
    expect(await invoices()).toHaveLength(1);
    expect(await charges()).toEqual([2_500]);
    expect(await orders()).toHaveLength(2);
  });

  it('is begun once by two workers at the same moment', async () => {
    await market.order(customer, { leads: 1, renewal: true, autoCharge: true });
    await post(1);
    await Promise.all([0, 1].map(() => business.systemCtx('leads').inTenant(beginRenewals)));
    const rows = await market.owner.inTenant((tx) => tx.rows(sql`select id from leads.order_renewals`));
    expect(rows).toHaveLength(1);
  });

  it('waits where billing is switched off, and says so; saved again with billing on, it renews', async () => {
    const id = await market.order(customer, { leads: 1, renewal: true, autoCharge: true });
    await business.systemCtx('core').use(core).switchPlugin('stripe', false);
    await business.systemCtx('core').use(core).switchPlugin('billing', false);
    await post(1);
    await settle();
    expect(await read(id)).toMatchObject({ renewalAttention: 'billing-off', nextOrder: null });
    await business.systemCtx('core').use(core).switchPlugin('billing', true);
    await changeOrder(market.owner, id, ChangeOrder.parse({ acceptsReturns: true }));
    await settle();
    expect(await read(id)).toMatchObject({ renewalAttention: null, renewalInvoice: 1 });
  });

  it('stops at three renewals a day, and tells the owner', async () => {
    await market.order(customer, { leads: 1, renewal: true });
    for (let round = 0; round < 5; round += 1) {
      await post(1);
      await settle();
    }
    expect(await orders()).toHaveLength(4);
    const stopped = await market.owner.inTenant((tx) => tx.rows(sql`select id from leads.lead_orders where renewal_attention = 'too-many'`));
    expect(stopped).toHaveLength(1);
    expect(await market.owner.inTenant((tx) => tx.rows(sql`select id from portico.mails where template = 'renewal-stopped'`))).toHaveLength(1);
  });

  it('needs an order that renews', async () => {
    await expect(market.order(customer, { autoCharge: true })).rejects.toMatchObject({ fields: { autoCharge: { key: 'leads.problem.auto-charge-alone' } } });
  });
});

/** Begins the renewal of what is due, as a worker does that then ends. */
async function begin(): Promise<Id> {
  await business.systemCtx('leads').inTenant(beginRenewals);
  const row = await market.owner.inTenant((tx) => tx.row<{ id: Id }>(sql`select id from leads.order_renewals where state = 'begun'`));
  return row!.id;
}

async function setUpGoodCard(publishableKey: string, clientSecret: string): Promise<string> {
  const headers = { authorization: `Bearer ${publishableKey}` };
  const card = new URLSearchParams({ type: 'card', 'card[number]': '4242424242424242', 'card[exp_month]': '12', 'card[exp_year]': '2034', 'card[cvc]': '123' });
  const { id } = (await (await fetch(`${sandbox.base}/v1/payment_methods`, { method: 'POST', headers, body: card })).json()) as { id: string };
  const [setup] = clientSecret.split('_secret');
  const body = new URLSearchParams({ client_secret: clientSecret, payment_method: id });
  const answer = await fetch(`${sandbox.base}/v1/setup_intents/${setup}/confirm`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(await answer.text());
  return setup!;
}
