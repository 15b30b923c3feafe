import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '@portico/testing';
import { refusal, sdk, until } from './speak.ts';

let sandbox: Sandbox;
let stripe: Stripe;
let count = 0;
let account: string;

beforeAll(async () => {
  sandbox = await startSandbox('stripe');
});
afterAll(() => sandbox.stop());
beforeEach(() => {
  account = `keys${count++}`;
  stripe = sdk(sandbox, account);
});

const create = (idempotencyKey: string, more: object = {}) => stripe.paymentIntents.create({ amount: 1_000, currency: 'usd', ...more }, { idempotencyKey });
const intents = async () => (await stripe.paymentIntents.list()).data.length;
const fault = (body: object) => sandbox.tell('POST', '/control/faults', body);

describe('an idempotency key', () => {
  it('that comes again has the stored status and body again, and says so', async () => {
    const first = await create('one');
    await stripe.paymentIntents.update(first.id, { metadata: { since: 'changed' } });
    const again = await create('one');
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect([first.lastResponse.headers['idempotent-replayed'], await intents()]).toEqual([undefined, 1]);
  });

  it('replays a declined card, with the same charge, and charges nothing', async () => {
    const intent = await create('made');
    const confirm = () => refusal(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa_chargeDeclined' }, { idempotencyKey: 'confirm' }));
    const [first, again] = [await confirm(), await confirm()];
    expect([again.charge, again.statusCode, again.headers?.['idempotent-replayed']]).toEqual([first.charge, 402, 'true']);
    expect((await stripe.charges.list({ payment_intent: intent.id })).data).toHaveLength(1);
  });

  it.each(['before-commit', 'after-commit'])('replays a 500 that came %s, whatever the state is by then', async (at) => {
    await fault({ match: { account }, at, do: '500', times: 1 });
    expect((await refusal(create('five'))).statusCode).toBe(500);
    expect(await refusal(create('five'))).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
    expect(await intents()).toBe(at === 'before-commit' ? 0 : 1);
  });

  it('with other parameters, or for another path, is refused', async () => {
    await create('two');
    expect(await refusal(create('two', { amount: 2_000 }))).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
    expect(await refusal(stripe.customers.create({}, { idempotencyKey: 'two' }))).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
    expect(await intents()).toBe(1);
  });

  it('of a call in flight is refused with 409, and free again after it', async () => {
    await fault({ match: { account }, at: 'before-commit', do: 'hold', times: 1 });
    const first = create('three');
    await until('held', async () => (await sandbox.tell<object[]>('GET', `/control/requests?account=${account}&state=held`)).length === 1);
    expect(await refusal(create('three'))).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    expect(await sandbox.tell('POST', '/control/release')).toEqual({ released: 1 });
    const { id } = await first;
    expect((await create('three')).id).toBe(id);
  });

  it('is forgotten 24 hours later by the clock of the account, and not before', async () => {
    const first = await create('four');
    await sandbox.tell('POST', '/control/clock', { account, advance: 24 * 3_600 - 5 });
    expect((await create('four')).id).toBe(first.id);
    await sandbox.tell('POST', '/control/clock', { account, advance: 10 });
    const second = await create('four');
    expect(second.id).not.toBe(first.id);
    expect(second.created - first.created).toBeGreaterThanOrEqual(24 * 3_600);
  });

  it('keeps nothing when the parameters were refused', async () => {
    expect((await refusal(create('five', { amount: 1 }))).statusCode).toBe(400);
    expect((await create('five')).status).toBe('requires_payment_method');
  });

  it('keeps nothing when the call was one too many', async () => {
    await sandbox.tell('POST', '/control/limits', { account, perSecond: 2 });
    await create('a');
    await create('b');
    expect((await refusal(create('six'))).statusCode).toBe(429);
    await sandbox.tell('POST', '/control/limits', { account, perSecond: 100 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const made = await create('six');
    expect(made.lastResponse.headers['idempotent-replayed']).toBeUndefined();
  });

  it('belongs to one account', async () => {
    const first = await create('seven');
    const other = await sdk(sandbox, 'another').paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'seven' });
    expect(other.id).not.toBe(first.id);
  });
});

describe('limits', () => {
  const burst = async (calls: number) => {
    const answers = await Promise.allSettled(Array.from({ length: calls }, () => stripe.customers.list({ limit: 1 })));
    return answers.filter(({ status }) => status === 'fulfilled').length;
  };

  it('let 25 a second through to one endpoint, and tell the rest to come later', async () => {
    expect(await burst(40)).toBeLessThanOrEqual(26);
    const refused = await refusal(Promise.all(Array.from({ length: 40 }, () => stripe.customers.list())));
    expect(refused).toMatchObject({ statusCode: 429, type: 'StripeRateLimitError', code: 'rate_limit' });
    expect(refused.headers).toMatchObject({ 'retry-after': '1', 'stripe-rate-limited-reason': 'endpoint-rate' });
  });

  it('let 100 a second through to all together', async () => {
    await sandbox.tell('POST', '/control/limits', { account, perEndpoint: null });
    const passed = await burst(150);
    expect(passed).toBeGreaterThanOrEqual(100);
    expect(passed).toBeLessThan(125);
  });

  it('are set for one account alone', async () => {
    await sandbox.tell('POST', '/control/limits', { account, perSecond: null, perEndpoint: null });
    expect(await burst(150)).toBe(150);
    account = 'slow';
    stripe = sdk(sandbox, account);
    expect(await burst(150)).toBeLessThan(30);
  });
});
