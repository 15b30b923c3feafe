import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { postgresBinaries } from './postgres-binaries.ts';
import { clusterFolder, ensureCluster, postgresEnvironment, readPostmasterFile, removeCluster, superuser } from './postgres-cluster.ts';
import { postgresUser, type PostgresUser } from './postgres-user.ts';
import { describeProcess, endProcess, type ProcessRecord } from './process-record.mjs';
import { freePort, PartFailure, startProcess, type RunningPart } from './running-part.ts';

export const databaseName = 'portico';
export const ownerRole = 'portico_owner';
export const runtimeRole = 'portico_runtime';

/** Passwords of the three roles of an embedded database. Letters and digits only, so they fit a URL as they are. */
export interface DatabasePasswords {
  superuser: string;
  owner: string;
  runtime: string;
}

export interface EmbeddedPostgresOptions {
  /** The folder of the cluster's files; made when it is missing. */
  dir: string;
  /** For tests: no fsync, and the files are removed by `stop()`. */
  ephemeral?: boolean;
  /** The wished port; another free one is taken when it is in use. */
  port?: number;
  /** Without them they are made once and kept in `<dir>.passwords.json` (mode 0600). */
  passwords?: DatabasePasswords;
  /** Further settings, as `name=value`. */
  settings?: string[];
  logFile?: string;
  log?: (line: string) => void;
  signal?: AbortSignal;
}

export interface EmbeddedPostgres extends RunningPart {
  /** The role that owns the database and its schemas and migrates. */
  ownerUrl: string;
  /** The role that the product runs as: owns nothing and may not bypass row-level security. */
  runtimeUrl: string;
  /** For set-up and tests only (a template copy, a look at `pg_stat_activity`); the product never gets it. */
  superuserUrl: string;
  /** Where the files really are. */
  folder: string;
}

const stopSignals = [
  { signal: 'SIGINT' as const, waitMs: 2_500 }, // fast shutdown: sessions are ended, a checkpoint is written
  { signal: 'SIGQUIT' as const, waitMs: 1_500 }, // immediate: the next start recovers from the log
];

/**
 * Starts the embedded Postgres on a folder: makes the cluster, ends a server that an earlier, killed starter left on it,
 * waits for connections, and makes database and roles. No connection stays open.
 * A living server's pid file is never deleted: it is asked to shut down, and removes it itself.
 * @throws Error whose message is one sentence
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const user = postgresUser();
  const binaries = postgresBinaries(user, log);
  const folder = clusterFolder(options.dir, user, log);
  const passwords = options.passwords ?? keptPasswords(`${path.resolve(options.dir)}.passwords.json`);
  await endLeftServer(folder);
  ensureCluster({ folder, binaries, user, password: passwords.superuser, ephemeral: options.ephemeral ?? false });
  const part = await startServer(binaries.postgres, folder, user, options);
  const url = (role: string, password: string) => `postgres://${role}:${password}@127.0.0.1:${part.port}/${databaseName}`;
  const ownerUrl = url(ownerRole, passwords.owner);
  try {
    await ensureDatabase(part.port, ownerUrl, passwords);
  } catch (failure) {
    await part.stop();
    throw failure;
  }
  return {
    ...part,
    ownerUrl,
    runtimeUrl: url(runtimeRole, passwords.runtime),
    superuserUrl: url(superuser, passwords.superuser),
    folder,
    async stop() {
      await part.stop();
      if (options.ephemeral) forget(options.dir);
    },
  };
}

/** Ends a Postgres that an earlier, killed starter left running on the folder. Does nothing when there is none. */
export async function endLeftPostgres(dir: string): Promise<void> {
  const real = path.resolve(dir);
  if (existsSync(real)) await endLeftServer(realpathSync(real));
}

/** Passwords that nobody has chosen: 24 random bytes each, in hexadecimal. */
export function newDatabasePasswords(): DatabasePasswords {
  const password = () => randomBytes(24).toString('hex');
  return { superuser: password(), owner: password(), runtime: password() };
}

function keptPasswords(file: string): DatabasePasswords {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as DatabasePasswords;
  const passwords = newDatabasePasswords();
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(passwords), { mode: 0o600 });
  return passwords;
}

