import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '@portico/testing';
import type { z } from 'zod';
import * as shapes from './shapes.ts';
import { ask, refusal, sdk } from './speak.ts';

let sandbox: Sandbox;
let stripe: Stripe;
/** What the calls need to be there. */
let have: Awaited<ReturnType<typeof prepare>>;

beforeAll(async () => {
  sandbox = await startSandbox('stripe');
  await sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null });
  stripe = sdk(sandbox, 'table');
  have = await prepare();
});
afterAll(() => sandbox.stop());

async function prepare() {
  const customer = await stripe.customers.create({ name: 'Ada', email: 'ada@example.test' });
  const other = await stripe.customers.create({});
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  const spare = await stripe.paymentMethods.attach('pm_card_mastercard', { customer: customer.id });
  const open = () => stripe.paymentIntents.create({ amount: 2_000, currency: 'usd', customer: customer.id });
  const paid = await pay(await open(), method.id);
  const refunded = await pay(await open(), method.id);
  const refund = await stripe.refunds.create({ payment_intent: refunded.id });
  const setup = await stripe.setupIntents.create({ customer: customer.id });
  const endpoint = await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/none', enabled_events: ['invoice.paid'] });
  const events = await stripe.events.list({ type: 'customer.created' });
  return { customer, other, method, spare, open, paid, refunded, refund, setup, endpoint, event: events.data[0]! };
}

const pay = (intent: Stripe.PaymentIntent, method: string) => stripe.paymentIntents.confirm(intent.id, { payment_method: method, off_session: true });

type Row = [call: string, shape: z.ZodType, make: () => Promise<unknown>, expected?: object];

