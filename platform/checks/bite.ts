import { checkoutRoot } from './checkout-root.ts';
import { copyTree, type Copy } from './copy-tree.ts';
import type { Part, Violation } from './part.ts';
import { parts } from './parts/index.ts';
import { prepare } from './prepare.ts';
import { findingsOf, plantedTexts, type Finding } from './rule.ts';
import { ownRules } from './rules/index.ts';
import { Tree } from './tree.ts';

/** What came of one rule: nothing, or why it does not hold what it says. */
interface Bite {
  readonly part: string;
  readonly rule: string;
  readonly problem?: string;
}

/**
 * Plants a violation of each rule of a part, each in files of its own, runs the part once over all of them, and demands
 * that each is found by the rule's name in its own file. Before, the untouched copy must be green.
 */
async function bitePart(part: Part, copy: Copy): Promise<Bite[]> {
  const tree = Tree.at(copy.root);
  const before = await part.find(copy.root);
  const planted = part.violations.map((violation) => ({ violation, texts: plantedTexts(tree, violation.plant) }));
  const unplant = copy.plant(Object.assign({}, ...planted.map(({ texts }) => texts)) as Record<string, string>);
  try {
    const after = await part.find(copy.root);
    return (await part.rules(copy.root)).map((rule) => judge(part, rule, before, after));
  } finally {
    unplant();
  }
}

function judge(part: Part, rule: string, before: readonly Finding[], after: readonly Finding[]): Bite {
  const own = part.violations.filter((violation) => violation.rule === rule);
  const already = before.filter((finding) => finding.rule === rule);
  if (own.length === 0) return { part: part.name, rule, problem: 'no violation of it is planted (a rule without a bite is no rule)' };
  if (already.length > 0) return { part: part.name, rule, problem: `the untouched copy is red: ${already[0]!.file} ${already[0]!.message.slice(0, 120)}` };
  const missed = own.map(placeOf).filter((file) => !after.some((finding) => finding.rule === rule && finding.file === file));
  return { part: part.name, rule, ...(missed.length > 0 ? { problem: `its violation in ${missed.join(', ')} was not found` } : {}) };
}

const placeOf = ({ at, plant }: Violation): string => at ?? Object.keys(plant)[0]!;

/** Our own rules read the tree only: each is tried by itself, over the tree with its violation in it. */
function biteOwnRules(root: string): Bite[] {
  const tree = Tree.at(root);
  return ownRules.map((rule): Bite => {
    const already = findingsOf(rule, tree);
    const texts = plantedTexts(tree, rule.violation);
    const place = Object.keys(texts)[0]!;
    const isFound = findingsOf(rule, tree.with(texts)).some(({ file }) => file === place);
    const problem =
      already.length > 0
        ? `the untouched tree is red: ${already[0]!.file} ${already[0]!.message.slice(0, 120)}`
        : isFound
          ? undefined
          : `its violation in ${place} was not found`;
    return { part: 'rules', rule: rule.name, ...(problem ? { problem } : {}) };
  });
}

function tell(bites: readonly Bite[], began: number): number {
  for (const { part, rule, problem } of bites) console.log(`${problem ? '✗' : '✓'} ${part.padEnd(10)} ${rule}${problem ? `: ${problem}` : ''}`);
  const missed = bites.filter(({ problem }) => problem).length;
  console.log(
    `${missed === 0 ? '✓' : '✗'} check:bite: ${bites.length - missed} of ${bites.length} rules bite (${((performance.now() - began) / 1000).toFixed(0)} s)`,
  );
  return missed === 0 ? 0 : 1;
}

/** `npm run check:bite [-- --only imports,lint]`: answers with the exit code. */
async function bite(root: string, argv: readonly string[]): Promise<number> {
  const began = performance.now();
  const at = argv.indexOf('--only');
  const only = at < 0 ? undefined : (argv[at + 1] ?? '').split(',');
  const wanted = parts.filter(({ name }) => !only || only.includes(name));
  const tools = wanted.filter(({ name }) => name !== 'rules');
  const bites: Bite[] = wanted.length > tools.length ? biteOwnRules(root) : [];
  if (tools.length === 0) return tell(bites, began);
  // two copies: while one part has its violations planted, the other's files are as they should be
  const copies = [copyTree(root), copyTree(root)];
  try {
    await Promise.all(copies.map((copy) => prepare(copy.root)));
    let next = 0;
    const lane = async (copy: Copy): Promise<void> => {
      for (let mine = next++; mine < tools.length; mine = next++) bites.push(...(await bitePart(tools[mine]!, copy)));
    };
    await Promise.all(copies.map(lane));
  } finally {
    for (const copy of copies) copy.remove();
  }
  return tell(bites, began);
}

process.exitCode = await bite(checkoutRoot(), process.argv.slice(2));
