/** For tests of plugins: somebody who may do everything with money, and invoices to pay. Product code never imports it. */
import { dayOf, type Id, type IntervalUnit } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import type { TestCustomer } from '@portico/plugin-accounts/testing';
import type { TestBusiness } from '@portico/testing';
import { nextRenewal } from './cancellation/ask-to-cancel.ts';
import { CreditInvoice, creditInvoice } from './invoice/credit-invoice.ts';
import { collectionFacts } from './collection/collection-facts.ts';
import { tryAgain } from './collection/try-again.ts';
import { issueInvoice } from './invoice/issue-invoice.ts';
import { WriteInvoice, writeInvoice } from './invoice/write-invoice.ts';
import { payInvoices, type PaidOutcome } from './payment/pay-invoices.ts';
import { PayInvoices, RecordPayment } from './payment/pay-input.ts';
import { recordPayment } from './payment/record-payment.ts';
import { voidInvoice } from './invoice/void-invoice.ts';
import { writeOffInvoice } from './invoice/write-off-invoice.ts';
import { RefundPayment, refundPayment, type RefundOutcome } from './payment/refund-payment.ts';
import { createPlan } from './plan/create-plan.ts';
import { WritePlan } from './plan/plan-input.ts';
import { publishPlan } from './plan/publish-plan.ts';
import { StartSubscription, startSubscription } from './subscription/start-subscription.ts';
import { addCard, beginCard } from './terms/add-card.ts';
import { chooseDefaultCard, switchAutoPay } from './terms/switch-auto-pay.ts';
import { cardsOf } from './terms/terms.queries.ts';

/** A context of billing in which the owner acts, its clock known as in a request. */
export async function actingAsOwner(business: Pick<TestBusiness, 'systemCtx' | 'ownerId'>): Promise<Ctx> {
  const ctx = business.systemCtx('billing').child('billing', { kind: 'staff', id: business.ownerId, name: 'Test owner', roles: [{ role: 'owner' }] });
  await ctx.inTenant(async (tx) => tx.ctx.clock.now());
  return ctx;
}

/** An invoice with what is open of it. */
export interface TestInvoice {
  readonly invoiceId: Id;
  readonly amount: { readonly amount: number; readonly currency: string };
}

/** An invoice of one line that the customer sees and owes; in the business's currency, and Sent, unless told otherwise. */
export async function anIssuedInvoice(
  owner: Ctx,
  { accountId, billGroupId }: Pick<TestCustomer, 'accountId' | 'billGroupId'>,
  minor: number,
  currency = owner.tenant.currency,
  send = true,
): Promise<TestInvoice> {
  const amount = { amount: minor, currency };
  const invoiceId = await writeInvoice(owner, WriteInvoice.parse({ accountId, billGroupId, lines: [{ description: 'Work', quantity: 1, price: amount }] }));
  await issueInvoice(owner, invoiceId, { send });
  return { invoiceId, amount };
}

/** Pays invoices with a card of the gateway's own test cards (`pm_card_visa`), as the form with this id. */
export const payByCard = (ctx: Ctx, invoices: readonly TestInvoice[], card: string, formId: Id = ctx.newId(), keep = false): Promise<PaidOutcome> =>
  payInvoices(ctx, PayInvoices.parse({ invoices: invoices.map(({ invoiceId, amount }) => ({ invoiceId, amount })), with: { card, keep } }), formId);

/** Pays an invoice with a card, and lets the business charge it from now on. */
export const payAndAgree = (ctx: Ctx, { invoiceId, amount }: TestInvoice, card: string): Promise<PaidOutcome> =>
  payInvoices(ctx, PayInvoices.parse({ invoices: [{ invoiceId, amount }], with: { card }, autoPay: true }));

/** Sends so much of a payment back, as the form with this id; in the business's currency unless told otherwise. */
export const refund = (ctx: Ctx, paymentId: Id, minor: number, formId: Id = ctx.newId(), currency = ctx.tenant.currency): Promise<RefundOutcome> =>
  refundPayment(ctx, paymentId, RefundPayment.parse({ amount: { amount: minor, currency }, reason: 'Agreed by phone' }), formId);

