import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** How a person or a program signs in to a business of the demo. */
export interface RunSignIn {
  kind: 'owner' | 'staff' | 'account-admin' | 'downline' | 'member';
  login: string;
  password: string;
  /** A key with that user's ability. */
  apiKey: string;
}

/** A business as `run.json` names it. */
export interface RunBusiness {
  slug: string;
  tenantId: string;
  url: string;
  /** The key of a lead source. */
  apiKey: string;
  signIns: RunSignIn[];
}

/** `<data>/run.json`: everything that a person, a test or `npx portico` needs to use a running installation. Mode 0600. */
export interface Run {
  state: 'starting' | 'ready' | 'stopping';
  businesses: RunBusiness[];
  /** A port on 127.0.0.1 that answers `/readyz` and `/metrics`; 0 until it listens. */
  operator: number;
  mailbox: { url: string; smtp: string } | null;
  temporal: { address: string; namespace: string; ui: string | null } | null;
  database: { runtime: string; owner: string } | null;
  processes: { name: string; pid: number; port: number; restarts: number }[];
}

/** An app that stands in for a service of the outside world. `run.json` has it under its own name, beside the names above. */
export interface RunStandIn {
  base: string;
  control: string;
}

/** The stand-in of this name; undefined when the installation has the service itself. */
export function standInOf(run: Run, name: string): RunStandIn | undefined {
  return (run as unknown as Record<string, RunStandIn | undefined>)[name];
}

/** Holds what `run.json` says and writes each change in one step, so a reader never sees half of it. */
export class RunFile {
  readonly #file: string;
  #run: Run = { state: 'starting', businesses: [], operator: 0, mailbox: null, temporal: null, database: null, processes: [] };

  constructor(data: string) {
    this.#file = path.join(data, 'run.json');
    this.set({});
  }

  get run(): Readonly<Run> {
    return this.#run;
  }

  /** `standIns`: by their names, which are none of the others. */
  set(change: Partial<Run>, standIns: Record<string, RunStandIn> = {}): void {
    this.#run = { ...this.#run, ...standIns, ...change };
    const draft = `${this.#file}.new`;
    writeFileSync(draft, `${JSON.stringify(this.#run, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, this.#file);
  }
}

/**
 * Reads `<data>/run.json`.
 * @throws Error in one sentence when nothing was started there
 */
export function readRunFile(data: string): Run {
  const file = path.join(data, 'run.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Run;
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT')
      throw new Error(`Nothing was started on ${data} yet (there is no ${file}); run npm start first or name the folder with --data.`);
    throw failure;
  }
}
