import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runtimeRole, startEmbeddedPostgres, startTemporalDev, type EmbeddedPostgres, type TemporalDev } from '@portico/cli/embedded';
import { bundleWorkflows, installationRoot, migrateAll } from '@portico/core';
import { core as coreKey, sql } from '@portico/kit/server';
import { actingAsOwner, moreOfTheSame } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal } from '@portico/testing';
import pg from 'pg';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { CARDS } from '../type-card.ts';
import { holdCall } from './hold.ts';
import { until } from './kill-points.ts';
import { endAll, keepWorkerProcess } from './processes.ts';
import { aPayer, booksOf, countCharges, isQuiet, openBusiness, type Stage } from './stage.ts';

/** `npm run gate:money` asks for 25. */
const ROUNDS = Number(process.env['PORTICO_ROUNDS'] ?? 2);
/** So many renewals are due in each round. */
const DUE = 20;

// Servers of this file's own, on files, so that what was answered is there when they are back.
const folder = mkdtempSync(path.join(tmpdir(), 'portico-servers-'));
chmodSync(folder, 0o755); // Postgres runs as another user when we are root
const temporalFile = path.join(folder, 'temporal', 'state.db');
let postgres: EmbeddedPostgres = await startPostgres();
let temporal: TemporalDev = await startTemporalDev({ dbFile: temporalFile });
await migrateAll({ ownerUrl: postgres.ownerUrl, runtimeRole });

const sandbox = await startSandbox('stripe');
const servers = { superuserUrl: postgres.superuserUrl, runtimeUrl: postgres.runtimeUrl, temporal: temporal.address };
const portal = await startTestPortal({ worker: 'elsewhere', servers, environment: sandbox.env });
const everything = new URL(postgres.superuserUrl);
everything.pathname = new URL(portal.environment['DATABASE_URL']!).pathname;
const theatre = { portal, sandbox, database: everything.href };
const bundle = path.join(folder, 'workflows.js');
writeFileSync(bundle, (await bundleWorkflows(portal.core.registry, installationRoot())).code);

afterEach(endAll);
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
  await temporal.stop();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function startPostgres(port?: number): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dir: path.join(folder, 'postgres'), settings: ['max_connections=100'], ...(port ? { port } : {}) });
}

/** `kill -9` of the whole server. */
async function killServer(server: { readonly pid: number; readonly exited: Promise<string> }): Promise<void> {
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
}

