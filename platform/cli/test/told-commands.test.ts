import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Command } from '../command.ts';
import { nameProblem } from '../commands/new-plugin.ts';
import { commandName, commands } from '../commands/registry.ts';
import { checkoutRoot } from '../embedded/node-program.ts';

/** What a page tells people to type: in a block of commands or within a sentence. */
interface Told {
  readonly page: string;
  /** The words after the program's own, as a shell hands them over. */
  readonly words: readonly string[];
}

const root = checkoutRoot();
const pages = ['README.md', 'CONTRIBUTING.md', ...pagesBelow('docs'), ...pagesBelow('platform'), ...pagesBelow('plugins')];

function pagesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : pagesBelow(file);
    return entry.name.endsWith('.md') ? [file] : [];
  });
}

// A command ends with its line, its quotation, a remark, or the gap before the next one.
function toldAfter(program: string): Told[] {
  const code = /```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/g;
  return pages.flatMap((page) =>
    [...readFileSync(path.join(root, page), 'utf8').matchAll(code)]
      .flatMap(([, block, inline]) => (block ?? inline ?? '').split(/\n| {2,}/))
      .filter((line) => line.startsWith(`${program} `))
      .map((line) => ({ page, words: wordsOf(line.slice(program.length + 1).replace(/ #.*$/, '')) })),
  );
}

const wordsOf = (line: string): string[] => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
const named = ({ page, words }: Told): [string, Told] => [`${page}: ${words.join(' ')}`, { page, words }];

describe('what the pages tell people to type is what the command line takes', () => {
  it.each(toldAfter('npx portico').map(named))('npx portico, %s', async (_, { words }) => {
    const argv = words.filter((word) => word !== '--json');
    const command = commands.find((known) => argv.slice(0, known.words.split(' ').length).join(' ') === known.words);
    expect(command, 'there is such a command').toBeDefined();
    const { run } = (await import(`../commands/${commandName(command!.words)}.ts`)) as { run: Command };
    const rest = argv.slice(command!.words.split(' ').length);
    // Flags are read before anything else is looked at; a command that was understood then asks for its database.
    await expect(run({ argv: rest, data: root, run: { businesses: [] } as never, env: {} })).rejects.toThrow('DATABASE_URL');
  });

  it.each(toldAfter('npm run new:plugin').map(named))('npm run new:plugin, %s', (_, { words }) => {
    const [name, ...rest] = words[0] === '--' ? words.slice(1) : words;
    const empty = mkdtempSync(path.join(tmpdir(), 'portico-told-'));
    expect(nameProblem(name, rest, empty)).toBeUndefined();
    rmSync(empty, { recursive: true });
  });

  it.each(['core', 'api', 'portico', 'console', 'me'])('npm run new:plugin refuses %s, which belongs to the product', (id) => {
    expect(nameProblem(id, [], root)).toBe(`No plugin can be called so: its id "${id}" is an address or a name of the product.`);
  });

  it('finds the pages and their commands', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/plugins/first-plugin.md']));
    expect(toldAfter('npx portico').length).toBeGreaterThan(10);
    expect(toldAfter('npm run new:plugin').length).toBeGreaterThan(1);
  });
});

describe('plugin enable and disable', () => {
  const told = async (name: string, ...argv: string[]): Promise<string> => {
    const { run } = (await import(`../commands/${name}.ts`)) as { run: Command };
    return run({ argv, data: root, run: {} as never, env: {} }).then(
      () => 'it ran',
      (failure: Error) => failure.message.split('\n')[0]!,
    );
  };
  it.each(['plugin-enable', 'plugin-disable'])('%s takes the plugin by its flag or as a bare word, once', async (name) => {
    expect(await told(name, '--business', 'harborline', '--plugin', 'leads')).toContain('DATABASE_URL');
    expect(await told(name, 'leads', '--business', 'harborline')).toContain('DATABASE_URL');
    expect(await told(name, '--business', 'harborline', 'leads')).toContain('DATABASE_URL');
    expect(await told(name, '--business', 'harborline')).toBe('--plugin must be given.');
    expect(await told(name, 'leads', 'returns', '--business', 'harborline')).toContain('There is no flag "returns" here');
  });
});
