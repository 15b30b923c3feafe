import { core as coreKey, sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, anIssuedInvoice, payByCard } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeWebhook } from '../webhook/take-webhook.ts';
import { typeCard } from './type-card.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});

const SECRET = 'whsec_ours';
const STAYS_PROCESSING = '4000000000007007';
let business: TestBusiness;
let owner: Ctx;
let customer: TestCustomer;
beforeAll(async () => {
  business = await portal.business('webhooks');
  const settings = { publishableKey: 'pk_test_webhooks', secretKey: 'sk_test_webhooks', webhookSecret: SECRET };
  await business.systemCtx('core').use(coreKey).saveSettings('stripe', settings);
  owner = await actingAsOwner(business);
  customer = await aCustomer(business, 'Harbor Roofing');
  await sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null });
});

const stripe = new Stripe('sk_test_webhooks', { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });
const nowSeconds = () => Math.floor((performance.timeOrigin + performance.now()) / 1_000);
const signed = (payload: string, secret = SECRET, timestamp = nowSeconds()) => stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
const take = (payload: string, header: string) => takeWebhook(business.systemCtx('stripe'), Buffer.from(payload), header);
const stored = async () => (await owner.inTenant((tx) => tx.row<{ count: number }>(sql`select count(*)::int as count from stripe.webhook_events`)))!.count;

async function processingPayments(count: number): Promise<{ invoiceId: string }[]> {
  const invoices = [];
  for (let at = 0; at < count; at += 1) {
    const invoice = await anIssuedInvoice(owner, customer, 5_000 + at);
    expect(await payByCard(owner, [invoice], await typeCard(sandbox, 'pk_test_webhooks', STAYS_PROCESSING))).toEqual({ kind: 'checking' });
    invoices.push(invoice);
  }
  return invoices;
}
const settleAll = async () => {
  for await (const { id, status } of stripe.paymentIntents.list({ limit: 100 }))
    if (status === 'processing') await sandbox.tell('POST', '/control/settle', { account: 'webhooks', id, outcome: 'succeed' });
};
async function allEvents(): Promise<Stripe.Event[]> {
  const events: Stripe.Event[] = [];
  for await (const event of stripe.events.list({ limit: 100 })) events.push(event);
  return events;
}
/** Payments that the bank settles while events storm in; about four events each. `npm run gate:money` asks for 250. */
const PAYMENTS = Number(process.env['PORTICO_ROUNDS'] ?? 6);
const AT_ONCE = 20;
const MANY = 100;
const TAKEN_WITHIN_MS = 500;

describe('what is not signed as Stripe signs it', () => {
  const payload = JSON.stringify({
    id: 'evt_forged',
    object: 'event',
    type: 'payment_intent.succeeded',
    data: { object: { id: 'pi_1', object: 'payment_intent' } },
  });
  it.each([
    ['another secret', () => [payload, signed(payload, 'whsec_other')]],
    ['301 seconds ago', () => [payload, signed(payload, SECRET, nowSeconds() - 301)]],
    ['301 seconds ahead', () => [payload, signed(payload, SECRET, nowSeconds() + 301)]],
    ['written again with other spaces', () => [JSON.stringify(JSON.parse(payload), null, 2), signed(payload)]],
    ['no signature at all', () => [payload, '']],
    ['a MiB that somebody else signed', () => ['x'.repeat(1 << 20), signed('x'.repeat(1 << 20), 'whsec_other')]],
    ['signed well, and no event', () => ['x', signed('x')]],
  ])('is refused, and nothing is stored: %s (M6)', async (_name, made) => {
    const [body, header] = made() as [string, string];
    await expect(take(body, header)).rejects.toMatchObject({ code: 'stripe.webhook-refused' });
    expect(await stored()).toBe(0);
  });
});

describe('a storm of webhooks', () => {
  it('ends as if each had come once and in order, and each is stored once (M5)', { timeout: 60_000 + PAYMENTS * 2_000 }, async () => {
    const invoices = await processingPayments(PAYMENTS);
    await settleAll();
    const events = await allEvents();
    const storm = events.flatMap((event, at) => Array.from({ length: 1 + (at % 5) }, () => event)).sort((a, b) => (a.id.slice(-3) < b.id.slice(-3) ? -1 : 1));
    const took: number[] = [];
    let next = 0;
    const sender = async (): Promise<void> => {
      for (let at = next++; at < storm.length; at = next++) {
        const body = JSON.stringify(storm[at]);
        const since = performance.now();
        await take(body, signed(body));
        took.push(performance.now() - since);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sender));
    // at the pace that Stripe allows; how soon says something only of many
    if (PAYMENTS >= MANY)
      expect(took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.99)] ?? 0, 'the slowest of a hundred, in milliseconds').toBeLessThan(TAKEN_WITHIN_MS);
    expect(await stored()).toBe(events.length);
    await business.settleEvents();
    const states = await owner.inTenant((tx) =>
      tx.rows<{ state: string }>(sql`select state from billing.invoices where id = any(${invoices.map(({ invoiceId }) => invoiceId)}::uuid[])`),
    );
    expect(states.every(({ state }) => state === 'paid')).toBe(true);
    const payments = await owner.inTenant((tx) => tx.row<{ count: number }>(sql`select count(*)::int as count from billing.payments`));
    expect(payments!.count).toBe(PAYMENTS);
  });
});
