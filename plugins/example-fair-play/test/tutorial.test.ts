import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

// The tutorial builds this very plugin, under the id that its reader gives to it.
const folder = path.resolve(import.meta.dirname, '..');
const page = readFileSync(path.join(folder, '../../docs/plugins/first-plugin.md'), 'utf8');

/** What the reader saves, by file: the name stands above each piece. */
const told = new Map([...page.matchAll(/^`([\w./-]+)`\n\n```\w+\n([\s\S]*?)^```/gm)].map(([, file, text]) => [file!, text!]));

const ofReader = (text: string): string =>
  text.replaceAll('example-fair-play', 'fair-play').replaceAll('example_fair_play', 'fair_play').replaceAll('ExampleFairPlay', 'FairPlay');
/** Without spaces, and commas that only a format asks for: how long a line is depends on the name. */
const plain = (text: string): string => text.replace(/\s+/g, '').replace(/,([}\])])/g, '$1');

// Of the tests, the tutorial has one to read.
const notTold = (file: string): boolean =>
  file === 'README.md' || /^(dist|node_modules|\.turbo)\//.test(file) || (file.startsWith('test/') && file !== 'test/goodwill.db.test.ts');
const here = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
  .filter((file) => !notTold(file));

describe('the tutorial (docs/plugins/first-plugin.md)', () => {
  it('has every file of this plugin, and no other', () => expect([...told.keys()].sort()).toEqual(here.sort()));
  it.each([...told])('has %s as it is here', (file, text) => {
    expect(plain(text)).toBe(plain(ofReader(readFileSync(path.join(folder, file), 'utf8'))));
  });
  it('makes the folder, starts the product, and switches the plugin on, in this order', () => {
    const steps = [
      'npm ci',
      'npm run new:plugin fair-play',
      'npm install',
      'npm run dev',
      'npx portico plugin enable fair-play --business greenfold',
      'npm test -- plugins/fair-play',
    ];
    const places = steps.map((step) => page.indexOf(`\n${step}`));
    expect(places).toEqual(places.filter((place) => place > 0).toSorted((a, b) => a - b));
  });
});
