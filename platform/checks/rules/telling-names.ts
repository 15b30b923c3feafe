import type { Rule } from '../rule.ts';

const SAYS_NOTHING = /^(utils?|helpers?|misc|common|managers?|lib|libs|shared|stuff)$/i;
const KEBAB = /^\.?[a-z0-9]+(?:[-._][a-z0-9]+)*$/;
const WRITTEN_LARGE = new Set(['README.md', 'CONTRIBUTING.md', 'LICENSE', 'CHANGELOG.md']);

/** A newcomer finds a thing by its name. */
export const tellingNames: Rule = {
  name: 'telling-names',
  about: 'No file or folder is named utils, helpers, misc, common, manager or lib; names are lower case with dashes, the role after a dot.',
  *find(tree) {
    for (const file of tree.files) {
      const parts = file.split('/');
      const empty = parts.find((part) => SAYS_NOTHING.test(part.split('.', 1)[0]!));
      if (empty) yield { file, message: `"${empty}" says nothing. Name it after what it does, with a word of the domain.` };
      const name = parts.at(-1)!;
      const isRoute = file.startsWith('apps/web/app/routes/');
      if (!WRITTEN_LARGE.has(name) && !isRoute && !KEBAB.test(name)) yield { file, message: `"${name}" is not lower case with dashes.` };
    }
  },
  violation: { 'plugins/leads/lead/helpers.ts': 'export const one = 1;\n' },
};