describe('a call that Stripe answers with 200', () => {
  const rows: Row[] = [
    ['customers.create, nothing given', shapes.customer, () => stripe.customers.create({}), { name: null, email: null, metadata: {} }],
    [
      'customers.create, all given',
      shapes.customer,
      () => stripe.customers.create({ name: 'A & B = 5 %', email: 'a@b.test', phone: '+1', description: 'ü', metadata: { 'a b': 'c[d]' } }),
      { name: 'A & B = 5 %', description: 'ü', metadata: { 'a b': 'c[d]' } },
    ],
    ['customers.retrieve', shapes.customer, () => stripe.customers.retrieve(have.customer.id), { name: 'Ada' }],
    [
      'customers.update',
      shapes.customer,
      () => stripe.customers.update(have.other.id, { name: 'Bo', metadata: { plan: 'x' } }),
      { name: 'Bo', metadata: { plan: 'x' } },
    ],
    [
      'customers.update, taking a key out',
      shapes.customer,
      () => stripe.customers.update(have.other.id, { metadata: { plan: '' }, name: '' }),
      { name: null, metadata: {} },
    ],
    [
      'customers.update, the default method',
      shapes.customer,
      () => stripe.customers.update(have.customer.id, { invoice_settings: { default_payment_method: have.method.id } }),
    ],
    ['customers.list', shapes.listOf(shapes.customer), () => stripe.customers.list({ limit: 1 }), { has_more: true, url: '/v1/customers' }],
    ['customers.list by e-mail', shapes.listOf(shapes.customer), () => stripe.customers.list({ email: 'ada@example.test' }), { has_more: false }],
    ['customers.listPaymentMethods', shapes.listOf(shapes.paymentMethod), () => stripe.customers.listPaymentMethods(have.customer.id)],
    ['paymentMethods.attach a test card', shapes.paymentMethod, () => stripe.paymentMethods.attach('pm_card_amex', { customer: have.other.id })],
    ['paymentMethods.attach twice', shapes.paymentMethod, () => stripe.paymentMethods.attach(have.method.id, { customer: have.customer.id })],
    ['paymentMethods.retrieve', shapes.paymentMethod, () => stripe.paymentMethods.retrieve(have.method.id), { type: 'card' }],
    ['paymentMethods.list', shapes.listOf(shapes.paymentMethod), () => stripe.paymentMethods.list({ customer: have.customer.id, type: 'card' })],
    ['paymentMethods.detach', shapes.paymentMethod, () => stripe.paymentMethods.detach(have.spare.id), { customer: null }],
    [
      'setupIntents.create',
      shapes.setupIntent,
      () => stripe.setupIntents.create({ customer: have.customer.id, usage: 'off_session' }),
      { status: 'requires_payment_method' },
    ],
    [
      'setupIntents.create with a method',
      shapes.setupIntent,
      () => stripe.setupIntents.create({ payment_method: have.method.id, customer: have.customer.id, allowed_payment_method_types: ['card'] }),
      { status: 'requires_confirmation', automatic_payment_methods: null },
    ],
    ['setupIntents.retrieve', shapes.setupIntent, () => stripe.setupIntents.retrieve(have.setup.id), { status: 'requires_payment_method' }],
    ['setupIntents.confirm', shapes.setupIntent, () => stripe.setupIntents.confirm(have.setup.id, { payment_method: 'pm_card_visa' }), { status: 'succeeded' }],
    [
      'setupIntents.confirm that asks for the owner',
      shapes.setupIntent,
      async () => stripe.setupIntents.confirm((await stripe.setupIntents.create({})).id, { payment_method: 'pm_card_authenticationRequired' }),
      { status: 'requires_action' },
    ],
    [
      'setupIntents.cancel',
      shapes.setupIntent,
      async () => stripe.setupIntents.cancel((await stripe.setupIntents.create({})).id, { cancellation_reason: 'abandoned' }),
      { status: 'canceled', cancellation_reason: 'abandoned' },
    ],
    ['paymentIntents.create', shapes.paymentIntent, () => have.open(), { status: 'requires_payment_method', amount_received: 0, latest_charge: null }],
    [
      'paymentIntents.create, all given',
      shapes.paymentIntent,
      () =>
        stripe.paymentIntents.create({
          amount: 500,
          currency: 'JPY',
          customer: have.customer.id,
          payment_method: have.method.id,
          description: 'Order 7',
          metadata: { attempt: '1' },
          allowed_payment_method_types: ['card'],
          setup_future_usage: 'off_session',
          statement_descriptor_suffix: 'JUNE',
        }),
      { status: 'requires_confirmation', currency: 'jpy', metadata: { attempt: '1' } },
    ],
    [
      'paymentIntents.create, automatic methods',
      shapes.paymentIntent,
      () => stripe.paymentIntents.create({ amount: 500, currency: 'eur', automatic_payment_methods: { enabled: true, allow_redirects: 'never' } }),
      { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } },
    ],
    ['paymentIntents.retrieve', shapes.paymentIntent, () => stripe.paymentIntents.retrieve(have.paid.id), { status: 'succeeded', amount_received: 2_000 }],
    [
      'paymentIntents.retrieve, expanded',
      shapes.paymentIntent,
      () => stripe.paymentIntents.retrieve(have.paid.id, { expand: ['latest_charge', 'customer', 'payment_method'] }),
      { customer: { object: 'customer' }, latest_charge: { object: 'charge' }, payment_method: { object: 'payment_method' } },
    ],
    [
      'paymentIntents.update',
      shapes.paymentIntent,
      () => stripe.paymentIntents.update(have.paid.id, { metadata: { seen: 'yes' } }),
      { metadata: { seen: 'yes' } },
    ],
    [
      'paymentIntents.confirm',
      shapes.paymentIntent,
      async () => pay(await have.open(), have.method.id),
      { status: 'succeeded', amount_received: 2_000, last_payment_error: null },
    ],
    [
      'paymentIntents.confirm that asks for the owner',
      shapes.paymentIntent,
      async () => stripe.paymentIntents.confirm((await have.open()).id, { payment_method: 'pm_card_authenticationRequired' }),
      { status: 'requires_action', next_action: { type: 'use_stripe_sdk' } },
    ],
    [
      'paymentIntents.confirm that takes its time',
      shapes.paymentIntent,
      async () => stripe.paymentIntents.confirm((await have.open()).id, { payment_method: 'pm_card_staysProcessing' }),
      { status: 'processing', amount_received: 0 },
    ],
    [
      'paymentIntents.cancel',
      shapes.paymentIntent,
      async () => stripe.paymentIntents.cancel((await have.open()).id, { cancellation_reason: 'abandoned' }),
      { status: 'canceled', cancellation_reason: 'abandoned' },
    ],
    [
      'paymentIntents.list',
      shapes.listOf(shapes.paymentIntent),
      () => stripe.paymentIntents.list({ customer: have.customer.id, limit: 2 }),
      { has_more: true },
    ],
    ['charges.retrieve', shapes.charge, () => stripe.charges.retrieve(have.paid.latest_charge as string), { paid: true, status: 'succeeded', amount: 2_000 }],
    ['charges.list of an intent', shapes.listOf(shapes.charge), () => stripe.charges.list({ payment_intent: have.paid.id }), { has_more: false }],
    ['charges.list of a customer', shapes.listOf(shapes.charge), () => stripe.charges.list({ customer: have.customer.id, limit: 100 })],
    [
      'charges.list of a time',
      shapes.listOf(shapes.charge),
      () => stripe.charges.list({ created: { gte: have.paid.created, lt: have.paid.created + 86_400 } }),
    ],
    [
      'refunds.create of a part',
      shapes.refund,
      () => stripe.refunds.create({ charge: have.paid.latest_charge as string, amount: 1, reason: 'requested_by_customer', metadata: { note: 'n' } }),
      { status: 'succeeded', amount: 1, reason: 'requested_by_customer' },
    ],
    [
      'refunds.create of the rest',
      shapes.refund,
      async () => stripe.refunds.create({ payment_intent: (await pay(await have.open(), have.method.id)).id }),
      { amount: 2_000 },
    ],
    ['refunds.retrieve', shapes.refund, () => stripe.refunds.retrieve(have.refund.id), { amount: 2_000, payment_intent: expect.any(String) }],
    ['refunds.list', shapes.listOf(shapes.refund), () => stripe.refunds.list({ payment_intent: have.refunded.id }), { has_more: false }],
    ['events.retrieve', shapes.event, () => stripe.events.retrieve(have.event.id), { type: 'customer.created' }],
    ['events.list', shapes.listOf(shapes.event), () => stripe.events.list({ limit: 100 })],
    ['events.list of some types', shapes.listOf(shapes.event), () => stripe.events.list({ types: ['charge.succeeded', 'charge.refunded'] })],
    [
      'webhookEndpoints.create',
      shapes.webhookEndpoint,
      () => stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/x', enabled_events: ['charge.failed'] }),
      { secret: expect.stringMatching(/^whsec_/) },
    ],
    ['webhookEndpoints.retrieve', shapes.webhookEndpoint, () => stripe.webhookEndpoints.retrieve(have.endpoint.id), { status: 'enabled' }],
    ['webhookEndpoints.update', shapes.webhookEndpoint, () => stripe.webhookEndpoints.update(have.endpoint.id, { disabled: true }), { status: 'disabled' }],
    ['webhookEndpoints.list', shapes.listOf(shapes.webhookEndpoint), () => stripe.webhookEndpoints.list()],
  ];

  it.each(rows)('%s', async (_, shape, make, expected = {}) => {
    const answer = (await make()) as { lastResponse: { statusCode: number; requestId: string } };
    expect(answer.lastResponse).toMatchObject({ statusCode: 200, requestId: expect.stringMatching(/^req_/) });
    const wire = JSON.parse(JSON.stringify(answer)) as object;
    expect(shape.safeParse(wire).error?.issues ?? []).toEqual([]);
    expect(wire).toMatchObject(expected);
  });

  it('webhookEndpoints.del takes it away', async () => {
    expect(await stripe.webhookEndpoints.del(have.endpoint.id)).toMatchObject({ id: have.endpoint.id, deleted: true });
    expect((await refusal(stripe.webhookEndpoints.retrieve(have.endpoint.id))).statusCode).toBe(404);
  });
});

