import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import {
  findStandIns,
  checkoutRoot,
  runtimeRole,
  startEmbeddedPostgres,
  startProcess,
  startStandIn,
  startTemporalDev,
  type RunningPart,
  type StandIn,
} from '@portico/cli/embedded';
import { createTenant, migrateAll, NewTenant, openCore, readConfig, type Core } from '@portico/core';
import type { Id } from '@portico/kit';
import { core as coreKey, type Tenant } from '@portico/kit/server';
import { aCustomer } from '../plugins/accounts/testing.ts';
import { actingAsOwner, anActiveSubscription, letAutoPay, moreOfTheSame } from '../plugins/billing/testing.ts';

/** A business whose subscriptions all fall due at one instant, charged to one good card. */
export interface RenewingBusiness {
  readonly tenant: Tenant;
  /** Its account at the gateway. */
  readonly account: string;
}

/** Postgres, Temporal, gateway and worker, each a process of its own; no web and no mail: neither is part of a renewal. */
export interface RenewalStand {
  readonly core: Core;
  readonly gateway: StandIn;
  readonly pids: { readonly worker: number; readonly temporal: number; readonly postgres: number };
  /** A session that no policy binds, for counting. */
  readonly superuser: pg.Client;
  /** Asks the gateway's control port. */
  tell<Answer = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer>;
  stop(): Promise<void>;
}

/**
 * @param callsPerSecond what the product believes that an account may be called; 0: as fast as it can
 * @param profileTo a folder in which the worker leaves a CPU profile when it ends
 */
export async function openRenewalStand(callsPerSecond: number, profileTo?: string): Promise<RenewalStand> {
  const folder = mkdtempSync(path.join(tmpdir(), `portico-bench-${process.pid}-`));
  chmodSync(folder, 0o755); // Postgres runs as another user when we are root
  const open: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of open.splice(0).reverse()) await end();
  };
  try {
    const postgres = await startEmbeddedPostgres({ dir: path.join(folder, 'postgres') });
    open.push(() => postgres.stop());
    await migrateAll({ ownerUrl: postgres.ownerUrl, runtimeRole });
    const temporal = await startTemporalDev({ dbFile: path.join(folder, 'temporal.db') });
    open.push(() => temporal.stop());
    const gateway = await startStandIn(findStandIns(checkoutRoot()).find(({ name }) => name === 'stripe')!, { dir: path.join(folder, 'stripe') });
    open.push(() => gateway.stop());
    const env = environmentOf(postgres.runtimeUrl, temporal, gateway, callsPerSecond);
    const core = await openCore({ config: { ...readConfig(env), logLevel: 'warn', poolSize: 4 }, processName: 'bench' });
    open.push(() => core.close());
    const worker = await startWorker(folder, env, profileTo);
    open.push(() => worker.stop());
    const superuser = new pg.Client({ connectionString: postgres.superuserUrl });
    await superuser.connect();
    open.push(() => superuser.end());
    const pids = { worker: worker.pid, temporal: temporal.pid, postgres: postgres.pid };
    return { core, gateway, pids, superuser, tell: tellTo(gateway.control), stop };
  } catch (failure) {
    await stop();
    throw failure;
  }
}

function environmentOf(runtimeUrl: string, temporal: { address: string; namespace: string }, gateway: StandIn, callsPerSecond: number) {
  const { PATH, HOME } = process.env;
  return {
    ...{ PATH, HOME, TZ: 'UTC', LANG: 'C.UTF-8', NODE_ENV: 'production', HOST: '127.0.0.1', PORTICO_LOG: 'warn', PORTICO_CLOCK: 'movable' },
    ...gateway.env,
    DATABASE_URL: runtimeUrl,
    PORTICO_SECRET: randomBytes(32).toString('base64'),
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    PORTICO_STRIPE_CALLS_PER_SECOND: String(callsPerSecond),
    PORTICO_STRIPE_CALLS_PER_ENDPOINT: '0',
  };
}

const startWorker = (folder: string, env: Readonly<Record<string, string | undefined>>, profileTo?: string): Promise<RunningPart> =>
  startProcess({
    name: 'worker',
    command: process.execPath,
    args: [...(profileTo ? ['--cpu-prof', `--cpu-prof-dir=${profileTo}`] : []), path.join(checkoutRoot(), 'apps/worker/dist/main.js')],
    cwd: path.join(checkoutRoot(), 'apps/worker'),
    env: { ...env, OPERATOR_PORT: '0' },
    logFile: path.join(folder, 'worker.log'),
    recordFile: path.join(folder, 'worker.process.json'),
    readyWithinMs: 60_000,
    ready: 'line',
    stopSignals: [
      { signal: 'SIGTERM', waitMs: 10_000 },
      { signal: 'SIGKILL', waitMs: 2_000 },
    ],
  });

const tellTo =
  (control: string): RenewalStand['tell'] =>
  async (method, asked, body) => {
    const answer = await fetch(`${control}${asked}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    if (!answer.ok) throw new Error(`${method} ${asked}: ${await answer.text()}`);
    return (await answer.json()) as never;
  };

const PIECE = 10_000;

/** Makes a business with so many subscriptions that renew at the same noon, paid by auto-pay. */
export async function openRenewingBusiness({ core, gateway, tell }: RenewalStand, slug: string, subscriptions: number): Promise<RenewingBusiness> {
  const account = slug.replaceAll('-', '_');
  const { tenant, ownerId } = await createTenant(
    core,
    NewTenant.parse({ slug, name: `Renews ${slug}`, zone: 'America/New_York', currency: 'USD', ownerEmail: `owner@${slug}.example` }),
  );
  await tell('POST', '/control/limits', { account, perSecond: null, perEndpoint: null });
  const business = { systemCtx: (pluginId: string) => core.systemContext(tenant, pluginId), ownerId };
  await business
    .systemCtx('core')
    .use(coreKey)
    .saveSettings('stripe', { publishableKey: `pk_test_${account}`, secretKey: `sk_test_${account}` });
  const owner = await actingAsOwner(business);
  const customer = await aCustomer(business, 'Renews');
  const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 4_900 });
  await letAutoPay(owner, customer, (secret) => setUpGoodCard(gateway.base, account, secret));
  // in pieces that fit into the time of a statement
  for (let made = 1; made < subscriptions; made += PIECE) await moreOfTheSame(owner, subscriptionId as Id, Math.min(PIECE, subscriptions - made));
  return { tenant, account };
}

// What the card fields do in a browser.
async function setUpGoodCard(base: string, account: string, clientSecret: string): Promise<string> {
  const headers = { authorization: `Bearer pk_test_${account}` };
  const card = new URLSearchParams({ type: 'card', 'card[number]': '4242424242424242', 'card[exp_month]': '12', 'card[exp_year]': '2034', 'card[cvc]': '123' });
  const made = (await (await fetch(`${base}/v1/payment_methods`, { method: 'POST', headers, body: card })).json()) as { id: string };
  const [setup] = clientSecret.split('_secret');
  const body = new URLSearchParams({ client_secret: clientSecret, payment_method: made.id });
  const confirmed = await fetch(`${base}/v1/setup_intents/${setup}/confirm`, { method: 'POST', headers, body });
  if (!confirmed.ok) throw new Error(await confirmed.text());
  return setup!;
}
