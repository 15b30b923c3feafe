import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { readRunFile, type Run, type RunBusiness, type RunSignIn } from '@portico/cli/run-file';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the browser tests of this run look at: the data folder of a running installation, and one Chromium to share. */
    installation: { readonly data: string; readonly endpoint: string };
  }
}

/** A business to act in: its address, and keys by the kind of who holds them. */
export type Business = Omit<RunBusiness, 'apiKey'> & { readonly apiKey?: string };
export type Kind = RunSignIn['kind'];

/** What `<data>/run.json` of the installation under test says. */
export const theRun = (): Run => readRunFile(inject('installation').data);

/** The two businesses of the demo, in the order of run.json. Throws when there are fewer. */
export function demoBusinesses(): [Business, Business] {
  const [first, second] = theRun().businesses;
  if (!first || !second) throw new Error('The installation has no demo: two businesses are needed.');
  return [first, second];
}

/** The first sign-in of a kind. Throws when the business has none. */
export function signInOf(business: Business, kind: Kind): RunSignIn {
  const found = business.signIns.find((one) => one.kind === kind);
  if (!found) throw new Error(`${business.slug} has no sign-in of kind ${kind}.`);
  return found;
}

const run = promisify(execFile);
const program = path.resolve(import.meta.dirname, '../../cli/portico.mjs');

/**
 * `npx portico <words> --json` on the installation under test, as a person would type it.
 * @returns what it printed, parsed; throws Error with its one sentence when it failed
 */
export async function portico<Answer>(...words: string[]): Promise<Answer> {
  try {
    const { stdout } = await run(process.execPath, [program, ...words, '--json', '--data', inject('installation').data], { maxBuffer: 1 << 26 });
    return JSON.parse(stdout) as Answer;
  } catch (failure) {
    const { stderr } = failure as { stderr?: string };
    throw new Error(`portico ${words.join(' ')}: ${stderr?.trim() || (failure as Error).message}`, { cause: failure });
  }
}

/** Moves the clock of a business forward by an ISO 8601 duration; its open processes look at their rows. */
export const moveClock = (slug: string, duration: string): Promise<{ now: string; woken: number }> =>
  portico('clock', '--business', slug, '--advance', duration);

/** A new business of its own for a test that moves clocks, with its owner as the only sign-in. */
export async function newBusiness(slug: string, name: string): Promise<Business> {
  const email = `owner@${slug}.example`;
  const made = await portico<{ tenantId: string; url: string; apiKey: string; owner: { login: string; password: string } }>(
    ...['tenant', 'create', '--slug', slug, '--name', name, '--zone', 'America/Chicago', '--currency', 'USD', '--owner-email', email],
  );
  return { slug, tenantId: made.tenantId, url: made.url, signIns: [{ kind: 'owner', ...made.owner, apiKey: made.apiKey }] };
}

/** Letters and digits that no earlier run used: for names of what a test creates. */
export const fresh = (): string => Math.random().toString(36).slice(2, 8).padEnd(6, '0');
