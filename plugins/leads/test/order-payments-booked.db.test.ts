import type { Id } from '@portico/kit';
import { core, sql } from '@portico/kit/server';
import { actingAsOwner, balancesOf, readStatement } from '@portico/plugin-billing/testing';
import type { TestCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { RecordPayment } from '../order/order-input.ts';
import { recordOrderPayment } from '../order/record-order-payment.ts';
import { takePaymentBack } from '../order/take-payment-back.ts';
import { openLeadMarket, type LeadMarket } from './lead-market.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());

let business: TestBusiness;
let market: LeadMarket;
let customer: TestCustomer;
let orderId: Id;
let made = 0;
beforeEach(async () => {
  business = await portal.business(`booked${(made += 1)}`);
  market = await openLeadMarket(business);
  customer = await market.account('Harbor Roofing');
  orderId = await market.order(customer, { leads: 10 });
});

const pay = (amount: number): Promise<Id> =>
  recordOrderPayment(market.owner, orderId, RecordPayment.parse({ amount: { amount, currency: 'USD' }, paidOn: market.today(), note: 'Cheque 12' }));
const settle = async (): Promise<void> => {
  await business.settleProcesses();
  await business.settleEvents();
};
const books = async () =>
  (await actingAsOwner(business)).inTenant(async (tx) => ({
    invoices: await tx.rows<{ state: string; total: number; line: string }>(
      sql`select state, total_minor as total, lines->0->>'description' as line from billing.invoices order by number`,
    ),
    payments: await tx.rows<{ amount: number; back: number; note: string }>(
      sql`select amount_minor as amount, refunded_minor as back, note from billing.payments order by number`,
    ),
    balances: await balancesOf(tx, customer.accountId),
  }));
const paidOf = async (): Promise<number> =>
  (await market.owner.inTenant((tx) => tx.row<{ paid: number }>(sql`select paid_minor as paid from leads.lead_orders where id = ${orderId}`)))!.paid;
const unbooked = async (): Promise<number> =>
  (await market.owner.inTenant((tx) => tx.row<{ count: number }>(sql`select count(*)::int as count from leads.order_payments where booked_at is null`)))!.count;

describe('a payment on an order that staff recorded (line 7)', () => {
  it("is booked in billing's ledger as an invoice and its payment, once, and the customer owes nothing by it", async () => {
    await pay(25_000);
    await settle();
    await settle();
    expect(await books()).toEqual({
      invoices: [{ state: 'paid', total: 25_000, line: expect.stringMatching(/^Order \d+$/) }],
      payments: [{ amount: 25_000, back: 0, note: 'Cheque 12' }],
      balances: [],
    });
    const span = { from: market.today(), to: market.today(), currency: 'USD' };
    const { lines } = await (await actingAsOwner(business)).inTenant((tx) => readStatement(tx, customer.accountId, span));
    expect(lines).toHaveLength(2);
    expect(await paidOf()).toBe(25_000);
    expect(await unbooked()).toBe(0);
  });

  it('that was recorded before there was a ledger is booked too, and a process that ends in between books it once', async () => {
    await pay(10_000);
    await pay(5_000);
    await settle();
    // as an older release left them, and as a process that ended after billing had answered
    await market.owner.inTenant((tx) => tx.run(sql`update leads.order_payments set booked_at = null, invoice_number = null, batch_id = null`));
    await business.advance('PT1M');
    await settle();
    expect((await books()).payments.map(({ amount }) => amount)).toEqual([10_000, 5_000]);
    expect(await unbooked()).toBe(0);
  });

  it('and took back is taken back in the ledger, once', async () => {
    const paymentId = await pay(25_000);
    await takePaymentBack(market.owner, orderId, paymentId, { reason: 'Another customer paid it' });
    await settle();
    await settle();
    expect((await books()).payments).toMatchObject([{ amount: 25_000, back: 25_000 }]);
    expect(await paidOf()).toBe(0);
    expect((await books()).balances.every(({ owed, credit }) => owed.amount === 0 && credit.amount === 0)).toBe(true);
  });

  it('waits while billing is switched off, without a fault, and is booked when it is on', async () => {
    const switchBilling = (on: boolean) => business.systemCtx('core').use(core).switchPlugin('billing', on);
    await business.systemCtx('core').use(core).switchPlugin('stripe', false);
    await switchBilling(false);
    await pay(7_000);
    await settle();
    expect(await unbooked()).toBe(1);
    await switchBilling(true);
    await business.advance('P2D');
    await settle();
    expect((await books()).payments).toMatchObject([{ amount: 7_000 }]);
  });
});
