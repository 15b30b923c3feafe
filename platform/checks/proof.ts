import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkoutRoot } from './checkout-root.ts';
import { PROOF, type Proof } from './rules/proof-names.ts';
import { Tree } from './tree.ts';

const VERDICTS = ['works', 'partly', 'missing', 'later'] as const;

/** One test of the last `npm test` of everything, from reports/tests-whole.json. */
interface Ran {
  readonly file: string;
  readonly name: string;
  readonly status: string;
}

/** What the last whole run says; undefined when there was none. */
function lastRun(root: string): readonly Ran[] | undefined {
  const file = path.join(root, 'reports', 'tests-whole.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Ran[]) : undefined;
}

/** The tests of a run that a name of proof.json means: what is filled in at run time may be anything. */
function meant(named: string, ran: readonly Ran[]): readonly Ran[] {
  const at = named.indexOf(' > ');
  const title = named
    .slice(at + 3)
    .replaceAll(' > ', ' ')
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`(^| )${title.replace(/%[sdifj]|\\\$\\\{[^}]*\\\}|\\\$\w+/g, '.*')}$`);
  return ran.filter(({ file, name }) => file === named.slice(0, at) && pattern.test(name));
}

/** Names that are said to show something, and did not pass when all was run. */
const notGreen = (tests: readonly string[], ran: readonly Ran[]): string[] =>
  tests.filter((named) => meant(named, ran).length === 0 || meant(named, ran).some(({ status }) => status !== 'passed'));

/** Prints docs/proof.json as a table: each line, its verdict, how many tests show it, what is missing, and what is red. */
function printProof(root: string): number {
  const proof = Object.entries(Tree.at(root).json<Record<string, Proof>>(PROOF));
  const ran = lastRun(root);
  const width = Math.max(...proof.map(([id]) => id.length));
  let red = 0;
  for (const [id, { verdict, tests, note }] of proof) {
    console.log(`${id.padEnd(width)}  ${verdict.padEnd(7)}  ${String(tests.length).padStart(3)} tests  ${note ?? ''}`.trimEnd());
    for (const named of ran ? notGreen(tests, ran) : []) {
      red += 1;
      console.log(`${' '.repeat(width)}  ✗ did not pass in the last run: ${named}`);
    }
  }
  console.log(
    `${VERDICTS.map((verdict) => `${proof.filter(([, one]) => one.verdict === verdict).length} ${verdict}`).join(', ')}${ran ? `; ${red} named tests did not pass in the last run` : ''}`,
  );
  return red === 0 ? 0 : 1;
}

process.exitCode = printProof(checkoutRoot());
