import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleWorkflows, installationRoot } from '@portico/core';
import { actingAsOwner, moreOfTheSame } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal } from '@portico/testing';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { holdCall, type Held } from './hold.ts';
import { KILL_POINTS, until } from './kill-points.ts';
import { endAll, startWebProcess, startWorkerProcess } from './processes.ts';
import { aPayer, booksOf, countCharges, isQuiet, openBusiness, openStage, type Stage } from './stage.ts';

/** `npm run gate:money` asks for 25. */
const ROUNDS = Number(process.env['PORTICO_ROUNDS'] ?? 3);

const sandbox = await startSandbox('stripe');
// each kill takes a month of the business's time, and the mails of all of them are counted
const portal = await startTestPortal({ worker: 'elsewhere', environment: { ...sandbox.env, PORTICO_KEEP_DAYS: '36500' } });
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

const theatre = { portal, sandbox, database: everything.href };

describe('processes that are killed while money moves', () => {
  it('of two workers one after the other is killed, and a thousand renewals are a thousand charges (line 9)', { timeout: 300_000 }, async () => {
    // as fast as they come: how fast an account may be called is looked at elsewhere
    const environment = { ...portal.environment, PORTICO_STRIPE_CALLS_PER_SECOND: '0', PORTICO_STRIPE_CALLS_PER_ENDPOINT: '0' };
    const stage = await openBusiness(theatre, 'thousand', 9);
    const owner = await actingAsOwner(stage.business);
    const { subscriptionId } = await aPayer(stage, 'A thousand plans');
    await moreOfTheSame(owner, subscriptionId, 999);
    const [first, second] = await Promise.all([startWorkerProcess(environment, bundle), startWorkerProcess(environment, bundle)]);
    // slow enough that there is something left to do when a worker dies
    const slow = { match: { path: '/v1/payment_intents', method: 'POST' }, at: 'before-commit', do: 'delay', ms: 100, times: 100_000 };
    await sandbox.tell('POST', '/control/faults', slow);
    await stage.business.advance('P31D');
    const chargedMore = async (than: number) => (await countCharges(sandbox, 'thousand')) > than;
    await until('a hundred charges', () => chargedMore(100));
    await first.kill();
    const atKill = await countCharges(sandbox, 'thousand');
    const third = await startWorkerProcess(environment, bundle);
    await until('a hundred more', () => chargedMore(atKill + 100));
    await second.kill();
    expect(await countCharges(sandbox, 'thousand')).toBeLessThan(1_000);
    await sandbox.tell('DELETE', '/control/faults');
    await until('all of them', () => isQuiet(stage));
    const books = await booksOf(stage);
    expect(books).toMatchObject({ chargedOnce: 1_000, chargedElse: 0, atGateway: 10_000_000, inLedger: 10_000_000, toldElse: 0 });
    await third.kill();
  });

  it('a gateway that answers nobody at one business delays no other (line 9)', { timeout: 240_000 }, async () => {
    const [hangs, goes] = [await openStage(theatre, 'hangs', 9), await openStage(theatre, 'goes', 9)];
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
    expect(await booksOf(hangs)).toMatchObject({ chargedElse: 0, toldElse: 0 });
    await worker.kill();
  });

  it(`charge each invoice once, book it once, and tell of it once: eight points, ${ROUNDS} kills at each (M1, line 12)`, {
    timeout: 120_000 + ROUNDS * 150_000,
  }, async () => {
    let web = await startWebProcess(portal.environment);
    let worker = await startWorkerProcess(portal.environment, bundle);
    const { port } = web.told;
    const stages: Stage[] = [];
    for (const at of KILL_POINTS.keys()) stages.push(await openStage(theatre, `kill${at}`, port));
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
          toldElse: 0,
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
