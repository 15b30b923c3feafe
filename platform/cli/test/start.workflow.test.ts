import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTemporal, startEmbeddedPostgres, startMailbox, startTemporalDev } from '../embedded/index.ts';
import { checkoutRoot } from '../embedded/node-program.ts';
import { describeProcess } from '../embedded/process-record.mjs';
import { standInOf, type Run } from '../start/run-file.ts';
import { asProcessEnv, type Environment } from '../embedded/environment.ts';
import { usersOfFolder } from './users-of-folder.ts';

/** The real starter, Postgres, Temporal and mailbox; web and worker are small (see the folder). */
const small = path.join(import.meta.dirname, 'small-installation/start.ts');
let folder: string;
let data: string;
let starters: ChildProcess[];
let said: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'start-test-'));
  chmodSync(folder, 0o755);
  data = path.join(folder, 'data');
  starters = [];
  said = '';
});
afterEach(async () => {
  for (const starter of starters) await end(starter, 'SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

const readRun = (): Run => JSON.parse(readFileSync(path.join(data, 'run.json'), 'utf8')) as Run;
const pidOf = (name: string): number => readRun().processes.find((one) => one.name === name)?.pid ?? 0;

async function start(options: { args?: string[]; env?: Environment; uid?: number; inShell?: boolean } = {}): Promise<{ starter: ChildProcess; run: Run }> {
  const words = [process.execPath, '--conditions=portico-source', '--import', 'tsx', small, '--data', data, '--port', '0', ...(options.args ?? [])];
  // As npm does it: a shell that stays, with the name of our script in its command line.
  const [command = '', ...args] = options.inShell ? ['sh', '-c', `${words.join(' ')}; : bootstrap.mjs`] : words;
  const starter = spawn(command, args, {
    cwd: checkoutRoot(),
    env: asProcessEnv({ PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, PORTICO_CACHE: process.env.PORTICO_CACHE, ...options.env }),
    stdio: ['ignore', 'pipe', 'pipe'],
    uid: options.uid,
    gid: options.uid,
  });
  starters.push(starter);
  for (const stream of [starter.stdout, starter.stderr]) stream!.setEncoding('utf8').on('data', (text: string) => (said += text));
  await until(
    `a ready installation: ${said}`,
    () =>
      starter.exitCode !== null ||
      (existsSync(path.join(data, 'run.json')) && readRun().state === 'ready' && (options.inShell || pidOf('starter') === starter.pid)),
  );
  if (starter.exitCode !== null) throw new Error(`The starter ended: ${said}`);
  return { starter, run: readRun() };
}

async function end(starter: ChildProcess, signal: NodeJS.Signals): Promise<number> {
  const began = performance.now();
  const gone = starter.exitCode !== null || starter.signalCode !== null ? Promise.resolve() : new Promise((resolve) => starter.once('exit', resolve));
  starter.kill(signal);
  await gone;
  return performance.now() - began;
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const limit = performance.now() + 40_000;
  while (!(await holds())) {
    if (performance.now() > limit) throw new Error(`Waited in vain for ${what}. It said:\n${said}`);
    await pause(50);
  }
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

function ask(url: string): Promise<number> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ host: hostname.endsWith('.localhost') ? '127.0.0.1' : hostname, port, path: '/readyz', headers: { host } }, (response) =>
      resolve(response.resume().statusCode ?? 0),
    )
      .once('error', reject)
      .end();
  });
}