/** Pays these invoices as all that is owed. */
export const payWhole = (ctx: Ctx, invoices: readonly TestInvoice[], card: string): Promise<PaidOutcome> =>
  payInvoices(ctx, PayInvoices.parse({ invoices: invoices.map(({ invoiceId, amount }) => ({ invoiceId, amount })), whole: true, with: { card } }));

/** Staff record that an invoice was paid by transfer today. */
export const recordTransfer = (ctx: Ctx, customer: Pick<TestCustomer, 'billGroupId'>, { invoiceId, amount }: TestInvoice): Promise<Id> =>
  recordTransferOf(ctx, customer, amount, [{ invoiceId }]);

/** Staff record a transfer of today for several invoices, of whatever sum. */
export const recordTransferOf = (
  ctx: Ctx,
  { billGroupId }: Pick<TestCustomer, 'billGroupId'>,
  amount: TestInvoice['amount'],
  invoices: readonly Pick<TestInvoice, 'invoiceId'>[],
): Promise<Id> => {
  const receivedOn = dayOf(ctx.clock.now(), ctx.tenant.zone);
  return recordPayment(ctx, RecordPayment.parse({ billGroupId, amount, road: 'transfer', receivedOn, invoiceIds: invoices.map(({ invoiceId }) => invoiceId) }));
};

/** Staff make an invoice void. */
export const voidIt = (ctx: Ctx, { invoiceId }: TestInvoice): Promise<void> => voidInvoice(ctx, invoiceId, 'Written twice');

/** Staff write an invoice off. */
export const writeItOff = (ctx: Ctx, { invoiceId }: Pick<TestInvoice, 'invoiceId'>): Promise<void> => writeOffInvoice(ctx, invoiceId, 'Closed their business');

/** Staff credit so much of an invoice, as the form with this id. */
export const creditIt = (ctx: Ctx, { invoiceId, amount }: TestInvoice, formId: Id = ctx.newId()): Promise<Id> =>
  creditInvoice(ctx, invoiceId, CreditInvoice.parse({ amount, reason: 'Agreed by phone' }), formId);

/** A subscription of a plan of its own that is paid for its first period, by transfer; each month unless told otherwise. */
export async function anActiveSubscription(
  owner: Ctx,
  { accountId, billGroupId }: Pick<TestCustomer, 'accountId' | 'billGroupId'>,
  { amount, unit = 'month' }: { readonly amount: number; readonly unit?: IntervalUnit },
): Promise<{ readonly subscriptionId: Id; readonly planId: Id }> {
  const price = { amount, currency: owner.tenant.currency };
  const planId = await createPlan(owner, WritePlan.parse({ name: `Plan ${owner.newId()}`, every: { unit, count: 1 }, prices: [price] }));
  await publishPlan(owner, planId);
  const { subscriptionId, invoiceId } = await startSubscription(owner, StartSubscription.parse({ accountId, billGroupId, planId }));
  await recordTransfer(owner, { billGroupId }, { invoiceId, amount: price });
  return { subscriptionId, planId };
}

/** So many more subscriptions like one, each of its own: by SQL, for tests and measurements that need many. */
export async function moreOfTheSame(owner: Ctx, subscriptionId: Id, count: number): Promise<void> {
  await owner.inTenant(async (tx) => {
    const first = await tx.nextNumber('billing.subscription', count);
    await tx.run(sql`with many as (
        insert into billing.subscriptions select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'number', ${first}::bigint + n))).*
        from billing.subscriptions s, generate_series(0, ${count}::int - 1) n where s.id = ${subscriptionId} returning id)
      insert into billing.subscription_items select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'subscription_id', m.id))).*
      from billing.subscription_items i, many m where i.subscription_id = ${subscriptionId}`);
  });
}

