import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { bookReceived } from '../payment/book-received.ts';
import { StartSubscription, startSubscription } from '../subscription/start-subscription.ts';
import {
  actingAsOwner,
  aLivePlan,
  anActiveSubscription,
  askToCancel,
  foreseeCancellation,
  recordTransfer,
  takeBackCancellation,
  undoCancellation,
} from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());

let made = 0;
let business: TestBusiness;
let owner: Ctx;
let customer: TestCustomer;
beforeEach(async () => {
  business = await portal.business(`cancelled${(made += 1)}`);
  owner = await actingAsOwner(business);
  customer = await aCustomer(business, 'Harbor Roofing');
});

const stateOf = async (id: Id): Promise<string> =>
  (await (await actingAsOwner(business)).inTenant((tx) => tx.row<{ state: string }>(sql`select state from billing.subscriptions where id = ${id}`)))!.state;
const cancel = async (id: Id): Promise<Id> =>
  askToCancel(owner, id, { token: (await foreseeCancellation(owner, id, 'at-once')).token, when: 'at-once', reason: '' });
async function aPendingOne() {
  const planId = await aLivePlan(owner, 9_900);
  const { subscriptionId, invoiceId } = await startSubscription(owner, StartSubscription.parse({ ...customer, planId }));
  return { subscriptionId, invoice: { invoiceId, amount: { amount: 9_900, currency: 'USD' } } };
}

describe('a plan that is paid after it was cancelled', () => {
  it('has begun when the cancellation is undone', async () => {
    const { subscriptionId, invoice } = await aPendingOne();
    const cause = await cancel(subscriptionId);
    await recordTransfer(owner, customer, invoice);
    expect(await stateOf(subscriptionId)).toBe('cancelling');
    await undoCancellation(owner, cause);
    expect(await stateOf(subscriptionId)).toBe('active');
  });

  it('has begun when the cancellation is taken back', async () => {
    const { subscriptionId, invoice } = await aPendingOne();
    const cause = await cancel(subscriptionId);
    await business.advance('PT11M');
    await business.settleProcesses();
    expect(await stateOf(subscriptionId)).toBe('ended');
    await recordTransfer(await actingAsOwner(business), customer, invoice);
    await takeBackCancellation(await actingAsOwner(business), cause);
    expect(await stateOf(subscriptionId)).toBe('active');
  });

  it('goes on when it had been paused because it was not paid, and is undone', async () => {
    const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 4_900 });
    await business.advance('P32D');
    await business.settleProcesses();
    owner = await actingAsOwner(business);
    const open = await owner.inTenant((tx) =>
      tx.row<{ id: Id }>(sql`select id from billing.invoices where subscription_id = ${subscriptionId} and state = 'issued'`),
    );
    await owner.inTenant((tx) =>
      tx.run(sql`update billing.subscriptions set state = 'paused', paused_at = now(), paused_because = 'unpaid' where id = ${subscriptionId}`),
    );
    const cause = await cancel(subscriptionId);
    await recordTransfer(owner, customer, { invoiceId: open!.id, amount: { amount: 4_900, currency: 'USD' } });
    await undoCancellation(owner, cause);
    expect(await owner.inTenant((tx) => tx.row(sql`select state, paused_because from billing.subscriptions where id = ${subscriptionId}`))).toEqual({
      state: 'active',
      paused_because: null,
    });
  });

  it('is pending again when nobody has paid', async () => {
    const { subscriptionId } = await aPendingOne();
    await undoCancellation(owner, await cancel(subscriptionId));
    expect(await stateOf(subscriptionId)).toBe('pending');
  });
});

describe('a plan that costs nothing', () => {
  it('begins at once, and each of its periods is paid when it is billed', async () => {
    const planId = await aLivePlan(owner, 0);
    const { subscriptionId } = await startSubscription(owner, StartSubscription.parse({ ...customer, planId }));
    expect(await stateOf(subscriptionId)).toBe('active');
    await business.advance('P32D');
    await business.settleProcesses();
    const periods = await (await actingAsOwner(business)).inTenant((tx) =>
      tx.rows(sql`select paid_at is not null as paid from billing.billing_periods where subscription_id = ${subscriptionId} order by starts_on`),
    );
    expect(periods).toEqual([{ paid: true }, { paid: true }]);
  });
});

describe('money that is booked after the fact', () => {
  it('invites nobody, and the first payment of a plan after it does (R-0.1)', async () => {
    const invited = async () => {
      await business.settleEvents();
      await business.settleProcesses();
      return (await business.mails()).filter(({ template }) => template === 'invitation').length;
    };
    const { accountId, billGroupId } = customer;
    const about = { accountId, billGroupId, currency: 'USD', description: 'Leads of last year', amountMinor: 5_000, receivedOn: '2026-01-05', note: '' };
    await bookReceived(owner, { ...about, cause: owner.newId() });
    expect(await invited()).toBe(0);
    await anActiveSubscription(owner, customer, { amount: 9_900 });
    expect(await invited()).toBe(1);
  });
});
