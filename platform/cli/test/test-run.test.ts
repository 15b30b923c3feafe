import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asProcessEnv, type Environment } from '../embedded/environment.ts';
import { checkoutRoot } from '../embedded/node-program.ts';
import { neededKinds } from '../test-run/needed-kinds.ts';
import { runVitest } from '../test-run/run-vitest.ts';
import type { TestReport } from '../test-run/test-report.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'test-run-'));
  symlinkSync(path.join(checkoutRoot(), 'node_modules'), path.join(root, 'node_modules'));
  writeFileSync(path.join(root, 'package.json'), '{ "type": "module" }');
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), `import { describe, expect, it } from 'vitest';\n${text}`);
  }
}
const report = (name = 'tests'): TestReport[] => JSON.parse(readFileSync(path.join(root, 'reports', `${name}.json`), 'utf8')) as TestReport[];
/** A run of its own: it must not take itself for a part of the run that it is tested in. */
const env = asProcessEnv(Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV|MODE$|DEV$|PROD$)/.test(name))));
const run = (...args: string[]) => runVitest({ root, args, env, report: 'tests', silent: true });

/** Put together here, because no test of ours may be one. */
const skipped = ['it', 'skip'].join('.');

describe('reports/tests.json', () => {
  it('tells of each test its file, name, kind, status and retries, and of a file that does not load', async () => {
    write({
      'plugins/pond/test/pond.test.ts': "describe('a pond', () => { it('has water', () => expect(1).toBe(1)); it('has no fish', () => expect(1).toBe(2)); });",
      'plugins/pond/test/pond.db.test.ts': "let tries = 0; it('is found the second time', { retry: 1 }, () => expect((tries += 1)).toBe(2));",
      'plugins/pond/test/pond.workflow.test.ts': `${skipped}('waits', () => expect(1).toBe(1));`,
      'apps/web/pond.browser.test.ts': "import './missing.ts'; it('shows', () => expect(1).toBe(1));",
    });
    expect(await run()).toMatchObject({ passed: 2, failed: 2, skipped: 1, ok: false });
    const byName = (one: TestReport, other: TestReport) => (one.name < other.name ? -1 : 1);
    expect(report().sort(byName)).toEqual([
      { file: 'plugins/pond/test/pond.test.ts', name: 'a pond has no fish', kind: 'unit', status: 'failed', retries: 0 },
      { file: 'plugins/pond/test/pond.test.ts', name: 'a pond has water', kind: 'unit', status: 'passed', retries: 0 },
      { file: 'plugins/pond/test/pond.db.test.ts', name: 'is found the second time', kind: 'database', status: 'passed', retries: 1 },
      { file: 'apps/web/pond.browser.test.ts', name: 'the file could not be run', kind: 'browser', status: 'failed', retries: 0 },
      { file: 'plugins/pond/test/pond.workflow.test.ts', name: 'waits', kind: 'workflow', status: 'skipped', retries: 0 },
    ]);
  }, 60_000);

  it('is what ran: a narrowed run names its own tests, and the last run of everything stays beside it', async () => {
    write({ 'a.test.ts': "it('one', () => expect(1).toBe(1));", 'b.test.ts': "it('two', () => expect(1).toBe(1));" });
    expect(await run()).toMatchObject({ passed: 2, ok: true });
    expect(await run('a.test.ts')).toMatchObject({ passed: 1, ok: true });
    expect(report().map((test) => test.name)).toEqual(['one']);
    expect(
      report('tests-whole')
        .map((test) => test.name)
        .sort(),
    ).toEqual(['one', 'two']);
  }, 60_000);

  it.each([
    ['a retried one', "let tries = 0; it('is lucky', { retry: 1 }, () => expect((tries += 1)).toBe(2));"],
    ['a skipped one', `it('works', () => expect(1).toBe(1)); ${skipped}('waits', () => expect(1).toBe(1));`],
  ])(
    'is not green with %s',
    async (_, text) => {
      write({ 'a.test.ts': text });
      expect(await run()).toMatchObject({ passed: 1, failed: 0, ok: false });
    },
    60_000,
  );

  it('is not green when nothing ran', async () => {
    write({ 'a.test.ts': "it('one', () => expect(1).toBe(1));" });
    expect(await run('nothing-of-that-name')).toMatchObject({ passed: 0, ok: false });
  }, 60_000);
});

