import type { Part } from '../part.ts';
import { findingsOf } from '../rule.ts';
import { ownRules } from '../rules/index.ts';
import { Tree } from '../tree.ts';

/** Our own rules, over one reading of the tree. */
export const rules: Part = {
  name: 'rules',
  about: 'tenancy of tables, clocks, words, names, errors, tests, proof (platform/checks/rules)',
  rules: () => ownRules.map(({ name }) => name),
  find: async (root) => {
    const tree = Tree.at(root);
    return ownRules.flatMap((rule) => findingsOf(rule, tree));
  },
  violations: ownRules.map(({ name, violation }) => ({ rule: name, plant: violation })),
};
