import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import {
  endLeftPostgres,
  endProcess,
  freePort,
  nodeProgram,
  runningProcess,
  runtimeRole,
  startEmbeddedPostgres,
  startProcess,
  type EmbeddedPostgres,
  type RunningPart,
} from '@portico/cli/embedded';
import { migrateAll, openCore, readConfig, type Core } from '@portico/core';

/** A started production build with a database that keeps its promises, and the engine to fill it with. */
export interface BenchInstallation {
  readonly postgres: EmbeddedPostgres;
  readonly web: RunningPart;
  readonly core: Core;
  /** A session that no policy binds: for set-based rows, for counting, and for nothing that is measured. */
  readonly superuser: pg.Client;
  readonly folder: string;
  /** Ends everything and removes the folder. Repeating it waits for the same end. */
  stop(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '..');

/**
 * Starts Postgres on a folder of its own, migrates, and starts web as `npm start` does: the built files, one process, the
 * runtime role. Worker and Temporal are not started: what they do later is no part of answering a request.
 * @param profileTo a folder in which web leaves a CPU profile when it ends
 */
export async function startBenchInstallation(profileTo?: string): Promise<BenchInstallation> {
  await removeLeftFolders();
  const folder = mkdtempSync(path.join(tmpdir(), `${FOLDER}${process.pid}-`));
  chmodSync(folder, 0o755); // Postgres runs as another user when we are root
  const postgres = await startEmbeddedPostgres({ dir: path.join(folder, 'postgres') });
  await migrateAll({ ownerUrl: postgres.ownerUrl, runtimeRole });
  const port = await freePort();
  const env = webEnvironment(postgres, port);
  const core = await openCore({ config: { ...readConfig(env), logLevel: 'warn', poolSize: 4 }, processName: 'bench' });
  const web = await startProcess({
    name: 'web',
    command: process.execPath,
    args: [...(profileTo ? ['--cpu-prof', `--cpu-prof-dir=${profileTo}`] : []), path.join(root, 'apps/web/dist/server.js')],
    cwd: path.join(root, 'apps/web'),
    env: { ...env, PORT: String(port), OPERATOR_PORT: '0' },
    logFile: path.join(folder, 'web.log'),
    recordFile: recordOf(folder, 'web'),
    readyWithinMs: 60_000,
    ready: 'line',
    stopSignals: [
      { signal: 'SIGTERM', waitMs: 10_000 },
      { signal: 'SIGKILL', waitMs: 2_000 },
    ],
  });
  const superuser = new pg.Client({ connectionString: postgres.superuserUrl });
  await superuser.connect();
  const stopOnce = async (): Promise<void> => {
    await web.stop();
    await superuser.end();
    await core.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  let stopping: Promise<void> | undefined;
  return { postgres, web, core, superuser, folder, stop: () => (stopping ??= stopOnce()) };
}

const FOLDER = 'portico-bench-';

const recordOf = (folder: string, part: 'web' | 'twins'): string => path.join(folder, `${part}.process.json`);

/** Ends and removes what benches left that were killed: a million leads are four gigabytes. */
async function removeLeftFolders(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${FOLDER}(\\d+)-`).exec(name)?.[1];
    if (!pid || isAlive(Number(pid))) continue;
    const folder = path.join(tmpdir(), name);
    for (const part of ['web', 'twins'] as const) {
      const left = runningProcess(recordOf(folder, part));
      if (left) await endProcess(left, [{ signal: 'SIGKILL', waitMs: 2_000 }]);
    }
    await endLeftPostgres(path.join(folder, 'postgres'));
    rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

function webEnvironment({ runtimeUrl }: EmbeddedPostgres, port: number) {
  const { PATH, HOME } = process.env;
  return {
    ...{ PATH, HOME, TZ: 'UTC', LANG: 'C.UTF-8', NODE_ENV: 'production', HOST: '127.0.0.1' },
    DATABASE_URL: runtimeUrl,
    PORTICO_SECRET: randomBytes(32).toString('base64'),
    PORTICO_PUBLIC_PORT: String(port),
    PORTICO_LOG: 'warn',
  };
}

/** Starts the twins: a process of plain Express and pg beside the product's. `config` is the file that tells it what to know. */
export async function startTwins(installation: BenchInstallation, config: string): Promise<RunningPart> {
  const { args, cwd } = nodeProgram('bench', 'twins/server');
  return startProcess({
    name: 'twins',
    command: process.execPath,
    args,
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TZ: 'UTC',
      NODE_ENV: 'production',
      DATABASE_URL: installation.postgres.superuserUrl,
      TWIN_CONFIG: config,
    },
    logFile: path.join(installation.folder, 'twins.log'),
    recordFile: recordOf(installation.folder, 'twins'),
    readyWithinMs: 60_000,
    ready: 'line',
    stopSignals: [
      { signal: 'SIGTERM', waitMs: 5_000 },
      { signal: 'SIGKILL', waitMs: 2_000 },
    ],
  });
}

const SETTINGS = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_level',
  'shared_buffers',
  'work_mem',
  'max_wal_size',
  'effective_cache_size',
  'random_page_cost',
  'jit',
  'autovacuum',
];

/** What Postgres says of itself, by SHOW. Throws when it would not keep what it confirmed: figures of such a server mean nothing. */
export async function postgresSettings({ superuser }: BenchInstallation): Promise<Record<string, string>> {
  const shown: Record<string, string> = {};
  for (const name of SETTINGS) shown[name] = Object.values((await superuser.query<Record<string, string>>(`show ${name}`)).rows[0]!)[0]!;
  if (shown.fsync !== 'on' || shown.synchronous_commit !== 'on') throw new Error('fsync and synchronous_commit must be on.');
  return shown;
}
