import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

// The tutorial builds this very plugin, under the id that its reader gives to it.
const folder = path.resolve(import.meta.dirname, '..');
const page = readFileSync(path.join(folder, '../../docs/plugins/first-plugin.md'), 'utf8').replaceAll(/(?<!example-)fair-play/g, 'example-fair-play');
const sources = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => plain(readFileSync(path.join(folder, file), 'utf8')))
  .join('\n');

/** Code without remarks, spaces, and commas that only a format asks for. */
function plain(code: string): string {
  return code
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/\s+/g, '')
    .replace(/,([}\])])/g, '$1');
}

/** What a piece of code with gaps (`…`) looks like in a source. */
const withGaps = (code: string): RegExp =>
  new RegExp(
    plain(code)
      .split(/,?…,?/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*?'),
  );

describe('the tutorial (docs/plugins/first-plugin.md)', () => {
  const code = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block!);

  it('has the manifest, the use case and the vote', () => {
    expect(code.map((block) => /definePlugin|writeNote|voteInTime/.exec(block)?.[0])).toEqual(['definePlugin', 'writeNote', 'voteInTime']);
  });
  it.each(code.map((block): [string, string] => [block.split('\n')[0]!, block]))('shows code that is in this plugin: %s', (_, block) => {
    expect(sources).toMatch(withGaps(block));
  });
  it('names files that are here', () => {
    const files = [...page.matchAll(/`([\w/-]+\.(?:slot|page|server)?\.?(?:tsx?|sql|json))`/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(4);
    expect(files.filter((file) => file.includes('/') && !existsSync(path.join(folder, file)))).toEqual([]);
  });
});