describe('an installation that was started', () => {
  it('says in run.json, for its owner only, where everything is, and each address answers', async () => {
    const { run } = await start();
    expect(statSync(path.join(data, 'run.json')).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(data, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(run.processes.map((one) => one.name).sort()).toEqual(['mailbox', 'postgres', 'starter', 'stripe', 'temporal', 'web', 'worker']);
    expect(Object.keys(run.temporal!).sort()).toEqual(['address', 'namespace', 'ui']);
    for (const business of run.businesses) expect(await ask(business.url)).toBe(200);
    expect(await ask(`http://127.0.0.1:${run.operator}`)).toBe(200);
    expect((await fetch(`${run.mailbox!.url}/api/messages`)).status).toBe(200);
    const stripe = standInOf(run, 'stripe')!;
    expect((await fetch(`${stripe.base}/v1/customers`)).status).toBe(401);
    expect(await (await fetch(`${stripe.control}/control/requests`)).json()).toMatchObject([{ path: '/v1/customers', status: 401 }]);
    const { PORTICO_STRIPE_API_URL, PORTICO_STRIPE_JS_URL } = JSON.parse(readFileSync(path.join(data, 'environment.json'), 'utf8')) as Record<string, string>;
    expect([PORTICO_STRIPE_API_URL, PORTICO_STRIPE_JS_URL]).toEqual([stripe.base, `${stripe.base}/v3/`]);
    const metrics = await (await fetch(`http://127.0.0.1:${run.operator}/metrics`)).text();
    expect(metrics).toContain('requests_total{process="worker",kind="x"} 5');
    expect(metrics.match(/# TYPE requests_total/g)).toHaveLength(1);
    await until('no session of owner or superuser', async () => {
      const sessions = await query(run.database!.runtime, `select distinct usename from pg_stat_activity where backend_type = 'client backend'`);
      return sessions.every((one) => one.usename === 'portico_runtime');
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends within 10 s and whole when the starter alone gets %s', async (signal) => {
    const { starter, run } = await start();
    expect(await end(starter, signal)).toBeLessThan(10_000);
    expect(starter.exitCode).toBe(0);
    for (const { pid, name } of run.processes) expect([name, describeProcess(pid)]).toEqual([name, undefined]);
    expect(readFileSync(path.join(data, 'worker-ended'), 'utf8')).toBe('SIGTERM\n');
    expect(existsSync(path.join(data, 'postgres', 'postmaster.pid'))).toBe(false);
    expect(readRun()).toMatchObject({ state: 'stopping', processes: [] });
  });

  it('ends when npm, or the shell that npm put between, is told to end and passes nothing on', async () => {
    const { run } = await start({ inShell: true, env: { npm_lifecycle_event: 'start' } });
    expect(pidOf('starter')).not.toBe(starters[0]!.pid);
    await end(starters[0]!, 'SIGKILL');
    await until('everything gone', () => run.processes.every(({ pid }) => describeProcess(pid) === undefined));
    expect(readRun()).toMatchObject({ state: 'stopping', processes: [] });
  });

  it('is waited for by the next start while it ends', async () => {
    const first = await start();
    const ended = end(first.starter, 'SIGTERM');
    const second = await start();
    await ended;
    expect(pidOf('starter')).toBe(second.starter.pid);
  });

  it('ends within 10 s when the signal comes before it is ready', async () => {
    const starting = start();
    await until('a first process', () => existsSync(path.join(data, 'run.json')) && readRun().processes.length > 1);
    expect(await end(starters[0]!, 'SIGTERM')).toBeLessThan(10_000);
    await expect(starting).rejects.toThrow('The starter ended');
    expect(usersOfFolder(data)).toEqual([]);
  });

  it('keeps its ports, its sign-ins and its rows over a restart, and starts empty with --reset', async () => {
    const first = await start();
    await query(first.run.database!.runtime, `insert into kept values ('before')`);
    await end(first.starter, 'SIGTERM');
    const second = await start();
    expect(second.run.businesses).toEqual(first.run.businesses);
    const parts = ({ run }: typeof first) => [run.database, run.temporal, run.mailbox, standInOf(run, 'stripe')];
    expect(parts(second)).toEqual(parts(first));
    expect(await query(second.run.database!.runtime, 'select what from kept')).toEqual([{ what: 'before' }]);
    await end(second.starter, 'SIGTERM');
    const third = await start({ args: ['--reset'] });
    expect(await query(third.run.database!.runtime, 'select what from kept')).toEqual([]);
  });
});

describe('after a kill -9', () => {
  it('of Postgres, Temporal, mailbox, a stand-in, web or worker, the starter starts it again on its port and counts it', async () => {
    const { run } = await start();
    for (const name of ['postgres', 'temporal', 'mailbox', 'stripe', 'web', 'worker']) {
      const before = run.processes.find((one) => one.name === name)!;
      process.kill(before.pid, 'SIGKILL');
      await until(`${name} to run again`, () => {
        const now = readRun().processes.find((one) => one.name === name)!;
        return now.restarts === 1 && now.pid !== before.pid && (name === 'worker' || now.port === before.port);
      });
    }
    await until('everything ready', async () => (await ask(`http://127.0.0.1:${run.operator}`)) === 200);
    expect(usersOfFolder(data)).toEqual(['postgres', 'temporal']);
    expect(readRun().processes.map((one) => one.restarts)).toEqual([0, 1, 1, 1, 1, 1, 1]);
  });

  it('of the starter, a new start ends what it left: one Postgres, one Temporal, nothing lost', async () => {
    const first = await start();
    await query(first.run.database!.runtime, `insert into kept values ('confirmed')`);
    await end(first.starter, 'SIGKILL');
    expect(usersOfFolder(data)).toEqual(['postgres', 'temporal']);
    const second = await start({ args: ['--port', new URL(first.run.businesses[0]!.url).port] });
    expect(usersOfFolder(data)).toEqual(['postgres', 'temporal']);
    for (const { pid, name } of first.run.processes) expect([name, describeProcess(pid)]).toEqual([name, undefined]);
    expect(await query(second.run.database!.runtime, 'select what from kept')).toEqual([{ what: 'confirmed' }]);
    expect(readFileSync(path.join(data, 'logs', 'postgres.log'), 'utf8')).not.toContain('was not properly shut down');
  });

  it('of the starter and every part, a new start recovers', async () => {
    const first = await start();
    await query(first.run.database!.runtime, `insert into kept values ('confirmed')`);
    for (const { pid } of first.run.processes) process.kill(pid, 'SIGKILL');
    const second = await start();
    expect(await query(second.run.database!.runtime, 'select what from kept')).toEqual([{ what: 'confirmed' }]);
    expect(usersOfFolder(data)).toEqual(['postgres', 'temporal']);
  });
});

describe('where it is started', () => {
  it('uses given parts and starts no twin of them, and makes no demo unasked', async () => {
    const database = await startEmbeddedPostgres({ dir: path.join(folder, 'own-postgres'), ephemeral: true });
    const temporal = await startTemporalDev();
    const mailbox = await startMailbox();
    const own = { DATABASE_URL: database.runtimeUrl, DATABASE_OWNER_URL: database.ownerUrl, TEMPORAL_ADDRESS: temporal.address, SMTP_URL: mailbox.smtp };
    const env = { ...own, PORTICO_STRIPE_API_URL: 'https://api.example.test' };
    const { run, starter } = await start({ env });
    expect(run.processes.map((one) => one.name).sort()).toEqual(['starter', 'web', 'worker']);
    expect(run).toMatchObject({ businesses: [], mailbox: null, temporal: { address: temporal.address, ui: null }, database: { runtime: database.runtimeUrl } });
    expect(usersOfFolder(data)).toEqual([]);
    await end(starter, 'SIGTERM');
    await Promise.all([database.stop(), temporal.stop(), mailbox.stop()]);
  });

  it('works for an ordinary user in a folder that only they may enter', async () => {
    // Root lends the starter to another user; everyone else is an ordinary user.
    const user = process.getuid?.() === 0 ? 65534 : undefined;
    const { path: program } = (await findTemporal({ env: { ...process.env, TEMPORAL_ADDRESS: '' } })) as { path: string };
    const home = mkdtempSync(path.join(folder, 'home-'));
    if (user !== undefined) chownSync(home, user, user);
    data = path.join(home, 'data');
    const onPath = mkdtempSync(path.join(folder, 'bin-'));
    copyFileSync(program, path.join(onPath, 'temporal'));
    chmodSync(onPath, 0o755);
    const { run } = await start({ uid: user, env: { HOME: home, TMPDIR: home, PATH: `${onPath}:${process.env.PATH}` } });
    expect(statSync(path.join(data, 'postgres')).uid).toBe(user ?? process.getuid?.());
    expect(await ask(run.businesses[0]!.url)).toBe(200);
  });

  it('works in a folder that only its owner may enter, and says where the files are when they cannot lie there', async () => {
    chmodSync(folder, 0o700);
    const { run } = await start();
    expect(await ask(run.businesses[0]!.url)).toBe(200);
    const notes = said.match(/may not enter .*, so the database's files are kept in \/var\/lib\/portico\//g) ?? [];
    expect(notes).toHaveLength(process.getuid?.() === 0 ? 1 : 0);
    await end(starters[0]!, 'SIGTERM');
    if (notes.length > 0) rmSync(path.dirname(readlinkSync(path.join(data, 'postgres'))), { recursive: true });
  });
});
