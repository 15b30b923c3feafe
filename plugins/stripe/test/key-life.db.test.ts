import { core as coreKey } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import type { ChargeOrder, ChargeOutcome } from '@portico/plugin-billing/api';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { charge } from '../gateway/charge.ts';
import { CARDS, typeCard } from './type-card.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});

const account = 'keys';
const HOURS_25 = 25 * 3_600;
let business: TestBusiness;
let customer: TestCustomer;
beforeAll(async () => {
  business = await portal.business(account);
  await business.systemCtx('core').use(coreKey).saveSettings('stripe', { publishableKey: 'pk_test_keys', secretKey: 'sk_test_keys' });
  customer = await aCustomer(business, 'Harbor Roofing');
  await sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null });
});
const stripe = new Stripe('sk_test_keys', { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });
const chargesOf = async (amount: number) =>
  (await stripe.charges.list({ limit: 100 })).data.filter((one) => one.amount === amount && one.status === 'succeeded').length;
const forgetKeys = () => sandbox.tell('POST', '/control/clock', { account, advance: HOURS_25 });

async function anOrder(amount: number): Promise<ChargeOrder> {
  return {
    attemptId: business.systemCtx('stripe').newId(),
    amount: { amount, currency: 'USD' },
    gatewayMethod: await typeCard(sandbox, 'pk_test_keys', CARDS.good),
    payer: { billGroupId: customer.billGroupId, name: 'Harbor Roofing' },
    offSession: false,
  };
}
async function outcomeOf(order: ChargeOrder): Promise<ChargeOutcome['kind'] | undefined> {
  const seen: ChargeOutcome[] = [];
  await charge(business.systemCtx('stripe'), [order], async (outcomes) => void seen.push(...outcomes.values()));
  expect(seen).toHaveLength(1);
  return seen[0]?.kind;
}
const drop = (path: string, method: string) =>
  sandbox.tell('POST', '/control/faults', { match: { account, method, path }, at: 'after-commit', do: 'drop', times: 20 });

describe('a charge whose key the gateway has forgotten', () => {
  it('is not made a second time by a worker that comes back after 25 hours (M7)', async () => {
    const order = await anOrder(20_010);
    expect(await outcomeOf(order)).toBe('paid');
    await forgetKeys();
    expect(await outcomeOf(order)).toBe('paid');
    expect(await chargesOf(20_010)).toBe(1);
  });

  it('is found when its answer was lost, 25 hours later (M7)', async () => {
    const order = await anOrder(20_020);
    await drop('/v1/payment_intents/*/confirm', 'POST');
    await drop('/v1/payment_intents/*', 'GET');
    expect(await outcomeOf(order)).toBe('unknown');
    await sandbox.tell('DELETE', '/control/faults');
    await forgetKeys();
    expect(await outcomeOf(order)).toBe('paid');
    expect(await chargesOf(20_020)).toBe(1);
  });
});

describe('a key that was used for something else', () => {
  it('moves no money, however often it is tried: nobody knows how the try stands, and it is looked into (M7)', async () => {
    const order = await anOrder(20_030);
    await stripe.paymentIntents.create({ amount: 100, currency: 'usd' }, { idempotencyKey: `${order.attemptId}:create` });
    for (const _time of [1, 2]) expect(await outcomeOf(order)).toBe('unknown');
    expect(await chargesOf(20_030)).toBe(0);
  });
});
