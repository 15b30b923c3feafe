import { dayOf, daysAfter } from '@portico/kit';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal } from '@portico/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { load as loadFailed } from '../console/failed-charge-list.server.ts';
import { load as loadForm } from '../console/invoice-new.server.ts';
import { load as loadPayments } from '../console/payment-list.server.ts';
import { load as loadSubscriptions } from '../console/subscription-list.server.ts';
import { load as loadInvoices } from '../console/invoice-list.server.ts';
import { load } from '../console/customer-money.server.ts';
import { RecordPayment } from '../payment/pay-input.ts';
import { recordPayment } from '../payment/record-payment.ts';
import { actingAsOwner, anActiveSubscription, anIssuedInvoice } from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());

describe("a customer's money on its page in the console (line 14)", () => {
  it('is what is owed, what renews and the newest of each kind, of this customer alone', async () => {
    const business = await portal.business('money');
    const owner = await actingAsOwner(business);
    const [here, elsewhere] = [await aCustomer(business, 'Harbor Roofing'), await aCustomer(business, 'Cedar Ridge')];
    await anActiveSubscription(owner, here, { amount: 4_900 });
    await anIssuedInvoice(owner, here, 12_000);
    await anIssuedInvoice(owner, elsewhere, 99_000);
    const money = await load(owner, { accountId: here.accountId });
    expect(money.balances).toMatchObject([{ owed: { amount: 12_000, currency: 'USD' } }]);
    expect(money.next.renewal).toMatchObject({ amount: { amount: 4_900, currency: 'USD' } });
    expect(money.invoices.data.map(({ total }) => total.amount)).toEqual([12_000, 4_900]);
    expect(money.payments.data.map(({ amount }) => amount.amount)).toEqual([4_900]);
    expect(money.subscriptions.data).toHaveLength(1);
    expect(money).toMatchObject({ cards: [], failed: [] });
  });

  it('is nothing for a customer who has bought nothing, and the lists behind it are of that customer', async () => {
    const business = await portal.business('money-none');
    const owner = await actingAsOwner(business);
    const [buyer, none] = [await aCustomer(business, 'Harbor Roofing'), await aCustomer(business, 'Nobody yet')];
    await anIssuedInvoice(owner, buyer, 12_000);
    expect(await load(owner, { accountId: none.accountId })).toMatchObject({ balances: [], invoices: { data: [] }, payments: { data: [] } });
    const list = (accountId: string) => loadInvoices(owner, { params: {}, query: new URLSearchParams({ accountId }) } as never);
    expect(await list(buyer.accountId)).toMatchObject({ of: { name: 'Harbor Roofing' }, isNarrowed: true, data: [{ total: { amount: 12_000 } }] });
    expect(await list(none.accountId)).toMatchObject({ of: { name: 'Nobody yet' }, isNarrowed: true, data: [] });
    for (const load of [loadFailed, loadSubscriptions, loadPayments])
      expect(await load(owner, { params: {}, query: new URLSearchParams({ accountId: none.accountId }) } as never)).toMatchObject({
        of: { accountId: none.accountId, name: 'Nobody yet' },
        data: [],
      });
    expect(await list(owner.newId())).toMatchObject({ of: null, data: [] });
  });

  it('has its payments in the order of the days on which they came in, however late one was recorded', async () => {
    const business = await portal.business('money-late');
    const owner = await actingAsOwner(business);
    const customer = await aCustomer(business, 'Pays By Check');
    const today = dayOf(owner.clock.now(), owner.tenant.zone);
    for (const [amount, daysAgo] of [
      [500, 3],
      [700, 0],
      [900, 9],
    ] as const)
      await recordPayment(
        owner,
        RecordPayment.parse({ billGroupId: customer.billGroupId, amount: { amount, currency: 'USD' }, road: 'check', receivedOn: daysAfter(today, -daysAgo) }),
      );
    const { data } = (await load(owner, { accountId: customer.accountId })).payments;
    expect(data.map(({ amount }) => amount.amount)).toEqual([700, 500, 900]);
  });

  it('leads to forms for this customer, however many others there are', async () => {
    const business = await portal.business('money-for');
    const owner = await actingAsOwner(business);
    const [here] = [await aCustomer(business, 'Harbor Roofing'), await aCustomer(business, 'Cedar Ridge')];
    const form = (wanted: string) => loadForm(owner, { params: {}, query: new URLSearchParams({ for: wanted }) } as never);
    const pair = `${here!.accountId} ${here!.billGroupId}`;
    expect(await form(here!.accountId)).toMatchObject({ chosen: pair, buyers: { more: 0, groups: [{ value: pair }] } });
    expect((await form('nobody')).buyers.groups).toHaveLength(2);
  });
});
