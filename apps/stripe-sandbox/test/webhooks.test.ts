import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '@portico/testing';
import { refusal, sdk, until } from './speak.ts';

let sandbox: Sandbox;
let stripe: Stripe;
let receiver: Server;
let endpoint: Stripe.WebhookEndpoint;
let account: string;
let count = 0;
/** What came, and what it is answered with. */
const came: { id: string; type: string; event: Stripe.Event }[] = [];
const signatures: { body: string; header: string }[] = [];
let answers: number[] = [];

beforeAll(async () => {
  sandbox = await startSandbox('stripe');
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.once('end', () => {
      const event = JSON.parse(body) as Stripe.Event;
      came.push({ id: event.id, type: event.type, event });
      signatures.push({ body, header: request.headers['stripe-signature'] as string });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', () => resolve()));
});
afterAll(async () => {
  receiver.close();
  receiver.closeAllConnections();
  await sandbox.stop();
});
beforeEach(async () => {
  came.length = 0;
  signatures.length = 0;
  answers = [];
  account = `hooks${count++}`;
  stripe = sdk(sandbox, account);
  // A name below localhost, as a business of the portal has.
  const url = `http://shop.localhost:${(receiver.address() as AddressInfo).port}/hooks/${account}`;
  endpoint = await stripe.webhookEndpoints.create({ url, enabled_events: ['customer.created', 'customer.updated'] });
});
afterEach(() => sandbox.tell('DELETE', '/control/faults'));

const fault = (body: object) => sandbox.tell('POST', '/control/faults', { at: 'webhook', match: { account }, ...body });
const waiting = async (id: string) => (await stripe.events.retrieve(id)).pending_webhooks;

describe('an endpoint', () => {
  it('is told of what it asked for, signed so that the SDK believes it and no other secret does', async () => {
    const customer = await stripe.customers.create({ name: 'Ada' });
    await stripe.paymentIntents.create({ amount: 100, currency: 'usd' });
    await until('the event', () => came.length === 1);
    const [{ body, header }] = signatures as [{ body: string; header: string }];
    const event = stripe.webhooks.constructEvent(body, header, endpoint.secret!);
    expect(event).toMatchObject({ type: 'customer.created', data: { object: { id: customer.id, name: 'Ada' } } });
    expect(() => stripe.webhooks.constructEvent(body, header, 'whsec_other')).toThrow(/signature/);
    expect(() => stripe.webhooks.constructEvent(`${body} `, header, endpoint.secret!)).toThrow(/signature/);
    await until('it is noted', async () => (await waiting(event.id)) === 0);
  });

  it('is told again, later and later, until it says that it has it', async () => {
    answers = [500, 302];
    await stripe.customers.create();
    await until('three deliveries', () => came.length === 3);
    expect(new Set(came.map(({ id }) => id)).size).toBe(1);
    await until('it is noted', async () => (await waiting(came[0]!.id)) === 0);
    expect(came).toHaveLength(3);
  });

  it('shows the object as it was when the event happened, and what it was before', async () => {
    const { id } = await stripe.customers.create({ name: 'One' });
    await stripe.customers.update(id, { name: 'Two' });
    await until('both', () => came.length === 2);
    const names = came
      .toSorted((a, b) => a.type.localeCompare(b.type))
      .map(({ event }) => [(event.data.object as Stripe.Customer).name, event.data.previous_attributes]);
    expect(names).toEqual([
      ['One', undefined],
      ['Two', { name: 'One' }],
    ]);
  });

  it('is told nothing once it is switched off or taken away', async () => {
    await stripe.webhookEndpoints.update(endpoint.id, { disabled: true });
    await stripe.customers.create();
    await stripe.webhookEndpoints.update(endpoint.id, { disabled: false });
    await stripe.webhookEndpoints.del(endpoint.id);
    await stripe.customers.create();
    const [newest] = (await stripe.events.list()).data;
    expect([came, newest!.pending_webhooks]).toEqual([[], 0]);
  });
});

describe('a delivery that goes wrong as told', () => {
  it('comes twice', async () => {
    await fault({ do: 'duplicate', times: 1 });
    await stripe.customers.create();
    await until('two', () => came.length === 2);
    expect(came[0]!.id).toBe(came[1]!.id);
  });

  it('is overtaken by the next', async () => {
    await fault({ do: 'reorder', times: 1 });
    const { id } = await stripe.customers.create();
    await stripe.customers.update(id, { name: 'Later' });
    await until('both', () => came.length === 2);
    expect(came.map(({ type }) => type)).toEqual(['customer.updated', 'customer.created']);
  });

  it('is held until it is released', async () => {
    await fault({ do: 'hold', times: 1 });
    await stripe.customers.create();
    await until('held', async () => (await sandbox.tell<{ held: object[] }>('GET', '/control/faults')).held.length === 1);
    expect(came).toEqual([]);
    await sandbox.tell('POST', '/control/release');
    await until('it', () => came.length === 1);
  });

  it.each(['drop', '500'])('is repeated after a %s', async (deed) => {
    await fault({ do: deed, times: 1 });
    await stripe.customers.create();
    await until('delivered', async () => came.length >= 1 && (await waiting(came[0]!.id)) === 0);
    expect(came).toHaveLength(deed === 'drop' ? 1 : 2);
  });

  it('waits when it is delayed', async () => {
    await fault({ do: 'delay', ms: 300, times: 1 });
    const began = performance.now();
    await stripe.customers.create();
    await until('it', () => came.length === 1);
    expect(performance.now() - began).toBeGreaterThanOrEqual(300);
  });
});

describe('a call that goes wrong as told', () => {
  const names = async () => (await stripe.customers.list()).data.map(({ name }) => name);
  const fails = (body: object) => sandbox.tell('POST', '/control/faults', { match: { account, method: 'POST', path: '/v1/customers' }, times: 1, ...body });
  const held = () =>
    until(
      'held',
      async () =>
        (await sandbox.tell<{ id: number; heldAt: string; committedAt: number | null }[]>('GET', `/control/requests?account=${account}&state=held`))[0],
    );

  it.each(['before-commit', 'after-commit'])('is dropped %s: the caller knows nothing, the sandbox does', async (at) => {
    await fails({ at, do: 'drop', times: 2 }); // the SDK calls once more when a connection is closed, whatever it was told
    expect((await refusal(stripe.customers.create({ name: 'Dropped' }))).type).toBe('StripeConnectionError');
    expect(await names()).toEqual(at === 'before-commit' ? [] : ['Dropped']);
  });

  it.each(['before-commit', 'after-commit'])('is held %s: listed as held, and what it changes is there or not yet', async (at) => {
    await fails({ at, do: 'hold' });
    const call = stripe.customers.create({ name: 'Held' });
    const entry = await held();
    expect([entry.heldAt, entry.committedAt === null, await names()]).toEqual([at, at === 'before-commit', at === 'before-commit' ? [] : ['Held']]);
    expect(await sandbox.tell('POST', '/control/release', { request: entry.id })).toEqual({ released: 1 });
    expect((await call).name).toBe('Held');
  });

  it.each(['before-commit', 'after-commit'])('is answered 500 %s', async (at) => {
    await fails({ at, do: '500' });
    expect(await refusal(stripe.customers.create({ name: 'Failed' }))).toMatchObject({ statusCode: 500, type: 'StripeAPIError' });
    expect(await names()).toEqual(at === 'before-commit' ? [] : ['Failed']);
  });

  it('goes wrong as often as told, at the paths of the pattern, and no longer once that is taken away', async () => {
    await sandbox.tell('POST', '/control/faults', { match: { account, path: '/v1/customers/*' }, at: 'before-commit', do: '500' });
    const { id } = await stripe.customers.create();
    expect((await refusal(stripe.customers.retrieve(id))).statusCode).toBe(500);
    expect(await stripe.customers.listPaymentMethods(id)).toMatchObject({ data: [] });
    await sandbox.tell('DELETE', '/control/faults');
    expect((await stripe.customers.retrieve(id)).id).toBe(id);
  });

  it('is in the log with its key, and orders that make no sense are refused in a sentence', async () => {
    await stripe.customers.create({}, { idempotencyKey: 'logged' });
    const [entry] = await sandbox.tell<object[]>('GET', `/control/requests?account=${account}&path=/v1/customers`);
    expect(entry).toMatchObject({
      method: 'POST',
      path: '/v1/customers',
      key: 'logged',
      state: 'answered',
      status: 200,
      userAgent: expect.stringContaining('Stripe/v1'),
    });
    await expect(sandbox.tell('POST', '/control/faults', { at: 'webhook', do: 'explode' })).rejects.toThrow(/"do" at webhook is one of/);
    const foreign = await fetch(`${sandbox.control}/control/state`, { headers: { origin: 'http://evil.example' } });
    expect(foreign.status).toBe(400);
  });
});
