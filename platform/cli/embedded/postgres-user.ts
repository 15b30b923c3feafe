import { execFileSync, spawnSync } from 'node:child_process';

/** The user that Postgres runs as; empty when it is the user who runs this process. */
export interface PostgresUser {
  uid?: number;
  gid?: number;
}

const name = 'postgres';

/**
 * Postgres refuses to run as root, so root lends it the system user `postgres` and creates that user when it is missing.
 * @throws Error in one sentence when the user can neither be found nor created
 */
export function postgresUser(): PostgresUser {
  if (process.getuid?.() !== 0) return {};
  const found = lookUp();
  if (found) return found;
  const made = spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name], { encoding: 'utf8' });
  const user = lookUp();
  if (user) return user;
  throw new Error(
    `Postgres refuses to run as root and the system user "${name}" could not be created (${made.error?.message ?? made.stderr.trim()}); run as an ordinary user or create it.`,
  );
}

function lookUp(): PostgresUser | undefined {
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim());
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined; // `id` answers with an exit code when there is no such user
  }
}

/** Whether that user may enter a folder. Asked of the system itself, so access lists and mounts count too. */
export function mayEnter(user: PostgresUser, folder: string): boolean {
  if (user.uid === undefined) return true;
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { uid: user.uid, gid: user.gid, cwd: '/', stdio: 'ignore' }).status === 0;
}
