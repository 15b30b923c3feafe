import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newDatabasePasswords, type DatabasePasswords } from '../embedded/postgres.ts';

/** What an installation must not lose: `<data>/secrets.json`, mode 0600. */
export interface Secrets {
  /** 32 random bytes in base64: keyed hashes of what must not be told, such as addresses in the limits of signing in, hang on it. */
  secret: string;
  database: DatabasePasswords;
}

/** Reads the secrets of a data folder; makes them the first time. */
export function keepSecrets(data: string): Secrets {
  const file = path.join(data, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  const secrets: Secrets = { secret: randomBytes(32).toString('base64'), database: newDatabasePasswords() };
  writeJson(file, secrets);
  return secrets;
}

/** Writes JSON in one step, readable by its owner only. */
export function writeJson(file: string, value: unknown): void {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
