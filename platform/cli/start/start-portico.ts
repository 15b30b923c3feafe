import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../embedded/running-part.ts';
import { dataFiles, endLeftProcesses, keepPorts, keptDemo, keptPorts, prepareDataFolder, resetDataFolder } from './data-folder.ts';
import { answerOf, listenForOperator } from './operator.ts';
import {
  childEnvironment,
  provideDatabase,
  provideMail,
  provideStandIns,
  provideTemporal,
  startWeb,
  startWorker,
  type Addresses,
  type Start,
} from './parts.ts';
import type { Programs } from './programs.ts';
import { RunFile, standInOf, type Run, type RunBusiness, type RunStandIn } from './run-file.ts';
import { runOnce } from './run-once.ts';
import { keepSecrets, writeJson } from './secrets.ts';
import type { Settings } from './settings.mjs';
import type { StandIn } from '../embedded/index.ts';
import { Steps } from './steps.ts';
import { Supervisor } from './supervisor.ts';

export interface RunningInstallation {
  run: Readonly<Run>;
  /** Applies migrations that are new. */
  migrate(): Promise<void>;
  /** Ends web and worker and starts them again from what is built by now. */
  replaceChildren(): Promise<void>;
  /** Ends everything, in order: web and worker, Temporal, mailbox, Postgres. */
  stop(): Promise<void>;
}

/**
 * Starts an installation on a data folder that this process has locked, and keeps it running until `stop()`.
 * What can be done side by side is. When something fails, or `signal` is aborted, all that was started is ended first.
 * @throws Error whose message is for a person
 */
export async function startPortico(settings: Settings, programs: Programs, say: (line: string) => void, signal: AbortSignal): Promise<RunningInstallation> {
  const steps = new Steps(say);
  await endLeftProcesses(settings.data);
  if (settings.reset) await steps.run('Emptying the data folder', 'The data folder is empty', () => resetDataFolder(settings.data));
  prepareDataFolder(settings.data);
  const runFile = new RunFile(settings.data);
  const over = new AbortController();
  const eitherSignal = AbortSignal.any([signal, over.signal]);
  const supervisor = new Supervisor({ log: steps.note, signal: eitherSignal, changed: () => runFile.set({ processes: processes() }) });
  const processes = () => [{ name: 'starter', pid: process.pid, port: runFile.run.operator, restarts: 0 }, ...supervisor.list()];
  const ports = keptPorts(settings.data);
  ports.web = settings.port || (await freePort(ports.web));
  const start: Start = { settings, programs, secrets: keepSecrets(settings.data), ports, steps, supervisor, signal: eitherSignal };
  const operator = await openOperatorPort(start, runFile);

  const stop = async () => {
    runFile.set({ state: 'stopping' });
    over.abort();
    await supervisor.stop('web', 'worker');
    await supervisor.stop('temporal');
    await supervisor.stop('mailbox', ...programs.standIns.map(({ name }) => name));
    await supervisor.stop('postgres');
    operator.close();
    runFile.set({ processes: [] });
  };
  try {
    const { database } = await startEverything(start, runFile, over);
    runFile.set({ state: 'ready' });
    return { run: runFile.run, migrate: () => migrate(start, database), replaceChildren: () => supervisor.replace('web', 'worker'), stop };
  } catch (failure) {
    await stop();
    signal.throwIfAborted();
    throw failure;
  }
}

/** The order of a start: each step waits for exactly what it needs. The first failure ends the others. */
async function startEverything(start: Start, runFile: RunFile, over: AbortController): Promise<Addresses> {
  const { settings, programs, steps, signal } = start;
  const packages = steps.run('Building the packages', 'The packages are built', () => programs.build.packages(signal)).then(warnOf(steps));
  const apps = packages.then(() => steps.run('Building web and worker', 'Web and worker are built', () => programs.build.apps(signal))).then(warnOf(steps));
  const database = provideDatabase(start);
  const temporal = provideTemporal(start);
  const mail = packages.then(() => provideMail(start));
  const standIns = packages.then(() => provideStandIns(start));
  const migrated = Promise.all([packages, database]).then(([, at]) => migrate(start, at));
  const addresses = Promise.all([database, temporal, mail, standIns]).then(
    ([one, two, three, four]): Addresses => ({ database: one, temporal: two, smtp: three.smtp, standIns: Object.assign({}, ...four.map(({ env }) => env)) }),
  );
  const businesses = Promise.all([addresses, migrated]).then(([at]) => provideDemo(start, at));
  const written = Promise.all([addresses, mail, standIns, businesses]).then(([at, mailbox, others, made]) => {
    keepPorts(settings.data, start.ports);
    const { runtimeUrl: runtime, ownerUrl: owner } = at.database;
    runFile.set(
      {
        businesses: made,
        database: { runtime, owner },
        temporal: at.temporal,
        mailbox: mailbox.url ? { url: mailbox.url, smtp: mailbox.smtp } : null,
      },
      told(others),
    );
  });
  const running = Promise.all([addresses, written, apps]).then(([at]) => {
    const env = childEnvironment(start, at);
    writeJson(dataFiles(settings.data).environment, env); // for `npx portico`
    return Promise.all([startWeb(start, env), startWorker(start, env)]);
  });
  const answering = Promise.all([businesses, running]).then(([made]) =>
    steps.run('Waiting until every part says that it is ready', 'Every part is ready', () => untilReady(start, made)),
  );
  const all = [packages, apps, database, temporal, mail, standIns, migrated, businesses, written, running, answering];
  try {
    await Promise.all(all);
    keepPorts(settings.data, start.ports);
    return await addresses;
  } catch (failure) {
    over.abort();
    await Promise.allSettled(all); // what was under way has ended what it had begun
    throw failure;
  }
}

