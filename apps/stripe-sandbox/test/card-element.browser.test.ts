import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, FrameLocator, Page } from 'playwright-core';
import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '@portico/testing';
import { openBrowser, sideways } from '@portico/testing/browser';
import { sdk } from './speak.ts';

let sandbox: Sandbox;
let stripe: Stripe;
let host: Server;
let context: BrowserContext;
let page: Page;
/** What the page's own server was sent, and what the browser complained of. */
const received: string[] = [];
const complaints: string[] = [];

/** A page of another origin under a strict policy, as the portal's. */
const script = `
  const stripe = window.Stripe('pk_test_shop');
  const card = stripe.elements().create('card', { style: { base: { color: '#102030', fontSize: '17px' } } });
  window.happened = [];
  card.on('ready', () => window.happened.push('ready'));
  card.on('change', (change) => { window.lastChange = change; });
  card.mount('#card');
  window.ask = (what, ...rest) => stripe[what](...rest);
  window.pay = (what, secret) => stripe[what](secret, { payment_method: { card, billing_details: { name: 'Ada' } } });
  window.make = () => stripe.createPaymentMethod({ type: 'card', card, billing_details: { name: 'Ada', email: 'ada@example.test' } });
`;

beforeAll(async () => {
  sandbox = await startSandbox('stripe');
  stripe = sdk(sandbox, 'shop');
  host = createServer((request, response) => {
    request.on('data', (part: Buffer) => received.push(part.toString('utf8')));
    received.push(request.url!);
    const policy = `default-src 'none'; script-src 'self' ${sandbox.base}; frame-src ${sandbox.base}; connect-src ${sandbox.base}; style-src 'self'`;
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html', 'content-security-policy': policy });
    response.end(
      isScript
        ? script
        : `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Pay</title><main><h1>Pay</h1><div id="card"></div></main><script src="${sandbox.base}/v3/"></script><script src="/page.js"></script></html>`,
    );
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', () => resolve()));
  context = await (await openBrowser()).newContext({ viewport: { width: 390, height: 844 } });
});
afterAll(async () => {
  await context.close();
  host.close();
  host.closeAllConnections();
  await sandbox.stop();
});

beforeEach(async () => {
  await page?.close();
  complaints.length = 0;
  page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (failure) => complaints.push(failure.message));
  await page.goto(`http://localhost:${(host.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => (window as never as { happened: string[] }).happened.includes('ready'));
});

const card = (): FrameLocator => page.frameLocator('iframe[title="Card details"]');
const bank = (): FrameLocator => page.frameLocator('iframe[title="Your bank asks for you"]');
const run = <T>(code: string): Promise<T> => page.evaluate(code) as Promise<T>;

async function type(number: string): Promise<void> {
  await card().getByLabel('Card number').click();
  await page.keyboard.type(number);
  await page.keyboard.press('Tab');
  await page.keyboard.type('1234');
  await page.keyboard.press('Tab');
  await page.keyboard.type('123');
}

interface Result {
  error?: { code: string; decline_code?: string; message: string; payment_intent?: { status: string } };
  paymentMethod?: Stripe.PaymentMethod;
  paymentIntent?: Stripe.PaymentIntent;
  setupIntent?: Stripe.SetupIntent;
}

describe('somebody who pays by card, on a phone', () => {
  it('types with the keyboard alone into fields with labels, and the page never has the number', async () => {
    await type('4242424242424242');
    expect(await run('window.lastChange')).toMatchObject({ complete: true, brand: 'visa', empty: false });
    const { paymentMethod } = await run<Result>('window.make()');
    expect(paymentMethod).toMatchObject({
      card: { last4: '4242', exp_month: 12, exp_year: 2034 },
      billing_details: { name: 'Ada', email: 'ada@example.test' },
    });
    expect(await stripe.paymentMethods.retrieve(paymentMethod!.id)).toMatchObject({ card: { last4: '4242' } });
    expect(received.join('\n')).not.toContain('4242');
    expect(await page.content()).not.toContain('4242');
    expect((await sideways(page)).by).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('has the colours and the size of letters that the page asked for', async () => {
    const input = card().getByLabel('Card number');
    expect(await input.evaluate((node) => [getComputedStyle(node).color, getComputedStyle(node).fontSize])).toEqual(['rgb(16, 32, 48)', '17px']);
  });

  it.each([
    ['4242424242424241', 'invalid_number'],
    ['4242', 'incomplete_number'],
  ])('is told at once that %s is no number', async (number, code) => {
    await type(number);
    expect((await run<Result>('window.make()')).error?.code).toBe(code);
    expect(await card().getByRole('status').textContent()).toMatch(/Your card number is/);
  });

  it('keeps a card for later', async () => {
    const customer = await stripe.customers.create();
    const { client_secret: secret } = await stripe.setupIntents.create({ customer: customer.id });
    await type('5555555555554444');
    expect(await run<Result>(`window.pay('confirmCardSetup', '${secret}')`)).toMatchObject({ setupIntent: { status: 'succeeded' } });
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toMatchObject([{ card: { brand: 'mastercard' } }]);
  });

  it('is told in words when the bank declines', async () => {
    const { client_secret: secret } = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    await type('4000000000009995');
    const { error } = await run<Result>(`window.pay('confirmCardPayment', '${secret}')`);
    expect(error).toMatchObject({ code: 'card_declined', decline_code: 'insufficient_funds', message: 'Your card has insufficient funds.' });
  });

  it('answers the bank in a dialog, and has paid', async () => {
    const { client_secret: secret } = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    await type('4000002760003184');
    const paid = run<Result>(`window.pay('confirmCardPayment', '${secret}')`);
    await bank().getByRole('button', { name: 'Complete' }).click();
    expect(await paid).toMatchObject({ paymentIntent: { status: 'succeeded' } });
    expect(await page.locator('dialog').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('fails at the bank, and is told so', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_authenticationRequired' });
    const next = run<Result>(`window.ask('handleNextAction', { clientSecret: '${intent.client_secret}' })`);
    await bank().getByRole('button', { name: 'Fail' }).click();
    expect((await next).error).toMatchObject({ code: 'payment_intent_authentication_failure', payment_intent: { status: 'requires_payment_method' } });
  });

  it('sees no dialog when nothing is asked any more', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect(await run<Result>(`window.ask('handleNextAction', { clientSecret: '${intent.client_secret}' })`)).toMatchObject({
      paymentIntent: { status: 'succeeded' },
    });
  });
});

describe('somebody who looks at what the sandbox holds', () => {
  it('finds accounts, their objects, and the faults in force', async () => {
    await stripe.customers.create({ name: '<b>Bo</b>' });
    await sandbox.tell('POST', '/control/faults', { match: { path: '/v1/none' }, at: 'before-commit', do: 'drop' });
    await page.goto(sandbox.base);
    await page.getByRole('link', { name: 'shop' }).click();
    expect(await page.getByRole('cell', { name: '<b>Bo</b>' }).count()).toBe(1);
    expect(await page.getByRole('cell', { name: '/v1/none' }).count()).toBe(1);
    expect((await sideways(page)).by).toBe(0);
  });
});
