import { checkoutRoot } from './checkout-root.ts';
import type { Part } from './part.ts';
import { parts } from './parts/index.ts';
import { prepare } from './prepare.ts';
import { findingsOf, type Finding } from './rule.ts';
import { ownRules } from './rules/index.ts';
import { Tree } from './tree.ts';

/** A part that ran. */
interface Result {
  readonly part: string;
  readonly findings: readonly Finding[];
  readonly seconds: number;
  /** The tool itself failed. */
  readonly broken?: string;
}

/** `npm run check [-- --only types,imports,no-plugin-id]`: answers with the exit code. */
async function check(root: string, argv: readonly string[]): Promise<number> {
  const began = performance.now();
  const wanted = wantedParts(argv);
  if (typeof wanted === 'string') return tell(wanted);
  if (wanted.some(({ name }) => ['types', 'promises', 'imports', 'unused'].includes(name))) await prepare(root);
  const results = await sideBySide(wanted, 2, (part) => run(part, root));
  const count = results.reduce((sum, { findings, broken }) => sum + findings.length + (broken ? 1 : 0), 0);
  console.log(`${count === 0 ? '✓' : '✗'} check: ${count === 0 ? 'nothing to say' : `${count} to look at`} (${seconds(began).toFixed(0)} s)`);
  return count === 0 ? 0 : 1;
}

function tell(sentence: string): number {
  console.error(sentence);
  return 1;
}

/** All parts, or those of `--only`: names of parts, and of our own rules. A wrong name is answered with a sentence. */
function wantedParts(argv: readonly string[]): readonly Part[] | string {
  const at = argv.findIndex((arg) => arg === '--only' || arg.startsWith('--only='));
  if (at < 0) return parts;
  const names = (argv[at]!.split('=')[1] ?? argv[at + 1] ?? '').split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !parts.some((part) => part.name === name) && !ownRules.some((rule) => rule.name === name));
  if (unknown.length > 0 || names.length === 0)
    return `--only takes ${parts.map(({ name }) => name).join(', ')} or a rule of our own: ${ownRules.map(({ name }) => name).join(', ')}.`;
  return [...parts.filter(({ name }) => names.includes(name)), ...ownRules.filter(({ name }) => names.includes(name)).map(partOf)];
}

const partOf = (rule: (typeof ownRules)[number]): Part => ({
  name: rule.name,
  about: rule.about,
  rules: () => [rule.name],
  find: async (root) => findingsOf(rule, Tree.at(root)),
  violations: [{ rule: rule.name, plant: rule.violation }],
});

async function sideBySide<T, R>(items: readonly T[], lanes: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let mine = next++; mine < items.length; mine = next++) results[mine] = await work(items[mine]!);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

const seconds = (began: number): number => (performance.now() - began) / 1000;

async function run(part: Part, root: string): Promise<Result> {
  const began = performance.now();
  try {
    const findings = await part.find(root);
    return told({ part: part.name, findings, seconds: seconds(began) });
  } catch (error) {
    return told({ part: part.name, findings: [], seconds: seconds(began), broken: error instanceof Error ? error.message : String(error) });
  }
}

const MOST_SHOWN = 60;

function told(result: Result): Result {
  const { part, findings, broken } = result;
  const isGreen = findings.length === 0 && !broken;
  console.log(
    `${isGreen ? '✓' : '✗'} ${part.padEnd(10)} ${isGreen ? '' : broken ? 'broke' : `${findings.length} to look at`} (${result.seconds.toFixed(1)} s)`,
  );
  if (broken) console.log(`    ${broken.replaceAll('\n', '\n    ')}`);
  for (const { rule, file, line, message } of findings.slice(0, MOST_SHOWN)) console.log(`    ${file}${line ? `:${line}` : ''}  ${rule}: ${message}`);
  if (findings.length > MOST_SHOWN) console.log(`    … and ${findings.length - MOST_SHOWN} more`);
  return result;
}

process.exitCode = await check(checkoutRoot(), process.argv.slice(2));
