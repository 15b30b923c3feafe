import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { kindOf, type TestReport } from './test-report.ts';

/**
 * Vitest's reporter for `reports/tests.json`: when the run is over it writes one entry for each test to the file that
 * PORTICO_TEST_REPORT names. A file that does not load counts as one failed test of that file.
 */
export default class WriteReport implements Reporter {
  #root = '';

  onInit(vitest: Vitest): void {
    this.#root = vitest.config.root;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const file = process.env.PORTICO_TEST_REPORT;
    if (!file) throw new Error('PORTICO_TEST_REPORT must name the file to write.');
    const tests = modules.flatMap((module) => testsOf(module, path.relative(this.#root, module.moduleId)));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(tests, null, 1)}\n`);
  }
}

function testsOf(module: TestModule, file: string): TestReport[] {
  const kind = kindOf(file);
  const tests = [...module.children.allTests()].map((test): TestReport => {
    const { state } = test.result();
    const name = test.fullName.replaceAll(' > ', ' ');
    return { file, name, kind, status: state === 'pending' ? 'skipped' : state, retries: test.diagnostic()?.retryCount ?? 0 };
  });
  const broken = module.state() === 'failed' && !tests.some(({ status }) => status === 'failed');
  return broken ? [...tests, { file, name: 'the file could not be run', kind, status: 'failed', retries: 0 }] : tests;
}