function forget(dir: string): void {
  removeCluster(path.resolve(dir));
  rmSync(`${path.resolve(dir)}.passwords.json`, { force: true });
}

async function startServer(postgres: string, folder: string, user: PostgresUser, options: EmbeddedPostgresOptions): Promise<RunningPart> {
  const port = await freePort(options.port);
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'timezone=UTC',
    'log_timezone=UTC',
    ...(options.ephemeral ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []),
    ...(options.settings ?? []),
  ];
  const until = performance.now() + 15_000;
  for (;;) {
    try {
      return await startProcess({
        name: 'Postgres',
        command: postgres,
        args: ['-D', folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
        ...user,
        env: postgresEnvironment,
        cwd: '/',
        logFile: options.logFile ?? `${path.resolve(options.dir)}.log`,
        readyWithinMs: 60_000, // recovery after a crash under load takes its time
        ready: async ({ pid }) => {
          const file = readPostmasterFile(folder);
          return file?.ready && file.pid === pid ? port : undefined;
        },
        stopSignals,
        signal: options.signal,
      });
    } catch (failure) {
      // After the postmaster was killed its sessions need a moment to notice and let go of the shared memory.
      const passing = failure instanceof PartFailure && /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(failure.output);
      if (!passing || performance.now() > until) throw failure;
      await pause(200, undefined, { signal: options.signal });
    }
  }
}

/**
 * Ends the server that runs on the folder, if one does. The pid file's number is believed only when that process really
 * works in this folder. A pid file is removed only when its number provably belongs to a stranger: Postgres itself
 * cannot tell and would refuse to start for ever.
 */
async function endLeftServer(folder: string): Promise<void> {
  const file = readPostmasterFile(folder);
  const left = file && describeProcess(file.pid);
  if (!left) return;
  const ours = worksIn(left, folder);
  if (ours === undefined) return; // not for us to see: Postgres decides
  if (!ours) {
    rmSync(path.join(folder, 'postmaster.pid'), { force: true });
    return;
  }
  if (
    await endProcess(left, [
      { signal: 'SIGINT', waitMs: 8_000 },
      { signal: 'SIGQUIT', waitMs: 5_000 },
    ])
  )
    return;
  throw new Error(`An earlier Postgres (process ${left.pid}) still uses ${folder} and does not stop.`);
}

/** A Postgres works with its cluster as current folder; undefined when the system does not let us look. */
function worksIn(server: ProcessRecord, folder: string): boolean | undefined {
  if (process.platform !== 'linux') return server.command.includes('postgres') && server.command.includes(folder);
  try {
    return readlinkSync(`/proc/${server.pid}/cwd`) === folder;
  } catch {
    return lstatSync(`/proc/${server.pid}`, { throwIfNoEntry: false }) ? undefined : false;
  }
}

async function ensureDatabase(port: number, ownerUrl: string, passwords: DatabasePasswords): Promise<void> {
  if (await canConnect(ownerUrl)) return;
  const admin = new pg.Client({ connectionString: `postgres://${superuser}:${passwords.superuser}@127.0.0.1:${port}/postgres` });
  try {
    await admin.connect();
  } catch (failure) {
    throw new Error(
      `The embedded database does not accept the kept passwords (${(failure as Error).message}); restore the file that held them, or begin anew with --reset.`,
    );
  }
  try {
    await createRole(admin, ownerRole, passwords.owner);
    await createRole(admin, runtimeRole, passwords.runtime);
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (!rowCount) await admin.query(`create database ${databaseName} owner ${ownerRole}`);
    await admin.query(`revoke all on database ${databaseName} from public`);
    await admin.query(`grant connect on database ${databaseName} to ${runtimeRole}`);
  } finally {
    await admin.end();
  }
}

async function createRole(admin: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [role]);
  const verb = rowCount ? 'alter' : 'create';
  await admin.query(`${verb} role ${role} login nosuperuser nobypassrls nocreatedb nocreaterole noreplication password ${pg.escapeLiteral(password)}`);
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (failure) {
    // invalid password, no such role, no such database: set-up has not come so far yet
    if (['28P01', '28000', '3D000'].includes((failure as { code?: string }).code ?? '')) return false;
    throw failure;
  } finally {
    await client.end();
  }
}
