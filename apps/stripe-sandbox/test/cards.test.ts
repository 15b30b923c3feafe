import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '@portico/testing';
import { testCards } from '../cards/test-cards.ts';
import { ask, refusal, sdk } from './speak.ts';

let sandbox: Sandbox;
let stripe: Stripe;

beforeAll(async () => {
  sandbox = await startSandbox('stripe');
  await sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null });
  stripe = sdk(sandbox, 'cards');
});
afterAll(() => sandbox.stop());

const open = (customer?: string, more: object = {}) => stripe.paymentIntents.create({ amount: 1_000, currency: 'usd', customer, ...more });
const charge = (intent: Stripe.PaymentIntent, method: string, more: object = {}) =>
  stripe.paymentIntents.confirm(intent.id, { payment_method: method, ...more });
const settle = (id: string, outcome: 'succeed' | 'fail') => sandbox.tell('POST', '/control/settle', { account: 'cards', id, outcome });
const typesAbout = async (id: string) => {
  const { data } = await stripe.events.list({ limit: 100 });
  return data.filter((event) => (event.data.object as { id: string }).id === id).map(({ type }) => type);
};

/** As the card element sends a card. */
const typed = (number: string) =>
  ask(sandbox, 'POST', '/v1/payment_methods', {
    key: 'pk_test_cards',
    form: { type: 'card', 'card[number]': number, 'card[exp_month]': '12', 'card[exp_year]': '2040', 'card[cvc]': number.startsWith('37') ? '1234' : '123' },
  });

describe('every test card', () => {
  it.each(testCards.map((card) => [card.name, card] as const))('%s is had by its number and by its name, and does what it is for', async (name, card) => {
    const { json } = await typed(card.number);
    expect(json).toMatchObject({ card: { last4: card.number.slice(-4), brand: card.brand } });
    for (const method of [json.id as string, name]) {
      const intent = await open();
      if (!card.declines) {
        const status = card.processes ? 'processing' : card.authenticates ? 'requires_action' : 'succeeded';
        expect(await charge(intent, method)).toMatchObject({ status });
        continue;
      }
      const { code, declineCode, message } = card.declines;
      const failure = await refusal(charge(intent, method));
      expect(failure).toMatchObject({ statusCode: 402, type: 'StripeCardError', code, message, payment_intent: { status: 'requires_payment_method' } });
      expect(failure.decline_code || null).toBe(declineCode);
      const failed = await stripe.charges.retrieve(failure.charge!);
      expect(failed).toMatchObject({ status: 'failed', paid: false, failure_code: code, outcome: { type: 'issuer_declined' } });
    }
  });

  it.each(testCards.map((card) => [card.name, card] as const))('%s is attached to a customer, or refused then', async (name, card) => {
    const { id: customer } = await stripe.customers.create();
    const attach = stripe.paymentMethods.attach(name, { customer });
    if (card.declines && !card.attaches) expect((await refusal(attach)).code).toBe(card.declines.code);
    else expect(await attach).toMatchObject({ customer });
  });
});

describe('a card that cannot be', () => {
  it.each([
    ['4242424242424241', { code: 'incorrect_number' }],
    ['4111111111111111', { code: 'card_declined', decline_code: 'test_mode_live_card' }],
  ])('%s is refused', async (number, error) => {
    expect(await typed(number)).toMatchObject({ status: 402, json: { error } });
  });
});

