import { checkoutRoot } from '../embedded/node-program.ts';
import { runSource } from '../start/run-source.ts';
import { runVitest } from '../test-run/run-vitest.ts';

/**
 * `npm run gate:crash`: what is asked in rounds, in full. Decisions that meet in the same instant, PORTICO_ROUNDS times
 * (50); then worker, Postgres and Temporal killed with `kill -9` under load, PORTICO_KILLS times each (10), and everything
 * counted. Answers with the exit code.
 */
export async function run(argv: string[]): Promise<number> {
  const env = { ...process.env, PORTICO_ROUNDS: process.env.PORTICO_ROUNDS ?? '50' };
  const races = await runVitest({ root: checkoutRoot(), args: ['decide-return.db.test'], env, report: 'crash-races' });
  const kills = await runSource('platform/testing/crash/gate.ts', argv);
  return races.ok ? kills : 1;
}
