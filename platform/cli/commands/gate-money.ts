import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkoutRoot } from '../embedded/node-program.ts';
import { runVitest } from '../test-run/run-vitest.ts';
import type { TestReport } from '../test-run/test-report.ts';

/** What is asked in rounds, and how many of them are full; 0: what it tells is told once. `npm test` runs the same files with few. */
const ASKED: readonly { readonly files: readonly string[]; readonly rounds: number; readonly report: string }[] = [
  { files: ['test/kills/kills.workflow.test'], rounds: 25, report: 'money-kills' },
  { files: ['/servers.workflow.test'], rounds: 25, report: 'money-servers' },
  { files: ['/webhook.db.test'], rounds: 250, report: 'money-webhooks' },
  { files: ['races.db.test', 'collection-races.db.test'], rounds: 200, report: 'money-races' },
  { files: ['/histories.db.test'], rounds: 5_000, report: 'money-histories' },
  { files: ['cancel-or-undo.workflow.test'], rounds: 50, report: 'money-cancellations' },
  {
    files: ['key-life', 'pay', 'refund', 'collection', 'compare-books', 'renewal'].map((name) => `/${name}.db.test`),
    rounds: 0,
    report: 'money-once',
  },
];

/** The points of the security study (section 6); a test says in its name which of them it shows. */
const POINTS = {
  M1: 'processes killed at eight points',
  M2: 'Postgres killed',
  M3: 'Temporal killed, and restored from an older copy',
  M5: 'a storm of webhooks',
  M6: 'forged webhooks',
  M7: 'the life of a key',
  M8: 'authentication and declines',
  M9: 'races',
  M10: 'histories, refunds, an unchangeable ledger',
  M11: 'planted differences',
  M12: 'a plan that bills without end',
} as const;

interface Ran extends TestReport {
  readonly rounds: number;
}

/**
 * `npm run gate:money`: processes and servers killed while money moves, payments that meet in the same instant, random
 * histories, cancellations against undo at the last moment; then a line for each point with its tests, rounds and verdict,
 * also in `reports/money.json`. `PORTICO_ROUNDS` sets another number for all. Answers with the exit code: 1 too when a point
 * has no test. With words of a test's name (`-t`) only what they name is run and told.
 */
export async function run(argv: string[]): Promise<number> {
  const ran: Ran[] = [];
  let wrong = 0;
  for (const { files, rounds: full, report } of ASKED) {
    const { PORTICO_ROUNDS: asked, ...rest } = process.env;
    const rounds = full === 0 ? 1 : Number(asked ?? full);
    // what is told once keeps the number of `npm test` where it has one
    const env = full === 0 ? rest : { ...rest, PORTICO_ROUNDS: String(rounds) };
    const { ok, tests } = await runVitest({ root: checkoutRoot(), args: [...files, ...argv], env, report });
    ran.push(...tests.map((test) => ({ ...test, rounds })));
    if (!ok) wrong += 1;
  }
  const points = tell(ran);
  const missing = argv.length === 0 ? points.filter(({ tests }) => tests === 0).length : 0;
  return wrong + missing === 0 ? 0 : 1;
}

interface Point {
  readonly point: string;
  readonly what: string;
  readonly tests: number;
  readonly rounds: number;
  readonly verdict: 'holds' | 'broken' | 'not shown';
}

function tell(ran: readonly Ran[]): readonly Point[] {
  const points = Object.entries(POINTS).map(([point, what]): Point => {
    const own = ran.filter(({ name, status }) => new RegExp(`\\b${point}\\b`).test(name) && status !== 'skipped');
    const holds = own.every(({ status }) => status === 'passed');
    const verdict = own.length === 0 ? 'not shown' : holds ? 'holds' : 'broken';
    return { point, what, tests: own.length, rounds: Math.max(0, ...own.map(({ rounds }) => rounds)), verdict };
  });
  console.log(`\n${line('', '', 'tests', 'rounds', '')}`);
  for (const { point, what, tests, rounds, verdict } of points) console.log(line(point, what, String(tests), String(rounds), verdict));
  const file = path.join(checkoutRoot(), 'reports', 'money.json');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(points, null, 1)}\n`);
  return points;
}

const line = (point: string, what: string, tests: string, rounds: string, verdict: string): string =>
  `  ${point.padEnd(4)} ${what.padEnd(50)} ${tests.padStart(5)} ${rounds.padStart(7)}  ${verdict}`;