/** A customer keeps a card, which `setUp` sets up with the gateway's secret and names, and lets it be charged without asking. */
export async function letAutoPay(
  owner: Ctx,
  { billGroupId }: Pick<TestCustomer, 'billGroupId'>,
  setUp: (clientSecret: string) => Promise<string>,
): Promise<void> {
  const { clientSecret } = await beginCard(owner, billGroupId);
  await addCard(owner, { billGroupId, card: await setUp(clientSecret) });
  await switchAutoPay(owner, { billGroupId, autoPay: true });
}

/** A plan, sold and paid: the subscription is active. `planId`, so that other plugins can say what is in it before. */
export async function aPaidSubscription(owner: Ctx, { accountId, billGroupId }: Pick<TestCustomer, 'accountId' | 'billGroupId'>, planId: Id): Promise<Id> {
  const { subscriptionId, invoiceId } = await startSubscription(owner, StartSubscription.parse({ accountId, billGroupId, planId }));
  const { amount } = await owner.inTenant(async (tx) => (await nextRenewal(tx, subscriptionId))!);
  const invoice = { invoiceId, amount: { amount: Number(amount), currency: owner.tenant.currency } };
  await recordTransfer(owner, { billGroupId }, invoice);
  return subscriptionId;
}

/** A monthly plan that is on sale. */
export async function aLivePlan(owner: Ctx, minor = 9_900): Promise<Id> {
  const prices = [{ amount: minor, currency: owner.tenant.currency }];
  const id = await createPlan(owner, WritePlan.parse({ name: `Plan ${owner.newId()}`, every: { unit: 'month', count: 1 }, prices }));
  await publishPlan(owner, id);
  return id;
}

export { acceptCancellation, askToCancel, foreseeCancellation, refuseCancellation } from './cancellation/ask-to-cancel.ts';
export { takeBackCancellation } from './cancellation/take-back-cancellation.ts';
export { undoCancellation } from './cancellation/undo-cancellation.ts';
export { plannedChargeOf } from './renewal/charge-what-was-sent.ts';
export { billAgain } from './renewal/bill-again.ts';
export { load as loadRenewals } from './console/renewal-list.server.ts';
export { followCollection } from './collection/collection.queries.ts';

/** Adds a card to a customer, set up with the gateway's secret; answers how to make it, or the first one, the default. */
export async function addTestCard(
  ctx: Ctx,
  { billGroupId }: Pick<TestCustomer, 'billGroupId'>,
  setUp: (clientSecret: string) => Promise<string>,
): Promise<{ makeDefault(ctx: Ctx, which: 'new' | 'first'): Promise<void> }> {
  const { clientSecret } = await beginCard(ctx, billGroupId);
  const id = await addCard(ctx, { billGroupId, card: await setUp(clientSecret) });
  return {
    async makeDefault(now, which) {
      const cards = await now.inTenant((tx) => cardsOf(tx, billGroupId));
      await chooseDefaultCard(now, which === 'new' ? id : cards.find((card) => card.id !== id)!.id);
    },
  };
}

/** Switches auto-pay of a customer. */
export const switchTestAutoPay = (ctx: Ctx, { billGroupId }: Pick<TestCustomer, 'billGroupId'>, autoPay: boolean): Promise<void> =>
  switchAutoPay(ctx, { billGroupId, autoPay });

/** A worker that has looked at a collection: `charge` is what it does then, before it writes anything of it. */
export async function aWorkerAt(ctx: Ctx, collectionId: Id): Promise<{ charge(): Promise<void> }> {
  const facts = await ctx.inTenant((tx) => collectionFacts(tx, collectionId));
  return { charge: async () => void (await tryAgain(ctx, collectionId, facts)) };
}

export { sendPayLink } from './invoice/pay-link.ts';
export { giveUpForCustomer } from './payment/give-up-for-customer.ts';
export { payByLink } from './payment/pay-invoices.ts';
export { sendInvoice } from './invoice/send-invoice.ts';
export { balancesOf } from './ledger/balance.queries.ts';
export { readStatement } from './ledger/statement.queries.ts';
export { listPayments } from './payment/payment.queries.ts';
export { lookAgain } from './payment/look-again.ts';
export { compareBooks } from './reconciliation/compare-books.ts';
export { DIFFERENCES } from './reconciliation/book-difference.ts';
