import type { Rule } from '../rule.ts';

// Written so that this file does not find itself.
const HERE = /(?:^|[\s"'`(=:])(\/(?:root|home\/\w+|Users\/\w+|work|mnt)\/[\w.]+)/;
const REGISTRY =
  /\b(registry\.(?:npm[j]s\.org|yarn[p]kg\.com)|npm[m]irror\.com|(?:proxy|sum)\.gol[a]ng\.org|arti[f]actory|verda[c]cio|files\.python[h]osted\.org)\b/i;
const MAKERS = /\b(cl[a]ude|anthr[o]pic|open[a]i|chat[g]pt|copil[o]t)\b/i;
const READ = /\.(ts|tsx|mjs|cjs|js|json|sql|md|css|mjml|sh|yml|yaml|go|mod|sum|html|svg)$|(^|\/)(run|LICENSE|\.npmrc|\.gitignore|\.nvmrc)$/;

/** The project speaks of itself: it works wherever it is cloned. */
export const noMachineWords: Rule = {
  name: 'no-machine-words',
  about: 'No path of one machine, no registry’s host name and no maker of tools in a tracked file.',
  *find(tree) {
    for (const file of tree.matching(READ)) {
      for (const [at, line] of tree.text(file).split('\n').entries()) {
        const found = HERE.exec(line)?.[1] ?? REGISTRY.exec(line)?.[1] ?? MAKERS.exec(line)?.[1];
        if (found) yield { file, line: at + 1, message: `"${found}" belongs to one machine or one maker, not to the project.` };
      }
    }
  },
  violation: { 'docs/planted.md': `See ${'/home'}/somebody/portico for the rest.\n` },
};
