import { core as coreKey, sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import {
  actingAsOwner,
  anIssuedInvoice,
  giveUpForCustomer,
  payAndAgree,
  payByCard,
  payByLink,
  recordTransfer,
  sendPayLink,
} from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdCall } from './kills/hold.ts';
import { until } from './kills/kill-points.ts';
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
  business = await portal.business('cards');
  await business.systemCtx('core').use(coreKey).saveSettings('stripe', { publishableKey: 'pk_test_cards', secretKey: 'sk_test_cards' });
  owner = await actingAsOwner(business);
  customer = await aCustomer(business, 'Harbor Roofing');
});

const stripe = new Stripe('sk_test_cards', { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });
const card = (number: string) => typeCard(sandbox, 'pk_test_cards', number);
const stateOf = (invoiceId: string) =>
  owner.inTenant((tx) => tx.row<{ state: string; open_minor: number }>(sql`select state, open_minor from billing.invoices where id = ${invoiceId}`));
const chargesOf = async (amount: number) =>
  (await stripe.charges.list({ limit: 100 })).data.filter((charge) => charge.amount === amount && charge.status === 'succeeded').length;
const booked = async (invoiceId: string) =>
  owner.inTenant((tx) =>
    tx.rows(sql`select debit, credit, amount_minor from billing.ledger_transfers where invoice_id = ${invoiceId} and source_kind = 'payment'`),
  );

