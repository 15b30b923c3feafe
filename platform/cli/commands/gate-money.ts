import { checkoutRoot } from '../embedded/node-program.ts';
import { runVitest } from '../test-run/run-vitest.ts';

/** What is asked in rounds, and how many of them are full. `npm test` runs the same files with few. */
const ASKED: readonly { readonly files: readonly string[]; readonly rounds: number; readonly report: string }[] = [
  { files: ['test/kills/kills.workflow.test'], rounds: 25, report: 'money-kills' },
  { files: ['races.db.test', 'collection-races.db.test'], rounds: 200, report: 'money-races' },
  { files: ['cancel-or-undo.workflow.test'], rounds: 50, report: 'money-cancellations' },
];

/**
 * `npm run gate:money`: processes killed at eight points while money moves, payments that meet in the same instant,
 * cancellations against undo at the last moment. `PORTICO_ROUNDS` sets another number for all. Answers with the exit code.
 */
export async function run(argv: string[]): Promise<number> {
  let wrong = 0;
  for (const { files, rounds, report } of ASKED) {
    const env = { ...process.env, PORTICO_ROUNDS: process.env.PORTICO_ROUNDS ?? String(rounds) };
    const { ok } = await runVitest({ root: checkoutRoot(), args: [...files, ...argv], env, report });
    if (!ok) wrong += 1;
  }
  return wrong === 0 ? 0 : 1;
}
