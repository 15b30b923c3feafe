import path from 'node:path';
import { freePort, startEmbeddedPostgres, startMailbox, startProcess, startStandIn, startTemporalDev, findTemporal } from '../embedded/index.ts';
import type { StandIn, StandInApp } from '../embedded/index.ts';
import { dataFiles, type Ports } from './data-folder.ts';
import type { NodeProgram, Programs } from './programs.ts';
import type { Secrets } from './secrets.ts';
import type { Settings } from './settings.mjs';
import type { Steps } from './steps.ts';
import type { Supervisor } from './supervisor.ts';
import type { Environment } from '../embedded/environment.ts';

/** What every part of a start needs to know. */
export interface Start {
  settings: Settings;
  programs: Programs;
  secrets: Secrets;
  /** Ports as they are found out; kept for the next start. */
  ports: Ports;
  steps: Steps;
  supervisor: Supervisor;
  signal: AbortSignal;
}

/** Where the parts are that web and worker talk to. */
export interface Addresses {
  database: { runtimeUrl: string; ownerUrl: string };
  temporal: { address: string; namespace: string; ui: string | null };
  smtp: string;
  /** Variables that say where the stand-ins are. */
  standIns: Environment;
}

/** The database: the given one, or the embedded Postgres under supervision. */
export async function provideDatabase(start: Start): Promise<Addresses['database']> {
  const { settings, ports, secrets, signal, steps } = start;
  if (settings.database) return settings.database;
  const files = dataFiles(settings.data);
  const said = new Set<string>();
  const log = (line: string) => void (said.has(line) || (said.add(line) && steps.note(line)));
  return steps.run('Starting Postgres', 'Postgres is up', () =>
    start.supervisor.add('postgres', async () => {
      const server = await startEmbeddedPostgres({
        dir: files.postgres,
        port: ports.postgres,
        passwords: secrets.database,
        logFile: files.log('postgres'),
        log,
        signal,
      });
      ports.postgres = server.port;
      return server;
    }),
  );
}

/** Temporal: the given server, or a development server with its state in a file, under supervision. */
export async function provideTemporal(start: Start): Promise<Addresses['temporal']> {
  const { settings, ports, signal, steps } = start;
  if (settings.temporal) return { ...settings.temporal, ui: null };
  const files = dataFiles(settings.data);
  return steps.run('Looking for Temporal and starting it', 'Temporal is up', async () => {
    const source = await findTemporal({ env: settings.env, log: steps.note, signal });
    if (source.kind === 'address') throw new Error('TEMPORAL_ADDRESS is read by the settings.');
    const { address, namespace, ui } = await start.supervisor.add('temporal', async () => {
      const server = await startTemporalDev({
        program: source.path,
        dbFile: files.temporal,
        port: ports.temporal,
        uiPort: ports.temporalUi,
        logFile: files.log('temporal'),
        signal,
      });
      ports.temporal = server.port;
      ports.temporalUi = Number(new URL(server.ui).port);
      return server;
    });
    return { address, namespace, ui };
  });
}

/** Mail: the given server, or the mailbox under supervision. `url` is the mailbox's page. */
export async function provideMail(start: Start): Promise<{ smtp: string; url: string | null }> {
  const { settings, ports, signal, steps } = start;
  if (settings.smtpUrl) return { smtp: settings.smtpUrl, url: null };
  const files = dataFiles(settings.data);
  return steps.run('Starting the mailbox', 'The mailbox is up', () =>
    start.supervisor.add('mailbox', async () => {
      const mailbox = await startMailbox({ dir: files.mailbox, port: ports.mailbox, smtpPort: ports.smtp, logFile: files.log('mailbox'), signal });
      // A worker that runs was told this address: a mailbox that cannot have it back must not pretend.
      if (ports.smtp !== 0 && start.supervisor.isKnown('mailbox') && mailbox.smtpPort !== ports.smtp) {
        await mailbox.stop();
        throw new Error(`SMTP port ${ports.smtp} is in use.`);
      }
      ports.mailbox = mailbox.port;
      ports.smtp = mailbox.smtpPort;
      return mailbox;
    }),
  );
}

