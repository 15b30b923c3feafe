import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { request } from 'node:http';
import path from 'node:path';
import { bundleWorkflows, installationRoot } from '@portico/core';
import { core as coreKey, sql } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, anActiveSubscription, letAutoPay, moreOfTheSame } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import Stripe from 'stripe';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { CARDS, setUpCard } from '../type-card.ts';
import { holdCall, type Held } from './hold.ts';
import { KILL_POINTS, until, type Place } from './kill-points.ts';
import { endAll, startWebProcess, startWorkerProcess } from './processes.ts';

/** `npm run gate:money` asks for 25. */
const ROUNDS = Number(process.env['PORTICO_ROUNDS'] ?? 3);

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ worker: 'elsewhere', environment: sandbox.env });
afterEach(endAll);
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});

const folder = mkdtempSync(path.join(tmpdir(), 'portico-kills-'));
afterAll(() => rmSync(folder, { recursive: true }));
const bundle = path.join(folder, 'workflows.js');
writeFileSync(bundle, (await bundleWorkflows(portal.core.registry, installationRoot())).code);

/** The superuser's connection to this portal's database: it sees every business, and locks rows. */
const everything = new URL(inject('portico').superuserUrl);
everything.pathname = new URL(portal.environment['DATABASE_URL']!).pathname;

interface Stage extends Place {
  readonly business: TestBusiness;
  readonly stripe: Stripe;
}

/** A business with two customers whose cards are good. */
async function openStage(account: string, webPort: number): Promise<Stage> {
  const stage = await openBusiness(account, webPort);
  const owner = await actingAsOwner(stage.business);
  for (const name of ['Good', 'Good too']) {
    const customer = await aCustomer(stage.business, name);
    await anActiveSubscription(owner, customer, { amount: 10_000 });
    await letAutoPay(owner, customer, (clientSecret) => setUpCard(sandbox, `pk_test_${account}`, CARDS.good, clientSecret));
  }
  return stage;
}

/** A business that is connected to an account of its own, which hears of webhooks at this port. */
async function openBusiness(account: string, webPort: number): Promise<Stage> {
  const business = await portal.business(account);
  const stripe = new Stripe(`sk_test_${account}`, { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });
  await sandbox.tell('POST', '/control/limits', { account, perSecond: null, perEndpoint: null });
  const keys = { publishableKey: `pk_test_${account}`, secretKey: `sk_test_${account}` };
  await business
    .systemCtx('core')
    .use(coreKey)
    .saveSettings('stripe', { ...keys, webhookSecret: SECRET });
  return {
    business,
    stripe,
    tenantId: business.tenant.id,
    account,
    sandbox,
    database: everything.href,
    tellOfPayment: () => tellOfPayment(stripe, new URL(business.tenant.url).hostname, webPort),
  };
}

const SECRET = 'whsec_kills';

async function tellOfPayment(stripe: Stripe, hostname: string, port: number): Promise<void> {
  const [event] = (await stripe.events.list({ type: 'payment_intent.succeeded', limit: 1 })).data;
  const payload = JSON.stringify(event);
  const signature = stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET });
  const headers = { host: `${hostname}:${port}`, 'content-type': 'application/json', 'stripe-signature': signature };
  const asked = request({ host: '127.0.0.1', port, path: '/api/v1/stripe/webhooks', method: 'POST', headers });
  asked.once('error', () => undefined); // the process that is asked is killed meanwhile
  asked.end(payload);
}

/** Nothing is under way any more, and nothing is due. */
async function isQuiet({ business }: Stage): Promise<boolean> {
  const owner = await actingAsOwner(business);
  const row = await owner.inTenant((tx) =>
    tx.row<{ busy: number }>(sql`select (select count(*) from billing.renewal_batches where finished_at is null)::int
      + (select count(*) from billing.payment_attempts where is_live)::int
      + (select count(*) from billing.subscriptions where state = 'active' and renews_at <= ${owner.clock.now()}::timestamptz)::int as busy`),
  );
  return row!.busy === 0;
}

const countCharges = async (account: string): Promise<number> => {
  const { accounts } = await sandbox.tell<{ accounts: { charges: unknown[] }[] }>('GET', `/control/state?account=${account}&kind=charge`);
  return accounts[0]?.charges.length ?? 0;
};

