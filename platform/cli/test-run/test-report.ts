/** One test as `reports/tests.json` tells of it. */
export interface TestReport {
  readonly file: string;
  readonly name: string;
  readonly kind: 'unit' | 'database' | 'workflow' | 'browser';
  readonly status: 'passed' | 'failed' | 'skipped';
  /** How often it was tried again before this outcome. */
  readonly retries: number;
}

/** The kind of a test is in the name of its file. */
export const kindOf = (file: string): TestReport['kind'] =>
  /\.db\.test\.tsx?$/.test(file) ? 'database' : /\.workflow\.test\.tsx?$/.test(file) ? 'workflow' : /\.browser\.test\.tsx?$/.test(file) ? 'browser' : 'unit';
