import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Id, Instant } from '@portico/kit';
import { core as coreKey, sql } from '@portico/kit/server';
import { createTenant, NewTenant, switchPlugin, workflowIdOf } from '@portico/core';
import { recordHistory, startTestPortal, type TestBusiness } from '@portico/testing';
import { bring, grinding, mill, miller, sacksOf } from './mill/mill.ts';
import { HISTORIES } from './mill/histories.ts';
import { openMill } from './mill/open-mill.ts';

const portal = await startTestPortal({ plugins: [], loaded: [mill], worker: true });
afterAll(() => portal.close());
await openMill(portal);
let worker = portal.worker!;

async function until(what: () => Promise<boolean> | boolean, seconds = 20): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  while (!(await what())) {
    if (performance.now() > end) throw new Error(`it did not happen within ${seconds} s`);
    await pause(50);
  }
}

interface ClockRow {
  readonly id: Id;
  readonly state: string;
  readonly next_at: Instant | null;
  readonly stuck_because: string | null;
  readonly outcome: string | null;
}
const ctxOf = (business: TestBusiness) => business.systemCtx('mill');
/** The clock's rows, the newest first. */
const clocksOf = (business: TestBusiness): Promise<ClockRow[]> =>
  ctxOf(business).inTenant((tx) =>
    tx.rows<ClockRow>(
      sql`select id, state, next_at, stuck_because, outcome from portico.processes where kind = 'mill.grinding' and subject = ${business.tenant.id} order by started_at desc, id desc`,
    ),
  );
const clockOf = async (business: TestBusiness): Promise<ClockRow> => (await clocksOf(business))[0]!;
const statusOf = async (business: TestBusiness, id: Id) =>
  (await worker.temporal.workflow.getHandle(workflowIdOf(business.tenant.id, 'mill.grinding', id)).describe()).status.name;
const allGround = (business: TestBusiness) => async (): Promise<boolean> => {
  const { all, ground } = await sacksOf(ctxOf(business));
  return all > 0 && all === ground;
};
/** The clock has looked, and sleeps. */
const sleeps = async (business: TestBusiness): Promise<void> => {
  await until(async () => (await statusOf(business, (await clockOf(business)).id).catch(() => '')) === 'RUNNING');
  await until(async () => (await detailsOf(business)).startsWith('Asleep'));
};
const detailsOf = async (business: TestBusiness): Promise<string> => {
  const { id } = await clockOf(business);
  return (await summariesOf(business, id)).at(-1) ?? '';
};
async function summariesOf(business: TestBusiness, id: Id): Promise<string[]> {
  const { events } = await worker.temporal.workflow.getHandle(workflowIdOf(business.tenant.id, 'mill.grinding', id)).fetchHistory();
  return (events ?? []).flatMap(({ userMetadata }) =>
    userMetadata?.summary?.data ? [JSON.parse(Buffer.from(userMetadata.summary.data).toString()) as string] : [],
  );
}

const record = (business: TestBusiness, id: Id, outcome: string): Promise<void> =>
  recordHistory(worker.temporal, { id: workflowIdOf(business.tenant.id, 'mill.grinding', id) }, HISTORIES, outcome);