describe('a bank that asks for the owner', () => {
  it('lets a card that was set up be charged in absence, and no other', async () => {
    const { id: customer } = await stripe.customers.create();
    const fresh = await stripe.paymentMethods.attach('pm_card_authenticationRequiredOnSetup', { customer });
    const intent = await open(customer);
    const refused = await refusal(charge(intent, fresh.id, { off_session: true }));
    expect(refused).toMatchObject({ statusCode: 402, code: 'authentication_required', decline_code: 'authentication_required' });
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { payment_method: { id: fresh.id } },
    });
    const setup = await stripe.setupIntents.create({ customer });
    expect(await stripe.setupIntents.confirm(setup.id, { payment_method: fresh.id })).toMatchObject({ status: 'requires_action' });
    await settle(setup.id, 'succeed');
    expect(await charge(intent, fresh.id, { off_session: true })).toMatchObject({ status: 'succeeded' });
  });

  it('lets a card be kept while it pays, and charged in absence from then on', async () => {
    const { id: customer } = await stripe.customers.create();
    const first = await open(customer, { setup_future_usage: 'off_session' });
    const asking = await charge(first, 'pm_card_authenticationRequiredOnSetup');
    await settle(first.id, 'succeed');
    const method = asking.payment_method as string;
    expect(await stripe.paymentMethods.retrieve(method)).toMatchObject({ customer });
    expect(await charge(await open(customer), method, { off_session: true })).toMatchObject({ status: 'succeeded' });
  });

  it('asks each time for the card that always needs it', async () => {
    const { id: customer } = await stripe.customers.create();
    const setup = await stripe.setupIntents.create({ customer });
    const { payment_method: method } = await stripe.setupIntents.confirm(setup.id, { payment_method: 'pm_card_authenticationRequired' });
    await settle(setup.id, 'succeed');
    expect((await refusal(charge(await open(customer), method as string, { off_session: true }))).code).toBe('authentication_required');
  });

  it('is told no: the intent wants another method, and nothing was charged', async () => {
    const intent = await open();
    await charge(intent, 'pm_card_authenticationRequired');
    await settle(intent.id, 'fail');
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      latest_charge: null,
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    expect(await typesAbout(intent.id)).toEqual(['payment_intent.payment_failed', 'payment_intent.requires_action', 'payment_intent.created']);
  });
});

describe('a bank that takes its time', () => {
  it.each(['succeed', 'fail'] as const)('makes up its mind to %s', async (outcome) => {
    const intent = await open();
    const { latest_charge: id } = await charge(intent, 'pm_card_staysProcessing');
    expect(await stripe.charges.retrieve(id as string)).toMatchObject({ status: 'pending', paid: false });
    expect((await refusal(stripe.refunds.create({ payment_intent: intent.id }))).code).toBe('charge_not_refundable');
    expect((await refusal(charge(intent, 'pm_card_visa'))).code).toBe('payment_intent_unexpected_state');
    await settle(intent.id, outcome);
    const well = outcome === 'succeed';
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: well ? 'succeeded' : 'requires_payment_method', latest_charge: id });
    expect(await stripe.charges.retrieve(id as string)).toMatchObject({ status: well ? 'succeeded' : 'failed', paid: well });
    expect((await typesAbout(intent.id)).slice(0, 2)).toEqual([
      well ? 'payment_intent.succeeded' : 'payment_intent.payment_failed',
      'payment_intent.processing',
    ]);
    await expect(settle(intent.id, outcome)).rejects.toThrow(/does not wait for anything/);
  });
});

describe('a card that the bank treats otherwise from a day on', () => {
  it('declines as the other card would, and pays again when it is told so', async () => {
    const { id: customer } = await stripe.customers.create();
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const like = (card: string) => sandbox.tell('POST', '/control/cards', { account: 'cards', payment_method: method.id, like: card });
    await like('4000000000009987');
    expect((await refusal(charge(await open(customer), method.id, { off_session: true }))).decline_code).toBe('lost_card');
    await like('pm_card_visa');
    expect(await charge(await open(customer), method.id, { off_session: true })).toMatchObject({ status: 'succeeded' });
  });
});

describe('refunds', () => {
  it('of fifty at the same time, those go through that the charge has money for', async () => {
    const paid = await charge(await open(), 'pm_card_visa');
    const tries = await Promise.allSettled(Array.from({ length: 50 }, () => stripe.refunds.create({ payment_intent: paid.id, amount: 30 })));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(33);
    expect(await stripe.charges.retrieve(paid.latest_charge as string)).toMatchObject({ amount_refunded: 990, refunded: false });
    await stripe.refunds.create({ payment_intent: paid.id });
    expect(await stripe.charges.retrieve(paid.latest_charge as string)).toMatchObject({ amount_refunded: 1_000, refunded: true });
  });

  it('of a card that lets them wait are pending until settled', async () => {
    const paid = await charge(await open(), 'pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: paid.id });
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    await settle(refund.id, 'succeed');
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'succeeded' });
  });

  it('that fail later give the money back to the charge', async () => {
    const paid = await charge(await open(), 'pm_card_refundFail');
    const refund = await stripe.refunds.create({ payment_intent: paid.id, amount: 400 });
    await settle(refund.id, 'fail');
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'failed', failure_reason: expect.any(String) });
    expect(await stripe.charges.retrieve(paid.latest_charge as string)).toMatchObject({ amount_refunded: 0 });
    expect(await typesAbout(refund.id)).toEqual(['refund.failed', 'charge.refund.updated', 'refund.updated', 'refund.created']);
  });
});
