import type { Rule } from '../rule.ts';
import { isTest, lineAt, type Tree } from '../tree.ts';
import { declaredKeys } from './translations.ts';

const CODE_OF_CLASS = /extends defineError\(\s*'([^']+)'|readonly code = '([^']+)'/g;
const LIST = 'docs/errors.md';

/** Every stable code with the place where its class stands. */
export function errorCodes(tree: Tree): { code: string; file: string; line: number }[] {
  return tree
    .matching(/^(plugins|platform\/(kit|core))\/.*\.ts$/)
    .filter((file) => !isTest(file))
    .flatMap((file) => {
      const text = tree.text(file);
      return [...text.matchAll(CODE_OF_CLASS)].map((match) => ({ code: match[1] ?? match[2]!, file, line: lineAt(text, match.index) }));
    });
}

/** Errors are part of the interface: people read the sentence, developers the list. */
export const errorsAreTold: Rule = {
  name: 'errors-are-told',
  about: 'Every error code has a sentence in a translations/en.json and a line in docs/errors.md; the list names no code that is gone.',
  *find(tree) {
    const sentences = declaredKeys(tree);
    const list = tree.has(LIST) ? tree.text(LIST) : '';
    const listed = new Set([...list.matchAll(/^\| `?([a-z0-9-]+\.[a-z0-9.-]+)`? \|/gm)].map(([, code]) => code!));
    const codes = errorCodes(tree);
    for (const { code, file, line } of codes) {
      if (!sentences.has(code)) yield { file, line, message: `The error "${code}" has no sentence in translations/en.json.` };
      if (!listed.has(code)) yield { file, line, message: `The error "${code}" has no line in ${LIST}: | ${code} | status | sentence | when |` };
    }
    for (const code of listed) {
      if (!codes.some((one) => one.code === code))
        yield { file: LIST, line: lineAt(list, list.indexOf(code)), message: `No class has the code "${code}" any more. Remove its line.` };
    }
  },
  violation: {
    'plugins/leads/lead/planted-errors.ts': "import { defineError } from '@portico/kit';\nexport class Planted extends defineError('leads.planted', 409) {}\n",
  },
};
