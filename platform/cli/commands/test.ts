import { checkoutRoot } from '../embedded/node-program.ts';
import { findTools } from '../test-run/find-tools.ts';
import { neededKinds } from '../test-run/needed-kinds.ts';
import { runVitest } from '../test-run/run-vitest.ts';
import { run as build } from './build.ts';

/**
 * `npm test [-- <path or vitest's own words>]`: finds a browser and a Temporal server for the tests that need them, builds
 * what is stale, runs every kind of test and writes `reports/tests.json`. Exit code 1 when a tool is not to be had, anything
 * failed or was skipped, or nothing ran.
 */
export async function run(argv: string[]): Promise<number> {
  const root = checkoutRoot();
  const kinds = neededKinds(root, argv);
  const { env, problems } = await findTools(kinds, process.env, (line) => console.log(`  … ${line}`));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) return 1;
  if ([...kinds].some((kind) => kind !== 'unit') && (await build()) !== 0) return 1;
  const result = await runVitest({ root, args: argv, env, report: 'tests' });
  console.log(`${result.passed} passed, ${result.failed} failed${result.skipped ? `, ${result.skipped} skipped` : ''}`);
  return result.ok ? 0 : 1;
}
