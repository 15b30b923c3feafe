import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkoutRoot } from '../embedded/node-program.ts';
import { findChromium } from '../test-run/find-chromium.ts';
import { runVitest } from '../test-run/run-vitest.ts';

/**
 * `npm run stories -- [S2 …] --run <run.json>`: tells the stories, all or those named, against an installation that is up,
 * and writes `reports/stories.json`. Without `--run` it is the one of `.data`. Exit code 1 when one fails.
 */
export async function run(argv: string[]): Promise<number> {
  const root = checkoutRoot();
  const { values, positionals } = parseArgs({ args: argv, options: { run: { type: 'string' } }, allowPositionals: true });
  const runFile = path.resolve(values.run ?? path.join(root, '.data', 'run.json'));
  if (!existsSync(runFile)) return refuse(`There is no ${runFile}. Start the portal first (npm start), or name its run.json with --run.`);
  const known = storyFiles(root);
  const unknown = positionals.find((name) => !known.some((file) => isOf(file, name)));
  if (unknown) return refuse(`There is no story ${unknown}. There are: ${[...new Set(known.map(numberOf))].sort().join(', ')}.`);
  const wanted = known.filter((file) => positionals.length === 0 || positionals.some((name) => isOf(file, name)));
  const chromium = await findChromium((line) => console.log(`  … ${line}`)).catch((failure: Error) => failure);
  if (chromium instanceof Error) return refuse(chromium.message);
  const env = { ...process.env, PORTICO_RUN: runFile, CHROMIUM_PATH: chromium };
  const result = await runVitest({ root, args: ['--project', 'browser', ...wanted], env, report: 'stories' });
  console.log(`${result.passed} passed, ${result.failed} failed; pictures are in reports/screens`);
  return result.ok ? 0 : 1;
}

/** Every file of a story, in apps and plugins: `s2-a-lead-is-sold.browser.test.ts`. */
const storyFiles = (root: string): string[] =>
  ['apps/web/stories', ...readdirSync(path.join(root, 'plugins')).map((plugin) => `plugins/${plugin}/test`)]
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) => readdirSync(path.join(root, folder)).map((file) => `${folder}/${file}`))
    .filter((file) => /\/s\d+-[^/]+\.browser\.test\.ts$/.test(file));

const numberOf = (file: string): string => /^s\d+/.exec(path.basename(file))![0].toUpperCase();
const isOf = (file: string, name: string): boolean => numberOf(file) === name.toUpperCase();

function refuse(sentence: string): number {
  console.error(sentence);
  return 1;
}