/** `kill -9` of the session in which the worker does something, or did last: Postgres then throws everybody out and recovers. */
async function killSession(): Promise<void> {
  const client = new pg.Client({ connectionString: everything.href });
  client.on('error', () => undefined); // it is thrown out with the others
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and application_name like '%worker%' order by state = 'idle', state_change desc limit 1`,
  );
  expect(rows).toHaveLength(1);
  process.kill(rows[0]!.pid, 'SIGKILL');
  await client.end().catch(() => undefined); // this session has ended with the others
}

async function answers(): Promise<boolean> {
  const client = new pg.Client({ connectionString: everything.href, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false; // starting, or recovering
  } finally {
    await client.end().catch(() => undefined); // it has ended with its server
  }
}

/** Lets whatever the gateway keeps go, and keeps nothing more. */
async function letGo(): Promise<void> {
  await sandbox.tell('DELETE', '/control/faults');
  await sandbox.tell('POST', '/control/release', {});
}

/** A business with so many plans of a good card, and one of a card that the bank declines. */
async function aBusinessThatIsDue(account: string): Promise<Stage> {
  const stage = await openBusiness(theatre, account, 9);
  const { subscriptionId } = await aPayer(stage, 'Good');
  await moreOfTheSame(await actingAsOwner(stage.business), subscriptionId, DUE - 1);
  await aPayer(stage, 'Has no money', CARDS.declinesLater);
  return stage;
}

interface Wanted {
  readonly paid: number;
  readonly unpaid: number;
  /** Charges that were tried and declined. */
  readonly tries: number;
}

/** Exactly one charge for each invoice of a good card; gateway and ledger agree; and everybody is told once, of a payment and of each try that failed. */
async function demandOnce(stage: Stage, about: object, { paid, unpaid, tries }: Wanted): Promise<void> {
  const owner = await actingAsOwner(stage.business);
  const toldOfFailures = async (): Promise<number> =>
    (await owner.inTenant((tx) =>
      tx.row<{ times: number }>(sql`select count(*)::int as times from portico.mails where template in ('payment-failed', 'payment-given-up')`),
    ))!.times;
  await until('the customer whose card failed to be told', async () => (await toldOfFailures()) >= tries);
  await until('the tries', async () => (await countCharges(sandbox, stage.account)) >= paid + tries);
  const found = { ...(await booksOf(stage)), failed: (await countCharges(sandbox, stage.account)) - paid, toldOfFailures: await toldOfFailures() };
  const wanted = {
    chargedOnce: paid,
    chargedElse: unpaid,
    atGateway: 10_000 * paid,
    inLedger: 10_000 * paid,
    toldElse: 0,
    failed: tries,
    toldOfFailures: tries,
  };
  expect({ ...about, ...found }).toEqual({ ...about, ...wanted });
}

const COMES_BACK = { timeout: 120_000 + ROUNDS * 120_000 };

describe('Postgres is killed while money moves', () => {
  it(`each invoice is charged once and booked once, server and session killed, ${ROUNDS} rounds (M2)`, COMES_BACK, async () => {
    const worker = await keepWorkerProcess(portal.environment, bundle);
    for (let round = 1; round <= ROUNDS; round += 1) {
      const stage = await aBusinessThatIsDue(`database${round}`);
      // the gateway keeps some of the calls, half of the rounds before the money has moved and half after
      const held = await holdCall(sandbox, stage.account, round % 2 ? 'after-commit' : 'before-commit', undefined, 5);
      await stage.business.advance('P31D');
      await until('charges in flight', () => held.isInFlight());
      const session = round % 4 === 2 || round % 4 === 3;
      if (session) await killSession();
      else await killServer(postgres);
      // the gateway answers while nobody can write it down
      await letGo();
      const since = performance.now();
      if (!session) postgres = await startPostgres(postgres.port);
      await until('Postgres to answer', answers);
      expect(performance.now() - since, 'recovers within 60 s').toBeLessThan(60_000);
      await until(`rest after round ${round}`, () => isQuiet(stage).catch(() => false), 120_000);
      await demandOnce(stage, { round, session }, { paid: DUE, unpaid: 1, tries: 1 });
    }
    await worker.kill();
  });
});

describe('Temporal is killed while money moves', () => {
  it(`each invoice is charged once and booked once, ${ROUNDS} rounds (M3)`, COMES_BACK, async () => {
    const worker = await keepWorkerProcess(portal.environment, bundle);
    for (let round = 1; round <= ROUNDS; round += 1) {
      const stage = await aBusinessThatIsDue(`temporal${round}`);
      const held = await holdCall(sandbox, stage.account, round % 2 ? 'after-commit' : 'before-commit', undefined, 5);
      await stage.business.advance('P31D');
      await until('charges in flight', () => held.isInFlight());
      await killServer(temporal);
      await letGo();
      temporal = await startTemporalDev({ dbFile: temporalFile, port: temporal.port });
      await until(`rest after round ${round}`, () => isQuiet(stage), 120_000);
      await demandOnce(stage, { round }, { paid: DUE, unpaid: 1, tries: 1 });
    }
    await worker.kill();
  });

  it('comes back with an older copy of its database: nothing is charged or told again, and what it has forgotten goes on (M3)', COMES_BACK, async () => {
    const stage = await aBusinessThatIsDue('restored');
    const collections = { lastRule: 'keep', retryDays: '2, 40' };
    await stage.business.systemCtx('core').use(coreKey).saveSettings('billing', collections);
    const rest = async (month: number): Promise<void> => {
      await until(`rest in month ${month}`, () => isQuiet(stage), 120_000);
      await demandOnce(stage, { month }, { paid: DUE * month, unpaid: month, tries: TRIES[month - 1]! });
    };
    const early = await keepWorkerProcess(portal.environment, bundle);
    await stage.business.advance('P31D');
    await rest(1);
    await early.kill();
    const restore = await copyTemporal();

    const worker = await keepWorkerProcess(portal.environment, bundle);
    await stage.business.advance('P31D'); // a collection begins of which the copy knows nothing
    await rest(2);
    const held = await holdCall(sandbox, stage.account, 'after-commit', undefined, 5);
    await stage.business.advance('P31D');
    await until('charges in flight', () => held.isInFlight());
    await Promise.all([killServer(temporal), worker.kill()]);
    await letGo();
    await restore();
    const again = await keepWorkerProcess(portal.environment, bundle);
    await rest(3);
    await again.kill();
  });
});

/** Tries of the card without money by the end of each month: the invoice of the month, and the retries of those before. */
const TRIES = [1, 3, 6];

/** Copies Temporal's files while it stands still; answers what brings the copy back after a kill. */
async function copyTemporal(): Promise<() => Promise<void>> {
  const live = path.dirname(temporalFile);
  const copy = path.join(folder, 'copy');
  const again = async (): Promise<void> => {
    temporal = await startTemporalDev({ dbFile: temporalFile, port: temporal.port });
  };
  await temporal.stop();
  cpSync(live, copy, { recursive: true });
  await again();
  return async () => {
    rmSync(live, { recursive: true });
    cpSync(copy, live, { recursive: true });
    await again();
  };
}
