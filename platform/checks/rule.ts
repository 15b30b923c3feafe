import type { Tree } from './tree.ts';

/** One thing that is not as the house wants it. */
export interface Finding {
  /** The name of the rule. */
  readonly rule: string;
  readonly file: string;
  /** From 1; absent when the whole file is meant. */
  readonly line?: number;
  /** What is wrong and what to do instead. */
  readonly message: string;
}

/** A file as it must not be: its whole text, or a change of the text that is there. */
export type Planted = Readonly<Record<string, string | ((text: string) => string)>>;

/** A rule of our own. `violation` is a tree that it must find wrong: a rule without a bite is no rule. */
export interface Rule {
  readonly name: string;
  /** The rule in one sentence, as CONTRIBUTING has it. */
  readonly about: string;
  find(tree: Tree): Iterable<Omit<Finding, 'rule'>>;
  /** Files that break it, and the first of them is where it must be found. */
  readonly violation: Planted;
}

const ESCAPE = /check-allow ([a-z-]+): \S/g;

/** The findings of a rule, without those that a comment at the line or the one before it allows: `check-allow <rule>: <reason>`. */
export function findingsOf(rule: Rule, tree: Tree): Finding[] {
  return [...rule.find(tree)]
    .filter(({ file, line }) => line === undefined || !isAllowed(tree, rule.name, file, line))
    .map((finding) => ({ rule: rule.name, ...finding }));
}

function isAllowed(tree: Tree, rule: string, file: string, line: number): boolean {
  const lines = tree
    .text(file)
    .split('\n')
    .slice(Math.max(0, line - 2), line)
    .join('\n');
  return [...lines.matchAll(ESCAPE)].some(([, allowed]) => allowed === rule);
}

/** The texts of planted files, with changes applied to what the tree has. Throws when a change changes nothing. */
export function plantedTexts(tree: Tree, planted: Planted): Record<string, string> {
  return Object.fromEntries(
    Object.entries(planted).map(([file, change]) => {
      const text = typeof change === 'string' ? change : change(tree.text(file));
      if (tree.has(file) && text === tree.text(file)) throw new Error(`planting a violation in ${file} changed nothing`);
      return [file, text];
    }),
  );
}