/** The stand-ins of this checkout, under supervision; none in place of a service whose variables the operator has set. */
export async function provideStandIns(start: Start): Promise<StandIn[]> {
  const { settings, programs } = start;
  const wanted = programs.standIns.filter(({ env }) => !Object.keys(env).some((name) => settings.env[name]));
  return Promise.all(wanted.map((app) => provideStandIn(start, app)));
}

async function provideStandIn(start: Start, app: StandInApp): Promise<StandIn> {
  const { settings, ports, signal, steps, supervisor } = start;
  const files = dataFiles(settings.data);
  return steps.run(`Starting what stands in for ${app.name}`, `What stands in for ${app.name} is up`, () =>
    supervisor.add(app.name, async () => {
      const kept = ports.standIns[app.name] ?? { port: 0, control: 0 };
      const standIn = await startStandIn(app, {
        dir: files.standIn(app.name),
        port: kept.port,
        controlPort: kept.control,
        logFile: files.log(app.name),
        signal,
      });
      // Whoever read run.json was told this address: a control port that cannot be had back must not move.
      if (supervisor.isKnown(app.name) && standIn.controlPort !== kept.control) {
        await standIn.stop();
        throw new Error(`Control port ${kept.control} is in use.`);
      }
      ports.standIns[app.name] = { port: standIn.port, control: standIn.controlPort };
      return standIn;
    }),
  );
}

/** Starts the web process on the portals' port. */
export async function startWeb(start: Start, env: Environment): Promise<void> {
  const { ports } = start;
  await start.steps.run('Starting web', 'Web is up', () =>
    start.supervisor.add('web', async () => {
      ports.webOperator = await freePort(ports.webOperator);
      return startChild(start, 'web', start.programs.web, { ...env, PORT: String(ports.web), OPERATOR_PORT: String(ports.webOperator) });
    }),
  );
}

/** Starts the worker process; it chooses its operator port and says it. */
export async function startWorker(start: Start, env: Environment): Promise<void> {
  await start.steps.run('Starting the worker', 'The worker is up', () =>
    start.supervisor.add('worker', () => startChild(start, 'worker', start.programs.worker, { ...env, OPERATOR_PORT: '0' }), 'any'),
  );
}

function startChild(start: Start, name: string, program: NodeProgram, env: Environment) {
  const files = dataFiles(start.settings.data);
  return startProcess({
    name,
    command: process.execPath,
    args: program.args,
    cwd: program.cwd,
    env,
    logFile: files.log(name),
    recordFile: files.record(name),
    readyWithinMs: 60_000,
    ready: 'line',
    // Web and worker end first and have 3 s for what they are doing; everything must be gone within 10.
    stopSignals: [
      { signal: 'SIGTERM', waitMs: 3_000 },
      { signal: 'SIGKILL', waitMs: 1_000 },
    ],
    signal: start.signal,
  });
}

/** The environment of every child that is ours. It never holds the owner's address. */
export function childEnvironment(start: Start, addresses: Addresses): Environment {
  const { settings, ports, secrets } = start;
  const { PATH, HOME, TMPDIR, NODE_EXTRA_CA_CERTS } = settings.env;
  const ofProduct = Object.entries(settings.env).filter(([name]) => name.startsWith('PORTICO_'));
  return {
    ...Object.fromEntries(ofProduct),
    ...{ PATH, HOME, TMPDIR, NODE_EXTRA_CA_CERTS, TZ: 'UTC', LANG: 'C.UTF-8', NODE_ENV: 'production' },
    DATABASE_URL: addresses.database.runtimeUrl,
    TEMPORAL_ADDRESS: addresses.temporal.address,
    TEMPORAL_NAMESPACE: addresses.temporal.namespace,
    TEMPORAL_UI: addresses.temporal.ui ?? undefined,
    SMTP_URL: addresses.smtp,
    ...addresses.standIns,
    HOST: '127.0.0.1',
    PORTICO_BASE_DOMAIN: settings.baseDomain,
    PORTICO_PUBLIC_PORT: String(settings.publicPort ?? ports.web),
    PORTICO_SECRET: settings.secret ?? secrets.secret,
    PORTICO_DATA: path.resolve(settings.data),
    PORTICO_CLOCK: settings.demo ? 'movable' : undefined,
  };
}