describe('a clock on a real Temporal server', () => {
  it('lives from the first moment of a business, and says when something is due', async () => {
    const valley = await portal.business('valley');
    expect(await clocksOf(valley)).toHaveLength(1);
    await bring(ctxOf(valley), 3, { hours: 48 });
    const { at } = (await ctxOf(valley).inTenant((tx) => tx.row<{ at: Instant }>(sql`select min(due_at) as at from mill.sacks`)))!;
    await until(async () => (await clockOf(valley)).next_at === at);
  });

  it('works what is due at once, batch after batch, each row once', async () => {
    const brook = await portal.business('brook');
    await bring(ctxOf(brook), 50);
    await until(allGround(brook));
    expect(await sacksOf(ctxOf(brook))).toEqual({ all: 50, ground: 50, most: 1 });
    expect(miller.opened.filter((slug) => slug === 'brook').length).toBe(3);
    await sleeps(brook);
    await record(brook, (await clockOf(brook)).id, 'works-then-sleeps');
  });

  it('wakes when the business clock is moved, and not before', async () => {
    const creek = await portal.business('creek');
    await bring(ctxOf(creek), 5, { hours: 30 });
    await sleeps(creek);
    await creek.advance('PT29H');
    await pause(700);
    expect((await sacksOf(ctxOf(creek))).ground).toBe(0);
    await creek.advance('PT1H');
    await until(allGround(creek));
    await sleeps(creek);
    await record(creek, (await clockOf(creek)).id, 'wakes-when-due');
  });

  it('loses no nudge of many', async () => {
    const ford = await portal.business('ford');
    for (let round = 0; round < 10; round += 1) {
      await bring(ctxOf(ford), 1);
      await pause(round * 15);
    }
    await until(allGround(ford));
    expect((await sacksOf(ctxOf(ford))).most).toBe(1);
  });

  it('loses no nudge that comes while it looks, and has read already that nothing is due', async () => {
    const beck = await portal.business('beck');
    await bring(ctxOf(beck), 1, { hours: 40 });
    await sleeps(beck);
    // longer than Temporal lets a look go on without telling the workflow what has come meanwhile
    miller.lookMs = 8_700;
    await ctxOf(beck).inTenant((tx) => tx.nudge(grinding));
    await pause(1_500);
    miller.lookMs = 0;
    await bring(ctxOf(beck), 1);
    await until(async () => (await sacksOf(ctxOf(beck))).ground === 1, 25);
  });

  it('carries ids only, is fair by business, stands behind what people wait for, and speaks in sentences', async () => {
    const pool = await portal.business('pool');
    await bring(ctxOf(pool), 1, { hours: 5 });
    await sleeps(pool);
    const { id } = await clockOf(pool);
    const { events } = await worker.temporal.workflow.getHandle(workflowIdOf(pool.tenant.id, 'mill.grinding', id)).fetchHistory();
    const started = events![0]!.workflowExecutionStartedEventAttributes!;
    expect(JSON.parse(Buffer.from(started.input!.payloads![0]!.data!).toString())).toEqual({ tenantId: pool.tenant.id, processId: id });
    expect([started.priority?.fairnessKey, started.priority?.priorityKey, started.workflowType?.name]).toEqual([pool.tenant.id, 4, 'mill.grinding']);
    expect(await summariesOf(pool, id)).toEqual(
      expect.arrayContaining(['Grinding of sacks · pool', expect.stringMatching(/^Asleep until \w+ \d+, \d{4}, \d+:\d\d/)]),
    );
  });
});

describe('a clock with much to do', () => {
  it('leaves its history behind before it grows long, and stays whose it was', async () => {
    const lake = await portal.business('lake');
    const { id } = await clockOf(lake);
    const workflowId = workflowIdOf(lake.tenant.id, 'mill.grinding', id);
    await until(async () => (await statusOf(lake, id).catch(() => '')) === 'RUNNING');
    const { runId } = await worker.temporal.workflow.getHandle(workflowId).describe();
    miller.atOnce = 1;
    await bring(ctxOf(lake), 90);
    await until(allGround(lake), 50);
    miller.atOnce = 20;
    expect((await worker.temporal.workflow.getHandle(workflowId, runId).describe()).status.name).toBe('CONTINUED_AS_NEW');
    const { events } = await worker.temporal.workflow.getHandle(workflowId).fetchHistory();
    expect(events![0]!.workflowExecutionStartedEventAttributes!.priority).toMatchObject({ fairnessKey: lake.tenant.id, priorityKey: 4 });
    expect(await sacksOf(ctxOf(lake))).toEqual({ all: 90, ground: 90, most: 1 });
    expect((await clockOf(lake)).state).toBe('live');
  });
});

describe('a clock of a plugin that is switched off', () => {
  it('ends, and begins anew when the plugin is on again: what fell due meanwhile is worked then', async () => {
    const marsh = await portal.business('marsh');
    await bring(ctxOf(marsh), 4, { hours: 24 });
    await sleeps(marsh);
    const before = await clockOf(marsh);
    await switchPlugin(marsh.systemCtx('core'), 'mill', false);
    expect(await clockOf(marsh)).toMatchObject({ state: 'ended', outcome: 'switched-off' });
    await until(async () => (await statusOf(marsh, before.id)) === 'COMPLETED');
    await record(marsh, before.id, 'switched-off');
    await marsh.advance('P2D');
    await pause(500);
    expect((await sacksOf(ctxOf(marsh))).ground).toBe(0);
    await switchPlugin(marsh.systemCtx('core'), 'mill', true);
    await until(allGround(marsh));
    expect((await clocksOf(marsh)).map(({ state }) => state)).toEqual(['live', 'ended']);
    await switchPlugin(marsh.systemCtx('core'), 'mill', true);
    expect(await clocksOf(marsh)).toHaveLength(2);
  });

  it('that has no row, as after a new version brought it, is given one by the reconciler', async () => {
    const reed = await portal.business('reed');
    await ctxOf(reed).inTenant((tx) => tx.run(sql`delete from portico.processes`));
    await bring(ctxOf(reed), 1);
    await ctxOf(reed).inTenant((tx) =>
      tx.run(sql`update portico.due_work set not_before = now() - interval '1 second', lease = null where kind = 'reconcile'`),
    );
    await until(allGround(reed));
  });
});

