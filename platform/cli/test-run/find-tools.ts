import { findTemporal } from '../embedded/temporal-server.ts';
import { findChromium } from './find-chromium.ts';
import type { TestReport } from './test-report.ts';

/** What tests of some kinds need that is not an npm package. `problems`: one sentence for each thing that is not to be had. */
export interface FoundTools {
  readonly env: NodeJS.ProcessEnv;
  readonly problems: readonly string[];
}

/**
 * Looks for a Chromium when there are browser tests, and for a Temporal server when there are those or workflow tests.
 * @returns the environment to run the tests in, and what is missing, all at once
 */
export async function findTools(kinds: ReadonlySet<TestReport['kind']>, env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<FoundTools> {
  const { TEMPORAL_ADDRESS: _running, ...own } = env; // tests start a server of their own
  const problems: string[] = [];
  const tell = (failure: unknown): undefined => void problems.push((failure as Error).message);
  const chromium = kinds.has('browser') ? await findChromium(log).catch(tell) : undefined;
  if (kinds.has('browser') || kinds.has('workflow')) await findTemporal({ env: own, log }).catch(tell);
  return { env: chromium ? { ...env, CHROMIUM_PATH: chromium } : env, problems };
}
