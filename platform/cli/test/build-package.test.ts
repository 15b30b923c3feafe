import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkoutRoot } from '../embedded/node-program.ts';

const buildScript = path.join(checkoutRoot(), 'platform/cli/build-package.mjs');
let folder: string;

beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'build-test-')), 'package');
  mkdirSync(folder);
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}
const exported = (names: string[]) =>
  Object.fromEntries(names.map((name) => [`./${name}`, { 'portico-source': `./${name}.ts`, default: `./dist/${name}.js` }]));
const manifest = (names: string[]) => JSON.stringify({ name: 'x', type: 'module', exports: exported(names) });
const build = () => spawnSync(process.execPath, [buildScript], { cwd: folder, encoding: 'utf8' });
const evaluate = (expression: string) => execFileSync(process.execPath, ['--input-type=module', '-e', expression], { cwd: folder, encoding: 'utf8' }).trim();

describe('building a package', () => {
  it('bundles its own files, leaves packages outside and keeps one copy of what entries share', () => {
    write({
      'package.json': manifest(['one', 'two']),
      'counter.ts': 'export const counter = { value: 0 as number };',
      'one.ts':
        "import { counter } from './counter.ts'; import path from 'node:path'; import pg from 'pg'; export const one = () => (counter.value++, path.sep + (pg ? '' : ''));",
      'two.ts': "export { counter } from './counter.ts';",
    });
    expect(build().status).toBe(0);
    expect(readFileSync(path.join(folder, 'dist/one.js'), 'utf8')).toContain('from "pg"');
    write({ 'dist/stale.js': '' });
    const before = statSync(path.join(folder, 'dist/two.js')).mtimeMs;
    expect(build().status).toBe(0);
    expect(existsSync(path.join(folder, 'dist/stale.js'))).toBe(false);
    expect(statSync(path.join(folder, 'dist/two.js')).mtimeMs).toBe(before);
  });

  it('of a plugin also builds the server halves of its pages, where the host looks for them', () => {
    write({
      'package.json': manifest(['plugin']),
      'plugin.ts': 'export const plugin = {};',
      'portal/list.page.tsx': 'export default function List() { return <p>list</p>; }',
      'portal/list.server.ts': "export const loader = (): string => 'loaded';",
    });
    expect(build().status).toBe(0);
    expect(evaluate("import('./dist/portal/list.server.js').then((half) => console.log(half.loader()))")).toBe('loaded');
    expect(existsSync(path.join(folder, 'dist/portal/list.page.js'))).toBe(false);
  });

  it.each([
    ['server', { 'plugin.ts': 'export const plugin = {' }],
    ['page', { 'plugin.ts': 'export const plugin = {};', 'portal/list.page.tsx': "import './missing.ts'; export default () => <p>" }],
  ])('of a plugin whose %s does not compile leaves the reason in its place and does not fail the others', (_, files) => {
    write({ 'package.json': manifest(['plugin']), 'plugin.ts': 'export const plugin = {};' });
    expect(build().status).toBe(0);
    write(files);
    const again = build();
    expect(again.status).toBe(0);
    expect(again.stderr).toContain('does not compile and is left out');
    expect(readFileSync(path.join(folder, 'dist/build-error.txt'), 'utf8')).toContain('ERROR');
    expect(existsSync(path.join(folder, 'dist/plugin.js'))).toBe(false);
    write({ 'plugin.ts': 'export const plugin = {};', 'portal/list.page.tsx': 'export default () => null;' });
    expect(build().status).toBe(0);
    expect(existsSync(path.join(folder, 'dist/build-error.txt'))).toBe(false);
  });

  it('of any other package fails when it does not compile', () => {
    write({ 'package.json': manifest(['index']), 'index.ts': 'export const =' });
    const { status, stderr } = build();
    expect(status).toBe(1);
    expect(stderr).toContain('index.ts');
  });
});
