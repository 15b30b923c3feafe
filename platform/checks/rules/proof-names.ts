import ts from 'typescript';
import type { Rule } from '../rule.ts';
import type { Tree } from '../tree.ts';

/** What docs/proof.json says of one line, story or requirement. */
export interface Proof {
  readonly verdict: 'works' | 'partly' | 'missing' | 'later';
  /** `<file> > <title>`; the title alone, or with those of the describes around it, joined by ` > `. */
  readonly tests: readonly string[];
  /** What is missing, when it is not whole. */
  readonly note?: string;
  /** At `requirements`: how many ids each series has (`R-1`: 57). Each id has its entry. */
  readonly series?: Readonly<Record<string, number>>;
  /** At `pages`: how many items the checklist of each page has. Each has its entry, `pages: <page>: <item>`. */
  readonly items?: Readonly<Record<string, number>>;
}

/** Where verdicts and tests stand beside each other. */
export const PROOF = 'docs/proof.json';
const VERDICTS = new Set(['works', 'partly', 'missing', 'later']);

/** A title as a pattern: what is filled in at run time (`%s`, `$name`, `${…}`) may be anything. */
function patternOf(node: ts.Expression): string | undefined {
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%[sdifjo#%]|\\\$[\w.]+/g, '.*');
  if (ts.isStringLiteralLike(node)) return literal(node.text);
  if (ts.isTemplateExpression(node)) return literal(node.head.text) + node.templateSpans.map((span) => `.*${literal(span.literal.text)}`).join('');
  if (ts.isBinaryExpression(node)) return `${patternOf(node.left) ?? '.*'}${patternOf(node.right) ?? '.*'}`;
  return '.*';
}

const BEGINS_TEST = /^(it|test|describe)\b/;

/** The titles of a test file's tests, each as a pattern with those of its describes. */
export function titlesOf(tree: Tree, file: string): RegExp[] {
  const found: RegExp[] = [];
  const visit = (node: ts.Node, around: readonly string[]): void => {
    const call = ts.isCallExpression(node) ? BEGINS_TEST.exec(node.expression.getText())?.[1] : undefined;
    const title = call && ts.isCallExpression(node) && node.arguments.length > 1 ? patternOf(node.arguments[0]!) : undefined;
    if (call !== 'describe' && title && title !== '.*') found.push(new RegExp(`^(?:${around.map((one) => `${one}(?: > | )`).join('')})?${title}$`));
    const inner = call === 'describe' && title ? [...around, title] : around;
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(tree.source(file), []);
  return found;
}

// A business's own plugin may be taken out, folder and list entry; what it proved went with it.
const isGonePlugin = (tree: Tree, file: string): boolean => {
  const folder = /^plugins\/example-[^/]+\//.exec(file)?.[0];
  return folder !== undefined && !tree.files.some((one) => one.startsWith(folder));
};

function problemOf(tree: Tree, name: string): string | undefined {
  const at = name.indexOf(' > ');
  if (at < 0) return `"${name}" is not "<file> > <title>".`;
  const [file, title] = [name.slice(0, at), name.slice(at + 3)];
  if (isGonePlugin(tree, file)) return undefined;
  if (!/\.test\.tsx?$/.test(file) || !tree.files.includes(file)) return `There is no test file ${file}.`;
  return titlesOf(tree, file).some((pattern) => pattern.test(title)) ? undefined : `${file} has no test "${title}".`;
}

/** Ids of the series that have no entry, and entries of ids that no series has. */
function* incompleteSeries(proof: Readonly<Record<string, Proof>>): Iterable<string> {
  const wanted = Object.entries(proof['requirements']?.series ?? {}).flatMap(([series, count]) =>
    Array.from({ length: count }, (_, at) => `${series}.${at + 1}`),
  );
  if (wanted.length === 0) yield '"requirements" does not say which series of ids there are.';
  for (const id of wanted) if (!(id in proof)) yield `${id} has no entry.`;
  for (const id of Object.keys(proof)) if (/^R-/.test(id) && !wanted.includes(id)) yield `${id} is in no series that "requirements" names.`;
}

/** Pages whose checklist has fewer or more entries than is said, and entries of pages that are not named. */
function* incompletePages(proof: Readonly<Record<string, Proof>>): Iterable<string> {
  const pages = proof['pages']?.items ?? {};
  if (Object.keys(pages).length === 0) yield '"pages" does not say which pages have checklists.';
  const pageOf = (id: string) => /^pages: ([^:]+): ./.exec(id)?.[1];
  const entries = Object.keys(proof).filter((id) => id.startsWith('pages: '));
  for (const [page, count] of Object.entries(pages)) {
    const there = entries.filter((id) => pageOf(id) === page).length;
    if (there !== count) yield `The checklist of ${page} has ${count} items, and ${there} entries.`;
  }
  for (const id of entries) if (!((pageOf(id) ?? '') in pages)) yield `${id} is of no page that "pages" names.`;
}

/** Entries that stand twice: of the two verdicts only one would be read. */
function doubledIds(text: string): string[] {
  const ids = [...text.matchAll(/^ {2}("(?:[^"\\]|\\.)*"): \{/gm)].map(([, id]) => id!);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}

/** What is said to work is shown by a test of that name. */
export const proofNames: Rule = {
  name: 'proof-names',
  about: 'docs/proof.json names only tests that exist, no line works without one, and every requirement and item of a page has one verdict.',
  *find(tree) {
    if (!tree.has(PROOF)) return yield { file: PROOF, message: 'It is missing.' };
    const text = tree.text(PROOF).split('\n');
    const lineOfText = (part: string): number => text.findIndex((one) => one.includes(JSON.stringify(part))) + 1;
    const proof = tree.json<Record<string, Proof>>(PROOF);
    for (const message of [...incompleteSeries(proof), ...incompletePages(proof)]) yield { file: PROOF, message };
    for (const id of doubledIds(tree.text(PROOF))) yield { file: PROOF, message: `${id} stands twice.` };
    for (const [id, { verdict, tests, note }] of Object.entries(proof)) {
      if (!VERDICTS.has(verdict)) yield { file: PROOF, line: lineOfText(id), message: `${id}: "${verdict}" is no verdict.` };
      if (verdict === 'works' && tests.length === 0) yield { file: PROOF, line: lineOfText(id), message: `${id} is said to work, and no test shows it.` };
      if (verdict !== 'works' && !note) yield { file: PROOF, line: lineOfText(id), message: `${id} is ${verdict}: say in "note" what is missing.` };
      for (const name of tests) {
        const problem = problemOf(tree, name);
        if (problem) yield { file: PROOF, line: lineOfText(name), message: problem };
      }
    }
  },
  violation: { [PROOF]: '{ "R-0.0": { "verdict": "works", "tests": ["plugins/leads/test/ingest.db.test.ts > a test that nobody wrote"] } }\n' },
};
