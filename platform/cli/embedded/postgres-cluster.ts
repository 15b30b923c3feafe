import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { mayEnter, type PostgresUser } from './postgres-user.ts';
import { asProcessEnv, type Environment } from './environment.ts';

export const superuser = 'portico_setup';

const elsewhereRoot = '/var/lib/portico';

/** What every program of Postgres gets: an unset or foreign locale would change the encoding of a new cluster. */
export const postgresEnvironment: Environment = { PATH: process.env.PATH, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC' };

/**
 * Where the files of a cluster really are. Root's Postgres runs as another user; if that one may not enter the folder's
 * parent, the files are kept under /var/lib/portico and the folder becomes a link to them.
 */
export function clusterFolder(folder: string, user: PostgresUser, log: (line: string) => void): string {
  const wanted = path.resolve(folder);
  if (isLink(wanted)) {
    if (existsSync(wanted)) return realpathSync(wanted);
    rmSync(wanted);
  }
  mkdirSync(path.dirname(wanted), { recursive: true });
  if (mayEnter(user, path.dirname(wanted))) return path.join(realpathSync(path.dirname(wanted)), path.basename(wanted));
  mkdirSync(elsewhereRoot, { recursive: true, mode: 0o755 });
  const home = mkdtempSync(`${elsewhereRoot}/cluster-`);
  chownSync(home, user.uid!, user.gid!);
  const elsewhere = path.join(home, 'postgres');
  symlinkSync(elsewhere, wanted);
  log(`The user postgres may not enter ${path.dirname(wanted)}, so the database's files are kept in ${elsewhere}.`);
  return elsewhere;
}

/** Removes a cluster's files, also when its folder is a link to them. No server may use it. */
export function removeCluster(folder: string): void {
  if (isLink(folder) && readlinkSync(folder).startsWith(`${elsewhereRoot}/cluster-`))
    rmSync(path.dirname(readlinkSync(folder)), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

/**
 * Makes the cluster if there is none yet. It appears under its final name only when it is whole, so a start that was
 * killed in the middle leaves nothing that looks like a database.
 */
export function ensureCluster(options: { folder: string; binaries: PostgresBinaries; user: PostgresUser; password: string; ephemeral: boolean }): void {
  const { folder, user } = options;
  if (existsSync(path.join(folder, 'PG_VERSION'))) return refuseForeignOwner(folder, user);
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  giveTo(user, draft);
  withPasswordFile(options.password, user, (passwordFile) => {
    const flags = [
      '-D',
      draft,
      '-U',
      superuser,
      '--pwfile',
      passwordFile,
      '-A',
      'scram-sha-256',
      '-E',
      'UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C.UTF-8',
      '--no-instructions',
    ];
    if (options.ephemeral) flags.push('--no-sync');
    runInitdb(options.binaries.initdb, flags, user);
  });
  rmSync(folder, { recursive: true, force: true });
  renameSync(draft, folder);
}

function runInitdb(initdb: string, flags: string[], user: PostgresUser): void {
  try {
    execFileSync(initdb, flags, { ...user, env: asProcessEnv(postgresEnvironment), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (failure) {
    const said = String((failure as { stderr?: Buffer }).stderr ?? failure).trim();
    throw new Error(`The embedded Postgres could not make its files: ${said} (if libraries are missing, run: npm rebuild)`);
  }
}

function refuseForeignOwner(folder: string, user: PostgresUser): void {
  const wanted = user.uid ?? process.getuid?.();
  const owner = statSync(folder).uid;
  if (wanted !== undefined && owner !== wanted)
    throw new Error(`The database in ${folder} belongs to another user (${owner}); start as that user or choose another --data folder.`);
}

function withPasswordFile(password: string, user: PostgresUser, use: (file: string) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'portico-'));
  const file = path.join(folder, 'password');
  try {
    writeFileSync(file, `${password}\n`, { mode: 0o600 });
    giveTo(user, folder);
    giveTo(user, file);
    use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function giveTo(user: PostgresUser, file: string): void {
  if (user.uid !== undefined) chownSync(file, user.uid, user.gid!);
}

/** What `postmaster.pid` says: who runs, on which port, and whether it takes connections. Undefined without the file. */
export function readPostmasterFile(folder: string): { pid: number; port: number; ready: boolean } | undefined {
  try {
    const lines = readFileSync(path.join(folder, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw failure;
  }
}
