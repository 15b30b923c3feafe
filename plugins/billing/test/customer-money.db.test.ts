import { aCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal } from '@portico/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { load as loadInvoices } from '../console/invoice-list.server.ts';
import { load } from '../console/customer-money.server.ts';
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
    expect(await list(none.accountId)).toMatchObject({ of: null, isNarrowed: true, data: [] });
  });
});
