import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** One test as `reports/tests.json` tells of it. */
export interface TestReport {
  readonly file: string;
  readonly name: string;
  readonly kind: 'unit' | 'database' | 'workflow' | 'browser';
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly retries: number;
}

/** A run's outcome. `ok` is false too when nothing ran or anything was skipped. */
export interface TestRun {
  readonly tests: readonly TestReport[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly ok: boolean;
}

interface VitestJson {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly meta?: { readonly retryCount?: number } }[];
  }[];
}

/** Runs vitest with the given arguments and writes `reports/<report>.json`. A file that does not load counts as one failure. */
export async function runVitest(root: string, args: readonly string[], env: NodeJS.ProcessEnv, report = 'tests'): Promise<TestRun> {
  const reports = path.join(root, 'reports');
  const json = path.join(reports, 'vitest.json');
  mkdirSync(reports, { recursive: true });
  rmSync(json, { force: true });
  const program = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const code = await ended(
    spawn(process.execPath, [program, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${json}`, ...args], {
      cwd: root,
      stdio: 'inherit',
      env,
    }),
  );
  const tests = reportsOf(JSON.parse(readFileSync(json, 'utf8')) as VitestJson, root);
  writeFileSync(path.join(reports, `${report}.json`), `${JSON.stringify(tests, null, 1)}\n`);
  const count = (status: TestReport['status']) => tests.filter((test) => test.status === status).length;
  const [passed, failed, skipped] = [count('passed'), count('failed'), count('skipped')];
  return { tests, passed, failed: failed || (code === 0 ? 0 : 1), skipped, ok: code === 0 && failed === 0 && skipped === 0 && passed > 0 };
}

const ended = (child: import('node:child_process').ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });

function reportsOf(json: VitestJson, root: string): TestReport[] {
  return json.testResults.flatMap((file): TestReport[] => {
    const name = path.relative(root, file.name);
    const kind = kindOf(name);
    if (file.assertionResults.length === 0)
      return file.status === 'failed' ? [{ file: name, name: 'the file could not be loaded', kind, status: 'failed', retries: 0 }] : [];
    return file.assertionResults.map((test) => ({ file: name, name: test.fullName, kind, status: statusOf(test.status), retries: test.meta?.retryCount ?? 0 }));
  });
}

const statusOf = (status: string): TestReport['status'] => (status === 'passed' || status === 'failed' ? status : 'skipped');

/** The kind of a test is in the name of its file. */
export const kindOf = (file: string): TestReport['kind'] =>
  /\.db\.test\.tsx?$/.test(file) ? 'database' : /\.workflow\.test\.tsx?$/.test(file) ? 'workflow' : /\.browser\.test\.tsx?$/.test(file) ? 'browser' : 'unit';
