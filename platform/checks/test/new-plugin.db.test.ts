import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkoutRoot } from '../checkout-root.ts';
import { copyTree, type Copy } from '../copy-tree.ts';
import { findingsOf } from '../rule.ts';
import { ownRules } from '../rules/index.ts';
import { runNode, toolAt, type Ended } from '../run-program.ts';
import { runTests } from '../run-tests.ts';
import { Tree } from '../tree.ts';

// The longest lines of what is written grow with the name.
const NAME = 'sunny-afternoon-notes';
const FOLDER = `plugins/${NAME}`;
const LINKS = `#!/bin/sh\nln -sfn ../../${FOLDER} node_modules/@portico/plugin-${NAME}\n`;

let copy: Copy;
let npm: string;
let made: Ended;
const newPlugin = (...words: string[]): Promise<Ended> =>
  runNode(copy.root, ['platform/cli/bootstrap.mjs', 'new-plugin', ...words], { ...process.env, PATH: `${npm}${path.delimiter}${process.env.PATH}` });

// The command runs in a copy of the checkout. Of npm it needs one thing there: the link to the new package.
beforeAll(async () => {
  copy = copyTree(checkoutRoot());
  npm = mkdtempSync(path.join(tmpdir(), 'npm-'));
  writeFileSync(path.join(npm, 'npm'), LINKS, { mode: 0o755 });
  made = await newPlugin(NAME);
  // types are asked of the new plugin alone, and of what it is tested with
  writeFileSync(
    path.join(copy.root, 'tsconfig.json'),
    JSON.stringify({ extends: './tsconfig.base.json', include: [FOLDER, 'platform/testing/global-setup.ts'] }),
  );
}, 120_000);
afterAll(() => {
  copy.remove();
  rmSync(npm, { recursive: true });
});

describe('npm run new:plugin', { timeout: 240_000 }, () => {
  it('makes a listed plugin, says how to test it and how to switch it on', () => {
    expect(made).toMatchObject({ code: 0 });
    expect(made.out).toContain(`npm test -- ${FOLDER}`);
    expect(made.out).toContain(`npx portico plugin enable --business <slug> --plugin ${NAME}`);
    expect(Tree.at(copy.root).json<{ portico: { plugins: string[] } }>('package.json').portico.plugins).toContain(`@portico/plugin-${NAME}`);
  });

  it('which is formatted, of strict types, and breaks no rule of ours', async () => {
    const asked = [toolAt(copy.root, '@biomejs/biome/bin/biome'), 'check', FOLDER];
    expect(await runNode(copy.root, asked)).toMatchObject({ code: 0 });
    expect(await runNode(copy.root, [toolAt(copy.root, 'typescript/bin/tsc'), '--noEmit', '--pretty', 'false'])).toEqual({ code: 0, out: '', err: '' });
    const tree = Tree.at(copy.root);
    const findings = ownRules.flatMap((rule) => findingsOf(rule, tree)).filter(({ file }) => file.startsWith(FOLDER));
    expect(findings).toEqual([]);
  });

  it('and whose own test is green on a real database', async () => {
    const { tests, unloaded } = await runTests(copy.root, [FOLDER]);
    expect(unloaded).toEqual([]);
    expect(tests.filter((test) => !test.isGreen)).toEqual([]);
    expect(tests.map((test) => test.title)).toEqual(
      expect.arrayContaining([
        'an account admin writes a note and sees it; the same account id at another business sees nothing',
        'the page’s form writes a note and says so; words that are missing or too many are told at their field',
      ]),
    );
  });

  it.each([
    [[NAME], `${FOLDER} exists already.`],
    [['Notes!'], 'No plugin can be called so: its id "Notes!" must be 2 to 31 lower-case letters, digits and dashes, and begin with a letter.'],
    [[], 'Say one name: npm run new:plugin my-plugin'],
  ])('refuses %j in one sentence', async (words, sentence) => {
    const { code, err } = await newPlugin(...words);
    expect({ code, err: err.trim() }).toEqual({ code: 1, err: sentence });
  });
});