describe('a call that Stripe refuses', () => {
  const create = (given: object) => stripe.paymentIntents.create({ amount: 1_000, currency: 'usd', ...given } as Stripe.PaymentIntentCreateParams);
  const rows: [call: string, make: () => Promise<unknown>, expected: object][] = [
    [
      'an unknown parameter',
      () => create({ colour: 'red' }),
      { statusCode: 400, type: 'StripeInvalidRequestError', code: 'parameter_unknown', param: 'colour' },
    ],
    [
      'an unknown parameter within',
      () => create({ automatic_payment_methods: { maybe: true } }),
      { code: 'parameter_unknown', param: 'automatic_payment_methods[maybe]' },
    ],
    ['no amount', () => create({ amount: undefined }), { statusCode: 400, code: 'parameter_missing', param: 'amount' }],
    ['an amount that is no integer', () => create({ amount: 10.5 }), { code: 'parameter_invalid_integer', param: 'amount' }],
    ['an amount below the least', () => create({ amount: 49 }), { code: 'amount_too_small' }],
    ['an amount above the most', () => create({ amount: 100_000_000 }), { code: 'amount_too_large' }],
    ['KWD 5.124', () => create({ amount: 5_124, currency: 'kwd' }), { code: 'invalid_charge_amount' }],
    ['ISK 5.01', () => create({ amount: 501, currency: 'isk' }), { code: 'invalid_charge_amount' }],
    ['a currency of nobody', () => create({ currency: 'xyz' }), { param: 'currency' }],
    [
      'a customer of nobody',
      () => create({ customer: 'cus_none' }),
      { statusCode: 400, code: 'resource_missing', param: 'customer', message: "No such customer: 'cus_none'" },
    ],
    ['an empty id', () => create({ customer: '' }), { code: 'parameter_invalid_empty' }],
    ['a field that cannot be expanded', () => create({ expand: ['amount'] }), { statusCode: 400 }],
    [
      'somebody else’s method',
      () => stripe.paymentIntents.create({ amount: 100, currency: 'usd', customer: have.other.id, payment_method: have.method.id }),
      { statusCode: 400, param: 'payment_method' },
    ],
    ['an intent that is not there', () => stripe.paymentIntents.retrieve('pi_none'), { statusCode: 404, code: 'resource_missing' }],
    [
      'confirming what has succeeded',
      () => pay(have.paid, have.method.id),
      { statusCode: 400, code: 'payment_intent_unexpected_state', payment_intent: { id: expect.any(String) } },
    ],
    ['confirming without a method', async () => stripe.paymentIntents.confirm((await have.open()).id), { code: 'payment_intent_unexpected_state' }],
    ['cancelling what has succeeded', () => stripe.paymentIntents.cancel(have.paid.id), { code: 'payment_intent_unexpected_state' }],
    ['refunding twice', () => stripe.refunds.create({ payment_intent: have.refunded.id }), { code: 'charge_already_refunded' }],
    ['refunding too much', () => stripe.refunds.create({ payment_intent: have.paid.id, amount: 2_001 }), { statusCode: 400, param: 'amount' }],
    [
      'using a method that was detached',
      () => stripe.paymentMethods.attach(have.spare.id, { customer: have.customer.id }),
      { statusCode: 400, param: 'payment_method' },
    ],
    [
      'a card number through a server',
      () => stripe.paymentMethods.create({ type: 'card', card: { number: '4242424242424242', exp_month: 1, exp_year: 2099 } }),
      { statusCode: 402 },
    ],
    ['a list longer than a page', () => stripe.customers.list({ limit: 101 }), { code: 'parameter_invalid_integer' }],
    ['a cursor of nobody', () => stripe.customers.list({ starting_after: 'cus_none' }), { code: 'resource_missing', param: 'starting_after' }],
  ];

  it.each(rows)('%s', async (_, make, expected) => {
    const failure = await refusal(make());
    expect(failure).toMatchObject({ requestId: expect.stringMatching(/^req_/), ...expected });
    const { headers: _headers, statusCode: _status, requestId: _request, ...body } = failure.raw as Record<string, unknown>;
    expect(shapes.error.safeParse(body).error?.issues ?? []).toEqual([]);
  });

  it('with a key of no form, or none: 401', async () => {
    expect(await refusal(sdk(sandbox, 'x y').customers.list())).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
    expect(await ask(sandbox, 'GET', '/v1/customers', { key: null })).toMatchObject({ status: 401, json: { error: { type: 'invalid_request_error' } } });
    expect((await ask(sandbox, 'GET', '/v1/customers', { key: 'sk_live_abc' })).status).toBe(401);
    expect(await ask(sandbox, 'GET', '/v1/customers', { key: 'pk_test_table' })).toMatchObject({
      status: 401,
      json: { error: { code: 'secret_key_required' } },
    });
  });

  it('with a publishable key, and a secret that is not the one of the intent', async () => {
    const { id, client_secret: secret } = await have.open();
    const look = (given: string) => ask(sandbox, 'GET', `/v1/payment_intents/${id}?client_secret=${given}`, { key: 'pk_test_table' });
    expect((await look(secret!)).json).toMatchObject({ id });
    expect(await look(`${secret}x`)).toMatchObject({ status: 400, json: { error: { param: 'client_secret' } } });
    const confirm = ask(sandbox, 'POST', `/v1/payment_intents/${id}/confirm`, { key: 'pk_test_table', form: { payment_method: 'pm_card_visa' } });
    expect((await confirm).status).toBe(400);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
  });

  it('at a path that is none: 404', async () => {
    const { status, json } = await ask(sandbox, 'GET', '/v1/unicorns');
    expect([status, json.error.message]).toEqual([404, expect.stringMatching(/^Unrecognized request URL \(GET: \/v1\/unicorns\)/)]);
  });

  it('for an object of another account: as if it were not there', async () => {
    const stranger = sdk(sandbox, 'stranger');
    expect((await refusal(stranger.paymentIntents.retrieve(have.paid.id))).code).toBe('resource_missing');
    expect((await stranger.customers.list()).data).toEqual([]);
  });
});

describe('amounts', () => {
  const amounts: [string, number][] = [
    ['jpy', 500],
    ['usd', 1_000],
    ['kwd', 5_120],
    ['isk', 500],
    ['huf', 17_501],
    ['ugx', 500],
  ];
  it.each(amounts)('%s %i is taken as it is', async (currency, amount) => {
    expect(await stripe.paymentIntents.create({ amount, currency })).toMatchObject({ amount, currency });
  });
});

describe('lists', () => {
  it('go through all objects, page by page, forwards and back', async () => {
    const pages = sdk(sandbox, 'pages');
    const made: string[] = [];
    for (let count = 0; count < 25; count++) made.unshift((await pages.customers.create({ name: `C${count}` })).id);
    const listed: string[] = [];
    for await (const { id } of pages.customers.list({ limit: 7 })) listed.push(id);
    expect(listed).toEqual(made);
    const back = await pages.customers.list({ limit: 7, ending_before: made[10]! });
    expect([back.data.map(({ id }) => id), back.has_more]).toEqual([made.slice(3, 10), true]);
    const tooLate = await pages.customers.list({ created: { gt: Math.floor(Date.now() / 1000) + 60 } });
    expect(tooLate.data).toEqual([]);
  });
});
