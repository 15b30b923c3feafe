/** For tests of plugins: somebody who may do everything with money, and invoices to pay. Product code never imports it. */
import { dayOf, type Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import type { TestCustomer } from '@portico/plugin-accounts/testing';
import type { TestBusiness } from '@portico/testing';
import { issueInvoice } from './invoice/issue-invoice.ts';
import { WriteInvoice, writeInvoice } from './invoice/write-invoice.ts';
import { payInvoices, type PaidOutcome } from './payment/pay-invoices.ts';
import { PayInvoices, RecordPayment } from './payment/pay-input.ts';
import { recordPayment } from './payment/record-payment.ts';
import { voidInvoice } from './invoice/void-invoice.ts';
import { RefundPayment, refundPayment, type RefundOutcome } from './payment/refund-payment.ts';

/** A context of billing in which the owner acts, its clock known as in a request. */
export async function actingAsOwner(business: TestBusiness): Promise<Ctx> {
  const ctx = business.systemCtx('billing').child('billing', { kind: 'staff', id: business.ownerId, name: 'Test owner', roles: [{ role: 'owner' }] });
  await ctx.inTenant(async (tx) => tx.ctx.clock.now());
  return ctx;
}

/** An invoice with what is open of it. */
export interface TestInvoice {
  readonly invoiceId: Id;
  readonly amount: { readonly amount: number; readonly currency: string };
}

/** An invoice of one line that the customer sees and owes; in the business's currency unless told otherwise. */
export async function anIssuedInvoice(
  owner: Ctx,
  { accountId, billGroupId }: Pick<TestCustomer, 'accountId' | 'billGroupId'>,
  minor: number,
  currency = owner.tenant.currency,
): Promise<TestInvoice> {
  const amount = { amount: minor, currency };
  const invoiceId = await writeInvoice(owner, WriteInvoice.parse({ accountId, billGroupId, lines: [{ description: 'Work', quantity: 1, price: amount }] }));
  await issueInvoice(owner, invoiceId, { send: true });
  return { invoiceId, amount };
}

/** Pays invoices with a card of the gateway's own test cards (`pm_card_visa`), as the form with this id. */
export const payByCard = (ctx: Ctx, invoices: readonly TestInvoice[], card: string, formId: Id = ctx.newId(), keep = false): Promise<PaidOutcome> =>
  payInvoices(ctx, PayInvoices.parse({ invoices: invoices.map(({ invoiceId, amount }) => ({ invoiceId, amount })), with: { card, keep } }), formId);

/** Sends so much of a payment back, as the form with this id. */
export const refund = (ctx: Ctx, paymentId: Id, minor: number, formId: Id = ctx.newId()): Promise<RefundOutcome> =>
  refundPayment(ctx, paymentId, RefundPayment.parse({ amount: { amount: minor, currency: ctx.tenant.currency }, reason: 'Agreed by phone' }), formId);

/** Pays these invoices as all that is owed. */
export const payWhole = (ctx: Ctx, invoices: readonly TestInvoice[], card: string): Promise<PaidOutcome> =>
  payInvoices(ctx, PayInvoices.parse({ invoices: invoices.map(({ invoiceId, amount }) => ({ invoiceId, amount })), whole: true, with: { card } }));

/** Staff record that an invoice was paid by transfer today. */
export const recordTransfer = (ctx: Ctx, { billGroupId }: Pick<TestCustomer, 'billGroupId'>, { invoiceId, amount }: TestInvoice): Promise<Id> =>
  recordPayment(
    ctx,
    RecordPayment.parse({ billGroupId, amount, road: 'transfer', receivedOn: dayOf(ctx.clock.now(), ctx.tenant.zone), invoiceIds: [invoiceId] }),
  );

/** Staff make an invoice void. */
export const voidIt = (ctx: Ctx, { invoiceId }: TestInvoice): Promise<void> => voidInvoice(ctx, invoiceId, 'Written twice');