/** What `run.json` says of the stand-ins. */
function told(running: StandIn[]): Record<string, RunStandIn> {
  const named = running.map(({ name, base, control }) => [name, { base, control }] as const);
  return Object.fromEntries(named);
}

function warnOf(steps: Steps): (sentences: string[]) => void {
  return (sentences) => sentences.forEach((sentence) => steps.note(sentence));
}

interface Migrated {
  applied: string[];
  failed: { plugin: string; because: string }[];
}

async function migrate(start: Start, database: Addresses['database']): Promise<void> {
  const { PATH, HOME } = start.settings.env;
  const env = { PATH, HOME, TZ: 'UTC', NODE_ENV: 'production', DATABASE_OWNER_URL: database.ownerUrl, DATABASE_URL: database.runtimeUrl };
  const said = ({ applied }: Migrated) => (applied.length ? `The database is migrated (${applied.length} applied)` : 'The database is up to date');
  const { failed } = await start.steps.run('Migrating the database', said, async () => {
    const output = await runOnce('Migrating', start.programs.migrate, env, start.signal);
    return { applied: [], failed: [], ...(JSON.parse(output.trim().split('\n').at(-1) ?? '{}') as Partial<Migrated>) };
  });
  for (const { plugin, because } of failed) start.steps.note(`The plugin ${plugin} is set aside: its migrations failed (${because}).`);
}

/** The businesses of the demo: made the first time, read again after. Empty without a demo. */
async function provideDemo(start: Start, addresses: Addresses): Promise<RunBusiness[]> {
  const { settings, ports } = start;
  const address = { baseDomain: settings.baseDomain, port: settings.publicPort ?? ports.web };
  const kept = keptDemo(settings.data, address);
  if (kept || !settings.demo) return kept ?? [];
  const env = childEnvironment(start, addresses);
  await start.steps.run('Making the demo', 'The demo is made', () => runOnce('Making the demo', start.programs.seedDemo, env, start.signal));
  return keptDemo(settings.data, address) ?? [];
}

/** Ready is what a visitor sees: each business's own address says so. Without a business, web's operator port is asked. */
async function untilReady(start: Start, businesses: RunBusiness[]): Promise<void> {
  const { ports, signal, settings } = start;
  const until = performance.now() + 60_000;
  const waiting = new Set(businesses.length ? businesses.map((one) => `${one.slug}.${settings.baseDomain}`) : ['']);
  let last = '';
  while (waiting.size > 0) {
    for (const host of waiting) {
      const answer = host ? await askBusiness(host, ports.web) : await askOperator(ports.webOperator);
      last = `${host || 'web'}: ${answer.status} ${answer.body}`;
      if (answer.status === 200) waiting.delete(host);
    }
    if (waiting.size === 0) return;
    if (performance.now() > until) throw new Error(`Not every part was ready within a minute (${last.slice(0, 500)}).`);
    await pause(200, undefined, { signal });
  }
}

/** Node does not look up `*.localhost`, so the address is 127.0.0.1 and the business is told by the Host header. */
function askBusiness(host: string, port: number): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path: '/readyz', headers: { host: `${host}:${port}` }, timeout: 5_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.once('timeout', () => asked.destroy(new Error('no answer within 5 s')));
    asked.once('error', (failure) => resolve({ status: 0, body: failure.message }));
    asked.end();
  });
}

async function askOperator(port: number): Promise<{ status: number; body: string }> {
  const response = await answerOf(`http://127.0.0.1:${port}/readyz`);
  return { status: response?.status ?? 0, body: response ? await response.text() : 'no answer' };
}

async function openOperatorPort(start: Start, runFile: RunFile): Promise<{ close(): void }> {
  const { supervisor, ports, settings } = start;
  const portOf = (name: string) => supervisor.list().find((one) => one.name === name)?.port ?? 0;
  const says = (url: () => string) => async () => (await answerOf(url()))?.ok ?? false;
  const operator = await listenForOperator({
    port: await freePort(ports.operator),
    state: () => runFile.run.state,
    parts: () => ({
      database: () => databaseAnswers(runFile.run.database?.runtime),
      ...(settings.temporal ? {} : { temporal: async () => supervisor.isUp('temporal') }),
      ...(settings.smtpUrl ? {} : { mailbox: says(() => `${runFile.run.mailbox?.url}/readyz`) }),
      ...Object.fromEntries(standInNames(start).map((name) => [name, says(() => `${standInOf(runFile.run, name)?.control}/readyz`)] as const)),
      web: says(() => `http://127.0.0.1:${ports.webOperator}/readyz`),
      worker: says(() => `http://127.0.0.1:${portOf('worker')}/readyz`),
    }),
    metricPorts: () =>
      Object.fromEntries(
        [
          ['web', supervisor.isUp('web') ? ports.webOperator : 0],
          ['worker', portOf('worker')],
        ].filter(([, port]) => port !== 0),
      ) as Record<string, number>,
    restarts: () => Object.fromEntries(supervisor.list().map(({ name, restarts }) => [name, restarts])),
  });
  ports.operator = operator.port;
  runFile.set({ operator: operator.port, processes: [{ name: 'starter', pid: process.pid, port: operator.port, restarts: 0 }] });
  return operator;
}

/** The stand-ins that run here; those of the operator's own services do not. */
const standInNames = ({ supervisor, programs }: Start): string[] => programs.standIns.map(({ name }) => name).filter((name) => supervisor.isKnown(name));

async function databaseAnswers(url: string | undefined): Promise<boolean> {
  if (!url) return false;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false; // whatever the reason, it does not answer
  } finally {
    await client.end();
  }
}