describe('a clock whose plugin goes wrong', () => {
  it.each(['throws', 'cannot-say', 'talks-nonsense'] as const)(
    'and %s is told so after three tries, goes on when it is well, and delays no other business',
    async (mood) => {
      const sick = await portal.business(`sick-${mood}`);
      const well = await portal.business(`well-${mood}`);
      miller.moods.set(`sick-${mood}`, mood);
      await bring(ctxOf(sick), 2);
      await until(async () => /failed [3-9] times and is tried again$/.test((await clockOf(sick)).stuck_because ?? ''));
      await bring(ctxOf(well), 2);
      await until(allGround(well), 5);
      expect(await sick.failuresOf('mill')).toBeGreaterThan(0);
      expect(await well.failuresOf('mill')).toBe(0);
      miller.moods.delete(`sick-${mood}`);
      await until(allGround(sick), 40);
      await until(async () => (await clockOf(sick)).stuck_because === null);
    },
  );

  it.each([
    ['opens-nothing', 'rows are due, and it opens no batch for them'],
    ['never-finishes', 'was worked 3 times and is not finished'],
  ] as const)('and %s stops at a bound, with an alert; staff wake it', async (mood, because) => {
    const round = await portal.business(`round-${mood}`);
    miller.moods.set(`round-${mood}`, mood);
    await bring(ctxOf(round), 2);
    await until(async () => (await clockOf(round)).state === 'stuck');
    expect((await clockOf(round)).stuck_because).toContain(because);
    expect(await portal.core.metrics()).toMatch(/portico_processes_stuck_total\{kind="mill.grinding"\} [1-9]/);
    const tried = miller.opened.length;
    await ctxOf(round).inTenant((tx) => tx.nudge(grinding)); // as any write of the business does
    await pause(700);
    expect(miller.opened.length).toBe(tried);
    miller.moods.delete(`round-${mood}`);
    await round
      .systemCtx('core')
      .use(coreKey)
      .wakeProcess((await clockOf(round)).id);
    await until(allGround(round));
    expect((await clockOf(round)).state).toBe('live');
  });
});

describe('two workers, of which one is killed in the middle of a batch', () => {
  it('work each row once, and go on within 30 seconds', async () => {
    const flood = await portal.business('flood');
    await worker.stop();
    const victim = await startVictim();
    await bring(ctxOf(flood), 60);
    await until(async () => (await sacksOf(ctxOf(flood))).ground > 5, 30);
    worker = await portal.startWorker();
    const atKill = (await sacksOf(ctxOf(flood))).ground;
    victim.kill('SIGKILL');
    victims.delete(victim);
    expect(atKill).toBeLessThan(60);
    await pause(300); // a transaction that had reached Postgres may still commit
    const left = (await sacksOf(ctxOf(flood))).ground;
    await until(async () => (await sacksOf(ctxOf(flood))).ground > left, 30);
    await until(allGround(flood), 30);
    expect(await sacksOf(ctxOf(flood))).toEqual({ all: 60, ground: 60, most: 1 });
  }, 120_000);
});

const victims = new Set<ChildProcess>();
afterAll(() => victims.forEach((one) => void one.kill('SIGKILL')));

async function startVictim() {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const file = fileURLToPath(new URL('./mill/mill-worker.ts', import.meta.url));
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--conditions=portico-source', '--import', tsx, file], {
    env: { PATH, HOME, NODE_ENV: 'test', ...portal.environment, MILL_SACK_MS: '150' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  victims.add(child);
  await once(child.stdout, 'data');
  return child;
}

it('a business that is begun twice has one clock', async () => {
  const { tenant } = await createTenant(
    portal.core,
    NewTenant.parse({ slug: 'twice', name: 'Twice', zone: 'UTC', currency: 'USD', ownerEmail: 'o@twice.example', ownerPassword: 'owner of twice' }),
  );
  const rows = await portal.core.systemContext(tenant, 'mill').inTenant((tx) => tx.rows(sql`select id from portico.processes`));
  expect(rows).toHaveLength(1);
});