interface Books {
  /** Invoices of renewals, by how often they were charged at the gateway. */
  readonly chargedOnce: number;
  readonly chargedElse: number;
  readonly atGateway: number;
  readonly inLedger: number;
  readonly receiptsTooMany: number;
}

/** What the gateway did, against what the books say. */
async function booksOf({ business, stripe }: Stage): Promise<Books> {
  const owner = await actingAsOwner(business);
  const charges: Stripe.Charge[] = [];
  for await (const charge of stripe.charges.list({ limit: 100, expand: ['data.payment_intent'] })) if (charge.status === 'succeeded') charges.push(charge);
  const { invoices, ledger, receipts } = await owner.inTenant(async (tx) => ({
    invoices: await tx.rows<{
      attempts: string[];
    }>(sql`select coalesce((select jsonb_agg(l.attempt_id) from billing.attempt_invoices l where l.invoice_id = i.id), '[]') as attempts
      from billing.billing_periods p join billing.invoices i on i.id = p.invoice_id where p.batch_id is not null`),
    ledger: await tx.row<{ sum: number }>(sql`select coalesce(sum(amount_minor), 0)::bigint as sum from billing.payments where road = 'card'`),
    receipts: await tx.row<{ most: number }>(sql`select coalesce(max(count), 0)::int as most from
      (select count(*) from portico.mails where template = 'receipt' group by data->>'paymentNumber', user_id) per`),
  }));
  const byAttempt = new Map<string, number>();
  for (const { payment_intent: intent } of charges) {
    const attempt = (intent as Stripe.PaymentIntent).metadata['attempt']!;
    byAttempt.set(attempt, (byAttempt.get(attempt) ?? 0) + 1);
  }
  const times = (attempts: readonly string[]): number => attempts.reduce((sum, attempt) => sum + (byAttempt.get(attempt) ?? 0), 0);
  return {
    chargedOnce: invoices.filter(({ attempts }) => times(attempts) === 1).length,
    chargedElse: invoices.filter(({ attempts }) => times(attempts) !== 1).length,
    atGateway: charges.reduce((sum, { amount_captured: amount }) => sum + amount, 0),
    inLedger: ledger!.sum,
    receiptsTooMany: Math.max(0, receipts!.most - 1),
  };
}

