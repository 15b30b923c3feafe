import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { defineError, InvalidInput } from '@portico/kit';
import { COMMON_PASSWORDS } from './common-passwords.ts';

/** argon2id, 19 MiB, two passes, one lane (security study 5.2.1; OWASP password storage). Runs on the thread pool. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const AT_ONCE = Math.max(1, availableParallelism() - 1);
const QUEUE = 20;

/** More people sign in at this moment than this process can check; try again shortly. */
export class TooBusy extends defineError('portico.too-busy', 429) {}

let running = 0;
const waiting: (() => void)[] = [];

// Hashing is the most expensive thing a stranger can ask for: so many at once, so many in line, the rest are told to come back.
async function inLine<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= QUEUE) throw new TooBusy();
    await new Promise<void>((go) => waiting.push(go));
  }
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** A PHC string of a password. Throws InvalidInput at `password` when it is too short, too long or too common; TooBusy. */
export async function hashPassword(password: string, contextWords: readonly string[] = []): Promise<string> {
  const problem = problemOf(password, contextWords);
  if (problem) throw new InvalidInput({ password: { key: problem } });
  return inLine(() => hash(password, COST));
}

/** The key of what is wrong with a password, if anything is (ASVS 6.2: 8 at least, no composition rules, no truncation). */
export function problemOf(password: string, contextWords: readonly string[]): string | undefined {
  if ([...password].length < 8) return 'portico.problem.password-short';
  if (password.length > 200) return 'portico.problem.password-long';
  const lower = password.toLowerCase();
  if (COMMON_PASSWORDS.has(lower) || /^(.)\1+$/.test(lower)) return 'portico.problem.password-common';
  return contextWords.some((word) => word.length > 3 && lower === word.toLowerCase()) ? 'portico.problem.password-common' : undefined;
}

// Checked when the user is unknown, so that known and unknown take the same time.
const DUMMY = hash('no user has this password', COST);

/** Whether the password fits; an absent hash costs as much and never fits. Throws TooBusy. */
export const passwordFits = (storedHash: string | null | undefined, password: string): Promise<boolean> =>
  inLine(async () => {
    const fits = await verify(storedHash ?? (await DUMMY), password);
    return fits && Boolean(storedHash);
  });
