import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchTree } from '../start/watch-tree.ts';

let root: string;
let over: AbortController;
const told = new Set<string>();

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'watch-test-'));
  mkdirSync(path.join(root, 'plugins/pond/portal'), { recursive: true });
  mkdirSync(path.join(root, 'plugins/pond/node_modules/react'), { recursive: true });
  mkdirSync(path.join(root, 'docs'));
  writeFileSync(path.join(root, 'plugins/pond/portal/list.page.tsx'), '1');
  over = new AbortController();
  watchTree(root, {
    names: ['plugins', 'package.json'],
    ignored: (file) => /(^|\/)node_modules(\/|$)|\.tmp$/.test(file),
    changed: (file) => told.add(file),
    signal: over.signal,
  });
});
afterEach(() => {
  over.abort();
  told.clear();
  rmSync(root, { recursive: true });
});

/** Does something and waits until the file is told of. Fails by the test's time when it never is. */
async function tells(file: string, work: () => void): Promise<void> {
  told.clear();
  work();
  while (!told.has(file)) await pause(10);
  expect(told).toContain(file);
}

/** How editors save: a new file takes the place of the old one. */
function replace(file: string, text: string): void {
  writeFileSync(path.join(root, `${file}.tmp`), text);
  renameSync(path.join(root, `${file}.tmp`), path.join(root, file));
}

it('a file that is replaced again and again is told of each time', async () => {
  const file = 'plugins/pond/portal/list.page.tsx';
  for (const text of ['2', '3', '4']) await tells(file, () => replace(file, text));
  await tells(file, () => writeFileSync(path.join(root, file), '5'));
  await tells('package.json', () => replace('package.json', '{}'));
  await tells('package.json', () => replace('package.json', '{ }'));
});

it('a folder that is made later is looked into, also when it was there before under the same name', async () => {
  const folder = path.join(root, 'plugins/brook/portal');
  for (let round = 0; round < 2; round += 1) {
    await tells('plugins/brook', () => mkdirSync(folder, { recursive: true }));
    await tells('plugins/brook/portal/list.page.tsx', () => writeFileSync(path.join(folder, 'list.page.tsx'), '1'));
    await tells('plugins/brook', () => rmSync(path.join(root, 'plugins/brook'), { recursive: true }));
    await pause(50); // a removal is told in several pieces
  }
});

it('nobody is told of what is installed, of drafts, and of what was not asked for', async () => {
  writeFileSync(path.join(root, 'plugins/pond/node_modules/react/index.js'), '1');
  writeFileSync(path.join(root, 'plugins/pond/draft.tmp'), '1');
  writeFileSync(path.join(root, 'docs/page.md'), '1');
  writeFileSync(path.join(root, 'README.md'), '1');
  await tells('plugins/pond/api.ts', () => writeFileSync(path.join(root, 'plugins/pond/api.ts'), '1'));
  expect([...told].sort()).toEqual(['plugins/pond/api.ts']);
});