describe('an invoice that is paid by card', () => {
  it('is paid with one charge at the gateway, however often the form is sent, and booked once (M9)', async () => {
    const invoice = await anIssuedInvoice(owner, customer, 12_301);
    const [formId, method] = [owner.newId(), await card(CARDS.good)];
    const outcomes = await Promise.allSettled([1, 2, 3].map(async () => payByCard(await actingAsOwner(business), [invoice], method, formId)));
    expect(outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value.kind === 'paid')).toBe(true);
    expect(await stateOf(invoice.invoiceId)).toEqual({ state: 'paid', open_minor: 0 });
    expect(await chargesOf(12_301)).toBe(1);
    expect(await booked(invoice.invoiceId)).toEqual([{ debit: 'card', credit: 'receivable', amount_minor: 12_301 }]);
  });

  it('is paid once when two people pay it with different cards at the same moment: the other is told that it is being paid', async () => {
    const invoice = await anIssuedInvoice(owner, customer, 12_302);
    const methods = [await card(CARDS.good), await card(CARDS.good)];
    const outcomes = await Promise.allSettled(methods.map(async (method) => payByCard(await actingAsOwner(business), [invoice], method)));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(['billing.payment-under-way', 'billing.wrong-invoice-state']).toContain((refused?.reason as { code: string }).code);
    expect(await chargesOf(12_302)).toBe(1);
  });

  it('is written down before the gateway hears of it, and what the gateway made of it is before money moves', async () => {
    const invoice = await anIssuedInvoice(owner, customer, 12_303);
    const method = await card(CARDS.good);
    const writtenDown = () =>
      owner.inTenant((tx) =>
        tx.row(sql`select l.is_live, p.intent is not null as has_intent from billing.attempt_invoices l
          left join stripe.payment_intents p on p.attempt_id = l.attempt_id where l.invoice_id = ${invoice.invoiceId}`),
      );
    const creating = await holdCall(sandbox, 'cards', 'before-commit', { method: 'POST', path: '/v1/payment_intents' });
    const paying = payByCard(owner, [invoice], method);
    await until('the gateway to hear of it', () => creating.isInFlight());
    const beforeItIsMade = await writtenDown();
    const confirming = await holdCall(sandbox, 'cards', 'before-commit');
    await creating.letGo();
    await until('the money to be asked for', () => confirming.isInFlight());
    const beforeMoneyMoves = await writtenDown();
    await confirming.letGo();
    expect(await paying).toEqual({ kind: 'paid' });
    expect(beforeItIsMade).toEqual({ is_live: true, has_intent: false });
    expect(beforeMoneyMoves).toEqual({ is_live: true, has_intent: true });
    expect(await chargesOf(12_303)).toBe(1);
  });

  it.each([
    ['declined', CARDS.declined, 'generic_decline'],
    ['insufficient', CARDS.insufficient, 'insufficient_funds'],
    ['lost', CARDS.lost, 'lost_card'],
  ])('stays open when the card is %s, says so, and takes another card at once', async (_name, number, code) => {
    const invoice = await anIssuedInvoice(owner, customer, 12_310);
    expect(await payByCard(owner, [invoice], await card(number))).toEqual({ kind: 'declined', code });
    expect(await stateOf(invoice.invoiceId)).toEqual({ state: 'issued', open_minor: 12_310 });
    expect(await payByCard(owner, [invoice], await card(CARDS.good))).toEqual({ kind: 'paid' });
  });

  it('asks for the bank when the bank asks, and refuses a second payment meanwhile', async () => {
    const invoice = await anIssuedInvoice(owner, customer, 12_320);
    const outcome = await payByCard(owner, [invoice], await card(CARDS.asksAlways));
    expect(outcome.kind).toBe('confirm');
    await expect(payByCard(owner, [invoice], await card(CARDS.good))).rejects.toMatchObject({ code: 'billing.payment-under-way' });
    expect(await chargesOf(12_320)).toBe(0);
  });

  it('is paid once although the answer to the confirmation was lost after the gateway had taken the money (M1)', async () => {
    const invoice = await anIssuedInvoice(owner, customer, 12_330);
    const method = await card(CARDS.good);
    await sandbox.tell('POST', '/control/faults', {
      match: { method: 'POST', path: '/v1/payment_intents/*/confirm' },
      at: 'after-commit',
      do: 'drop',
      times: 1,
    });
    expect(await payByCard(owner, [invoice], method)).toEqual({ kind: 'paid' });
    expect(await chargesOf(12_330)).toBe(1);
    expect(await stateOf(invoice.invoiceId)).toEqual({ state: 'paid', open_minor: 0 });
  });

  it('is given up when nobody knows whether it was begun, with one intent however often it was tried, and can be paid at once (M7)', async () => {
    const invoice = await anIssuedInvoice(owner, customer, 12_331);
    const method = await card(CARDS.good);
    await sandbox.tell('POST', '/control/faults', { match: { method: 'POST', path: '/v1/payment_intents' }, at: 'after-commit', do: '500', times: 1 });
    expect(await payByCard(owner, [invoice], method)).toEqual({ kind: 'declined', code: 'called_off' });
    expect((await stripe.paymentIntents.list({ limit: 100 })).data.filter(({ amount }) => amount === 12_331)).toHaveLength(1);
    expect(await chargesOf(12_331)).toBe(0);
    expect(await payByCard(owner, [invoice], await card(CARDS.good))).toEqual({ kind: 'paid' });
  });

  it('is paid once although the gateway answered 500 for good under that key (M7)', async () => {
    const invoice = await anIssuedInvoice(owner, customer, 12_340);
    const method = await card(CARDS.good);
    await sandbox.tell('POST', '/control/faults', {
      match: { method: 'POST', path: '/v1/payment_intents/*/confirm' },
      at: 'after-commit',
      do: '500',
      times: 1,
    });
    expect(await payByCard(owner, [invoice], method)).toEqual({ kind: 'paid' });
    expect(await chargesOf(12_340)).toBe(1);
  });

  it('switches auto-pay on when its payer agreed to that and the money has come in: the card is kept, with the words, who and when (R-2.14)', async () => {
    const payer = await aCustomer(business, 'Agrees');
    const theirs = await business.ctxOf(payer.admin.userId, 'billing');
    const termsOf = () =>
      owner.inTenant((tx) =>
        tx.row(sql`select t.auto_pay, t.auto_pay_by, t.auto_pay_mandate, t.auto_pay_since is not null as since, m.last_four from billing.bill_group_terms t
          left join billing.payment_methods m on m.id = t.default_method_id where t.bill_group_id = ${payer.billGroupId}`),
      );
    const first = await anIssuedInvoice(owner, payer, 12_370);
    expect(await payAndAgree(theirs, first, await card(CARDS.declined))).toMatchObject({ kind: 'declined' });
    expect(await termsOf()).toBeUndefined();
    expect(await payAndAgree(theirs, first, await card(CARDS.good))).toEqual({ kind: 'paid' });
    const words = 'I allow Business cards to charge my default card for invoices that were sent to me, until I switch this off.';
    const agreed = { auto_pay: true, auto_pay_by: payer.admin.userId, auto_pay_mandate: words, since: true, last_four: '4242' };
    expect(await termsOf()).toEqual(agreed);
    await payAndAgree(theirs, await anIssuedInvoice(owner, payer, 12_371), await card(CARDS.good));
    expect(await termsOf()).toEqual(agreed);
  });

  it('waits for its customer’s bank until staff give the card payment up: then it can be paid by transfer, and the card never', async () => {
    const invoice = await anIssuedInvoice(owner, customer, 12_385);
    const begun = await payByCard(owner, [invoice], await card(CARDS.asksAlways));
    expect(begun.kind).toBe('confirm');
    await expect(recordTransfer(owner, customer, invoice)).rejects.toMatchObject({ code: 'billing.payment-under-way' });
    const stranger = await business.ctxOf(customer.admin.userId, 'billing');
    await expect(giveUpForCustomer(stranger, invoice.invoiceId)).rejects.toMatchObject({ code: 'portico.forbidden' });
    expect(await giveUpForCustomer(owner, invoice.invoiceId)).toBe('given-up');
    expect(await giveUpForCustomer(owner, invoice.invoiceId)).toBe('given-up');
    await recordTransfer(owner, customer, invoice);
    expect(await chargesOf(12_385)).toBe(0);
  });

  it('is paid by its link alone: whoever has only that agrees to nothing further and leaves no card behind', async () => {
    const invoice = await anIssuedInvoice(owner, customer, 12_380);
    const { url } = await sendPayLink(owner, invoice.invoiceId);
    const nobody = business.systemCtx('billing').child('billing', { kind: 'nobody', id: owner.newId(), name: '', roles: [] });
    const input = { invoices: [{ invoiceId: invoice.invoiceId, amount: invoice.amount }], whole: false, with: { card: await card(CARDS.good), keep: false } };
    const token = url.split('/pay/')[1]!;
    await expect(payByLink(nobody, token, { ...input, autoPay: true }, owner.newId())).rejects.toMatchObject({ code: 'portico.forbidden' });
    const cards = () => owner.inTenant((tx) => tx.row<{ count: number }>(sql`select count(*)::int as count from billing.payment_methods`));
    const before = await cards();
    const keeping = { ...input, with: { ...input.with, keep: true }, autoPay: false };
    expect(await payByLink(nobody, token, keeping, owner.newId())).toEqual({ kind: 'paid' });
    await business.settleEvents();
    expect(await cards()).toEqual(before);
  });

  it('is not charged when what was shown is not what is owed', async () => {
    const invoice = await anIssuedInvoice(owner, customer, 12_350);
    const seen = { ...invoice, amount: { amount: 12_000, currency: 'USD' } };
    await expect(payByCard(owner, [seen], await card(CARDS.good))).rejects.toMatchObject({ code: 'billing.amount-changed', values: { total: '$123.50' } });
    expect(await chargesOf(12_000)).toBe(0);
  });

  it('tells the people of the customer once that the money has come', async () => {
    const receipts = (await business.mails()).filter(({ template }) => template === 'receipt');
    const invoice = await anIssuedInvoice(owner, customer, 12_360);
    await payByCard(owner, [invoice], await card(CARDS.good));
    const now = (await business.mails()).filter(({ template }) => template === 'receipt');
    expect(now).toHaveLength(receipts.length + 1);
    expect(now.at(-1)?.data).toMatchObject({ amount: '$123.60', accountName: 'Harbor Roofing' });
  });
});
