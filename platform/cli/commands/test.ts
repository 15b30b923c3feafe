import { checkoutRoot } from '../embedded/node-program.ts';
import { findChromium } from '../test-run/find-chromium.ts';
import { runVitest } from '../test-run/run-vitest.ts';
import { run as build } from './build.ts';

/**
 * `npm test [-- <path or vitest's own words>]`: builds what is stale, finds a browser, runs every kind of test and writes
 * `reports/tests.json`. Exit code 1 when anything failed, was skipped, or nothing ran.
 */
export async function run(argv: string[]): Promise<number> {
  const root = checkoutRoot();
  const onlyUnit = argv.some((arg) => /(^|[^.]|\.(?!db|workflow|browser))test\.tsx?$/.test(arg) && !/\.(db|workflow|browser)\.test/.test(arg));
  const env: NodeJS.ProcessEnv = { ...process.env };
  if (!onlyUnit) {
    if ((await build()) !== 0) return 1;
    env.CHROMIUM_PATH = await findChromium((line) => console.log(`  … ${line}`));
  }
  const result = await runVitest(root, argv, env);
  console.log(`${result.passed} passed, ${result.failed} failed${result.skipped ? `, ${result.skipped} skipped` : ''}`);
  return result.ok ? 0 : 1;
}
