import type { Rule } from '../rule.ts';

// Written so that this file does not find itself.
const LATER = /\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K|not yet implement[e]d|not implement[e]d)\b/;
const SWITCHED_OFF =
  /\b(?:it|test|describe|suite|bench)(?:\.concurrent|\.sequential)?\.(?:skip|only|todo|fails|skipIf|runIf)\b|\b(?:xit|xdescribe|xtest|fit|fdescribe)\(/;
const NOTES = /^(platform|plugins|workflows|apps|bench|migrations|docs|\.ci)\/.*\.(ts|tsx|mjs|cjs|sql|css|mjml|md|sh)$|^[^/]+\.(ts|md|js|cjs)$/;

/** What is in the tree is done; what is not done is in an issue. */
export const noHalfWork: Rule = {
  name: 'no-half-work',
  about: 'No note to do it later, no test that is skipped, narrowed or expected to fail.',
  *find(tree) {
    for (const file of tree.matching(NOTES)) {
      for (const [at, line] of tree.text(file).split('\n').entries()) {
        const found = LATER.exec(line) ?? (/\.test\.tsx?$/.test(file) ? SWITCHED_OFF.exec(line) : null);
        if (found) yield { file, line: at + 1, message: `"${found[0]}": finish it, or write an issue and remove it here.` };
      }
    }
  },
  violation: { 'plugins/leads/test/planted.test.ts': `import { expect, it } from 'vitest';\nit.${'skip'}('is for another day', () => expect(1).toBe(1));\n` },
};
