import { dayOf } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlan } from '../plan/create-plan.ts';
import { WritePlan } from '../plan/plan-input.ts';
import { publishPlan } from '../plan/publish-plan.ts';
import { RecordPayment } from '../payment/pay-input.ts';
import { recordPayment } from '../payment/record-payment.ts';
import { StartSubscription, startSubscription } from '../subscription/start-subscription.ts';
import { actingAsOwner } from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());

let business: TestBusiness;
let owner: Ctx;
beforeAll(async () => {
  business = await portal.business('books');
  owner = await actingAsOwner(business);
});

const planAt = async (amount: number, currency = 'USD') => {
  const id = await createPlan(owner, WritePlan.parse({ name: `Plan ${owner.newId()}`, every: { unit: 'month', count: 1 }, prices: [{ amount, currency }] }));
  await publishPlan(owner, id);
  return id;
};

describe('a plan that a customer is given', () => {
  it('is invoiced at once, begins when that is paid, and the books say so (R-2.9, requirements 3.5)', async () => {
    const customer = await aCustomer(business, 'Harbor Roofing');
    const { accountId, billGroupId } = customer;
    const { subscriptionId, invoiceId } = await startSubscription(owner, StartSubscription.parse({ accountId, billGroupId, planId: await planAt(9_900) }));
    const state = () =>
      owner.inTenant((tx) =>
        tx.row<{ state: string; invoice: string; open_minor: number }>(sql`
      select s.state, i.state as invoice, i.open_minor from billing.subscriptions s join billing.invoices i on i.subscription_id = s.id where s.id = ${subscriptionId}`),
      );
    expect(await state()).toEqual({ state: 'pending', invoice: 'issued', open_minor: 9_900 });
    await recordPayment(
      owner,
      RecordPayment.parse({
        billGroupId,
        amount: { amount: 10_000, currency: 'USD' },
        road: 'transfer',
        receivedOn: dayOf(owner.clock.now(), 'America/New_York'),
        invoiceIds: [invoiceId],
      }),
    );
    expect(await state()).toEqual({ state: 'active', invoice: 'paid', open_minor: 0 });
    const books = await owner.inTenant((tx) =>
      tx.rows(sql`select debit, credit, amount_minor, source_kind from billing.ledger_transfers where account_id = ${accountId} order by booked_at, id`),
    );
    expect(books).toEqual([
      { debit: 'receivable', credit: 'revenue', amount_minor: 9_900, source_kind: 'invoice' },
      { debit: 'bank', credit: 'receivable', amount_minor: 9_900, source_kind: 'payment' },
      { debit: 'bank', credit: 'credit', amount_minor: 100, source_kind: 'overpayment' },
    ]);
  });
});