describe('processes that are killed while money moves', () => {
  it('of two workers one after the other is killed, and a thousand renewals are a thousand charges (line 9)', { timeout: 300_000 }, async () => {
    // as fast as they come: how fast an account may be called is looked at elsewhere
    const environment = { ...portal.environment, PORTICO_STRIPE_CALLS_PER_SECOND: '0', PORTICO_STRIPE_CALLS_PER_ENDPOINT: '0' };
    const stage = await openBusiness('thousand', 9);
    const owner = await actingAsOwner(stage.business);
    const customer = await aCustomer(stage.business, 'A thousand plans');
    const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 10_000 });
    await moreOfTheSame(owner, subscriptionId, 999);
    await letAutoPay(owner, customer, (clientSecret) => setUpCard(sandbox, 'pk_test_thousand', CARDS.good, clientSecret));
    const [first, second] = await Promise.all([startWorkerProcess(environment, bundle), startWorkerProcess(environment, bundle)]);
    // slow enough that there is something left to do when a worker dies
    const slow = { match: { path: '/v1/payment_intents', method: 'POST' }, at: 'before-commit', do: 'delay', ms: 100, times: 100_000 };
    await sandbox.tell('POST', '/control/faults', slow);
    await stage.business.advance('P31D');
    const chargedMore = async (than: number) => (await countCharges('thousand')) > than;
    await until('a hundred charges', () => chargedMore(100));
    await first.kill();
    const atKill = await countCharges('thousand');
    const third = await startWorkerProcess(environment, bundle);
    await until('a hundred more', () => chargedMore(atKill + 100));
    await second.kill();
    expect(await countCharges('thousand')).toBeLessThan(1_000);
    await sandbox.tell('DELETE', '/control/faults');
    await until('all of them', () => isQuiet(stage));
    const books = await booksOf(stage);
    expect(books).toMatchObject({ chargedOnce: 1_000, chargedElse: 0, atGateway: 10_000_000, inLedger: 10_000_000, receiptsTooMany: 0 });
    await third.kill();
  });

  it('a gateway that answers nobody at one business delays no other (line 9)', { timeout: 240_000 }, async () => {
    const [hangs, goes] = [await openStage('hangs', 9), await openStage('goes', 9)];
    const held = await holdCall(sandbox, 'hangs', 'before-commit', { method: 'POST', path: '/v1/payment_intents' }, 100);
    const worker = await startWorkerProcess(portal.environment, bundle);
    await hangs.business.advance('P31D');
    await until('the calls of one to hang', () => held.isInFlight());
    await goes.business.advance('P31D');
    await until('the other to be charged', async () => (await isQuiet(goes)) && (await booksOf(goes)).chargedOnce === 2);
    expect(await isQuiet(hangs)).toBe(false);
    await sandbox.tell('DELETE', '/control/faults');
    await held.letGo();
    await until('the one that hung', () => isQuiet(hangs), 120_000);
    expect(await booksOf(hangs)).toMatchObject({ chargedElse: 0, receiptsTooMany: 0 });
    await worker.kill();
  });

  it(`charge each invoice once, book it once, and tell of it once: eight points, ${ROUNDS} kills at each (M1, line 12)`, {
    timeout: 120_000 + ROUNDS * 150_000,
  }, async () => {
    let web = await startWebProcess(portal.environment);
    let worker = await startWorkerProcess(portal.environment, bundle);
    const { port } = web.told;
    const stages: Stage[] = [];
    for (const at of KILL_POINTS.keys()) stages.push(await openStage(`kill${at}`, port));
    const hits = KILL_POINTS.map(() => 0);
    for (let kills = 1; hits.some((count) => count < ROUNDS); kills += 1) {
      if (kills > 6 * ROUNDS) throw new Error(`After ${kills - 1} kills the points were hit ${hits.join(', ')} times.`);
      const held = await Promise.all(KILL_POINTS.map((point, at) => point.hold(stages[at]!)));
      const wasInFlight = await bringThere(stages, held);
      await Promise.all([worker.kill(), web.kill()]);
      for (const [at, was] of wasInFlight.entries()) hits[at]! += Number(was);
      for (const one of held) await one.letGo();
      await sandbox.tell('DELETE', '/control/faults');
      await sandbox.tell('POST', '/control/release', {});
      [web, worker] = await Promise.all([startWebProcess(portal.environment, port), startWorkerProcess(portal.environment, bundle)]);
      for (const [at, stage] of stages.entries()) await until(`rest after kill ${kills}: ${KILL_POINTS[at]!.what}`, () => isQuiet(stage), 120_000);
      for (const [at, stage] of stages.entries()) {
        const books = await booksOf(stage);
        const told = { at: KILL_POINTS[at]!.what, kills };
        expect({ ...told, ...books }).toEqual({
          ...told,
          chargedOnce: 2 * kills,
          chargedElse: 0,
          atGateway: 20_000 * kills,
          inLedger: 20_000 * kills,
          receiptsTooMany: 0,
        });
      }
    }
  });
});

/** Moves the clocks until the product stands at the points, all at once where the machine is quick enough; which ones it stands at. */
async function bringThere(stages: readonly Stage[], held: readonly Held[]): Promise<boolean[]> {
  const move = (prepared: boolean) =>
    Promise.all(stages.filter((_, at) => (held[at]!.isPrepared !== undefined) === prepared).map(({ business }) => business.advance('P31D')));
  await move(true);
  await until('the calls to be kept', async () => (await Promise.all(held.map((one) => one.isPrepared?.() ?? true))).every(Boolean));
  await move(false);
  let inFlight: boolean[] = [];
  const since = performance.now();
  // a lock that is waited for too long is given up: what stands there by then is killed there, the others at the next kill
  await until('at least half of them', async () => {
    inFlight = await Promise.all(held.map((one) => one.isInFlight()));
    return inFlight.every(Boolean) || (performance.now() - since > 7_000 && inFlight.filter(Boolean).length >= 4);
  });
  return inFlight;
}
