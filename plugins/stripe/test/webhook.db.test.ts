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
  for (const { id } of (await stripe.paymentIntents.list({ limit: 100 })).data.filter(({ status }) => status === 'processing'))
    await sandbox.tell('POST', '/control/settle', { account: 'webhooks', id, outcome: 'succeed' });
};
const allEvents = async (): Promise<Stripe.Event[]> => (await stripe.events.list({ limit: 100 })).data;

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
  ])('is refused, and nothing is stored: %s (M6)', async (_name, made) => {
    const [body, header] = made() as [string, string];
    await expect(take(body, header)).rejects.toMatchObject({ code: 'stripe.webhook-refused' });
    expect(await stored()).toBe(0);
  });
});

describe('a storm of webhooks', () => {
  it('ends as if each had come once and in order, and each is stored once (M5)', async () => {
    const invoices = await processingPayments(6);
    await settleAll();
    const events = await allEvents();
    const storm = events.flatMap((event, at) => Array.from({ length: 1 + (at % 5) }, () => event)).sort((a, b) => (a.id.slice(-3) < b.id.slice(-3) ? -1 : 1));
    const answers = await Promise.allSettled(
      storm.map((event) => {
        const body = JSON.stringify(event);
        return take(body, signed(body));
      }),
    );
    expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await stored()).toBe(events.length);
    const states = await owner.inTenant((tx) =>
      tx.rows<{ state: string }>(sql`select state from billing.invoices where id = any(${invoices.map(({ invoiceId }) => invoiceId)}::uuid[])`),
    );
    expect(states.every(({ state }) => state === 'paid')).toBe(true);
    const payments = await owner.inTenant((tx) => tx.row<{ count: number }>(sql`select count(*)::int as count from billing.payments`));
    expect(payments!.count).toBe(6);
  });
});
