import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { checkoutRoot } from '../embedded/node-program.ts';
import type { TestReport } from './test-report.ts';

/** A run's outcome. `ok` is false too when nothing ran, and when a test was skipped or tried again. */
export interface TestRun {
  readonly tests: readonly TestReport[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly ok: boolean;
}

/** What is run, and what its report is called. */
export interface TestRunOptions {
  readonly root: string;
  /** Paths and vitest's own words; none runs everything. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** `reports/<report>.json` */
  readonly report: string;
  /** Prints nothing of its own. */
  readonly silent?: boolean;
}

/**
 * Runs vitest and writes `reports/<report>.json`: what ran, and nothing else. A run of everything is kept in
 * `reports/<report>-whole.json` too, so that a narrower one after it takes nothing away.
 */
export async function runVitest({ root, args, env, report, silent }: TestRunOptions): Promise<TestRun> {
  const file = path.join(root, 'reports', `${report}.json`);
  rmSync(file, { force: true });
  const program = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporter = path.join(checkoutRoot(), 'platform', 'cli', 'test-run', 'write-report.ts');
  const code = await ended(
    spawn(process.execPath, [program, 'run', '--reporter=default', `--reporter=${reporter}`, ...args], {
      cwd: root,
      stdio: silent ? 'ignore' : 'inherit',
      env: { ...env, PORTICO_TEST_REPORT: file },
    }),
  );
  if (existsSync(file) && args.length === 0) copyFileSync(file, path.join(root, 'reports', `${report}-whole.json`));
  return outcomeOf(existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TestReport[]) : [], code);
}

function outcomeOf(tests: readonly TestReport[], code: number): TestRun {
  const count = (status: TestReport['status']) => tests.filter((test) => test.status === status).length;
  const [passed, failed, skipped] = [count('passed'), count('failed'), count('skipped')];
  const ok = code === 0 && failed === 0 && skipped === 0 && passed > 0 && tests.every((test) => test.retries === 0);
  return { tests, passed, failed: failed || (code === 0 ? 0 : 1), skipped, ok };
}

const ended = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