describe('what a run needs', () => {
  it('follows from the files that its words choose; without words, or with none that fits, it is everything', () => {
    write({ 'plugins/pond/test/pond.test.ts': '', 'plugins/pond/test/pond.db.test.ts': '', 'apps/web/test/shore.browser.test.ts': '' });
    expect([...neededKinds(root, ['plugins/pond'])].sort()).toEqual(['database', 'unit']);
    expect([...neededKinds(root, ['shore', '--bail=1'])]).toEqual(['browser']);
    expect(neededKinds(root, []).size).toBe(4);
    expect(neededKinds(root, ['-t', 'a name']).size).toBe(4);
  });
});

/** `npm test -- <path>` as a person runs it on a machine that has nothing and reaches nobody. */
const bareTest = (narrowed: string, more: Environment = {}) => bare(['test', narrowed], more);

async function bare(words: string[], more: Environment = {}): Promise<{ code: number | null; lines: string[] }> {
  const refusing = 'http://127.0.0.1:9';
  const nothing = { PATH: '', HOME: root, TMPDIR: path.join(root, 'no-such-folder'), HTTPS_PROXY: refusing, HTTP_PROXY: refusing, https_proxy: refusing };
  const child = spawn(process.execPath, [path.join(checkoutRoot(), 'platform/cli/bootstrap.mjs'), ...words], {
    env: asProcessEnv({ ...nothing, PORTICO_CACHE: path.join(root, 'cache'), ...more }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, lines: text.trim().split('\n') };
}

describe('npm test fails, in one sentence that names the ways out', () => {
  it('when there is no Temporal to be had', async () => {
    const { code, lines } = await bareTest('platform/cli/test/temporal.workflow.test.ts');
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^No Temporal server was found .*set TEMPORAL_ADDRESS.*"temporal" is on PATH.*install Go/)]);
  }, 60_000);

  it('when there is no Chromium to be had', async () => {
    mkdirSync(path.join(root, 'cache'));
    const temporal = path.join(root, 'cache', 'temporal-1.8.2');
    writeFileSync(temporal, '#!/bin/sh\necho "temporal version 1.8.2 (Server 1.31.2)"\n', { mode: 0o755 });
    const { code, lines } = await bareTest('platform/ui/test/gallery.browser.test.ts', { CHROMIUM_PATH: '/nowhere/chromium' });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^No Chromium for the browser tests was found .*set CHROMIUM_PATH.*on PATH.*as root on Debian/)]);
  }, 60_000);

  it('twice, once for each, when neither is to be had', async () => {
    const { code, lines } = await bareTest('platform/ui/test/gallery.browser.test.ts');
    expect(code).toBe(1);
    expect(lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['No Chromium', 'No Temporal']);
  }, 60_000);
});

describe('npm run stories refuses in one sentence', () => {
  it('when nothing is up there, when there is no such story, and when there is no Chromium to be had', async () => {
    const runFile = path.join(root, 'run.json');
    expect(await bare(['stories', 'S2', '--run', runFile])).toEqual({
      code: 1,
      lines: [`There is no ${runFile}. Start the portal first (npm start), or name its run.json with --run.`],
    });
    writeFileSync(runFile, '{}');
    expect(await bare(['stories', 'S99', '--run', runFile])).toEqual({
      code: 1,
      lines: [expect.stringMatching(/^There is no story S99\. There are: S1, S2, S3, S4, S5, S7/)],
    });
    const { code, lines } = await bare(['stories', 'S2', '--run', runFile]);
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^No Chromium for the browser tests was found/)]);
  }, 60_000);
});
