import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runNode, toolAt } from './run-program.ts';

/** One test that ran, by its whole title. */
export interface TestResult {
  readonly file: string;
  readonly title: string;
  readonly isGreen: boolean;
}

/** What came of some test files. */
export interface TestRun {
  readonly tests: readonly TestResult[];
  /** What a file said that could not be loaded. */
  readonly unloaded: readonly { readonly file: string; readonly message: string }[];
  readonly output: string;
}

interface Json {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Runs test files of a tree with vitest; `title` narrows to the tests whose whole title holds it. */
export async function runTests(root: string, files: readonly string[], title?: string): Promise<TestRun> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'portico-report-'));
  const report = path.join(scratch, 'report.json');
  try {
    const narrowed = title ? ['-t', title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')] : [];
    const ended = await runNode(root, [toolAt(root, 'vitest/vitest.mjs'), 'run', '--reporter=json', `--outputFile=${report}`, ...narrowed, ...files]);
    const output = `${ended.out}${ended.err}`;
    if (!existsSync(report)) return { tests: [], unloaded: files.map((file) => ({ file, message: output })), output };
    return { ...resultsOf(root, JSON.parse(readFileSync(report, 'utf8')) as Json), output };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function resultsOf(root: string, { testResults }: Json): Pick<TestRun, 'tests' | 'unloaded'> {
  const nameOf = (file: string): string => path.relative(root, file);
  return {
    tests: testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'passed' || status === 'failed')
        .map(({ fullName, status }) => ({ file: nameOf(name), title: fullName, isGreen: status === 'passed' })),
    ),
    unloaded: testResults
      .filter(({ status, assertionResults }) => status === 'failed' && assertionResults.every((one) => one.status !== 'failed'))
      .map(({ name, message }) => ({ file: nameOf(name), message })),
  };
}
