import { checkoutRoot } from './checkout-root.ts';
import { copyTree, type Copy } from './copy-tree.ts';
import { faults, textsWith, type Fault } from './faults.ts';
import { prepare } from './prepare.ts';
import { runTests, type TestRun } from './run-tests.ts';
import { Tree } from './tree.ts';
import { openTypeChecker } from './type-checker.ts';

/** What came of one fault: how it was noticed, or why that does not count. */
interface Verdict {
  readonly fault: Fault;
  readonly noticed?: string;
  readonly problem?: string;
}

/** The named test, as a run tells of it: what is filled in at run time stands before or after the title. */
const testOf = ({ noticedBy }: Fault, { tests }: TestRun) => tests.filter(({ file, title }) => file === noticedBy.file && title.includes(noticedBy.title));

function verdictOf(fault: Fault, run: TestRun): Verdict {
  const red = testOf(fault, run).filter(({ isGreen }) => !isGreen);
  if (red.length > 0) return { fault, noticed: red[0]!.title };
  const refusal = fault.orRefusedWith && run.unloaded.find(({ message }) => fault.orRefusedWith!.test(message));
  if (refusal) return { fault, noticed: `the product refuses to start: ${fault.orRefusedWith!.exec(refusal.message)![0]}` };
  const said = run.unloaded[0]?.message.slice(0, 400) ?? (testOf(fault, run).length > 0 ? 'the named test stayed green' : 'the named test did not run');
  return { fault, problem: said };
}

/** What is not as it must be before faults are tried: types without error, every named test there and green. */
async function problemsBefore(copy: Copy, chosen: readonly Fault[], planned: readonly Planned[]): Promise<string[]> {
  console.log('  … Types, without fault and with each');
  const checker = openTypeChecker(copy.root);
  const wrong = checker.errors().map((error) => `without any fault: ${error}`);
  const types = wrong.length > 0 ? wrong : typeProblems(copy, planned, checker.errors);
  if (types.length > 0) return types;
  const files = [...new Set(chosen.map(({ noticedBy }) => noticedBy.file))];
  console.log(`  … The run without fault (${files.length} test files)`);
  const run = await runTests(copy.root, files);
  const missing = chosen
    .filter((fault) => testOf(fault, run).length === 0)
    .map(({ name, noticedBy }) => `${name}: no test "${noticedBy.title}" ran in ${noticedBy.file}`);
  const red = chosen
    .flatMap((fault) => testOf(fault, run))
    .filter(({ isGreen }) => !isGreen)
    .map(({ file, title }) => `${file} > ${title} is red without any fault`);
  const unloaded = run.unloaded.map(({ file, message }) => `${file} could not be loaded: ${message.slice(0, 300)}`);
  return [...new Set([...unloaded, ...missing, ...red])];
}

/** A fault with the files as it leaves them. */
interface Planned {
  readonly fault: Fault;
  readonly changed: Readonly<Record<string, string>>;
}

/** Faults that share no file are checked together: a round costs as much as one fault. */
function roundsOf(planned: readonly Planned[]): Planned[][] {
  const rounds: Planned[][] = [];
  for (const one of planned) {
    const shares = (other: Planned): boolean => Object.keys(one.changed).some((file) => file in other.changed);
    const free = rounds.find((round) => !round.some(shares));
    if (free) free.push(one);
    else rounds.push([one]);
  }
  return rounds;
}

/** What is wrong with the types once faults are planted; nothing must be: a fault that does not compile proves nothing. */
function typeProblems(copy: Copy, planned: readonly Planned[], typeErrors: () => readonly string[]): string[] {
  return roundsOf(planned).flatMap((round) => {
    const restore = copy.plant(Object.assign({}, ...round.map(({ changed }) => changed)) as Record<string, string>);
    try {
      return typeErrors().map((error) => `with ${round.map(({ fault }) => fault.name).join(', ')}: ${error}`);
    } finally {
      restore();
    }
  });
}

async function tryFault(copy: Copy, { fault, changed }: Planned): Promise<Verdict> {
  const restore = copy.plant(changed);
  try {
    return verdictOf(fault, await runTests(copy.root, [fault.noticedBy.file], fault.noticedBy.title));
  } finally {
    restore();
  }
}

function chosenFaults(argv: readonly string[]): readonly Fault[] {
  const at = argv.indexOf('--only');
  if (at < 0) return faults;
  const names = (argv[at + 1] ?? '').split(',');
  const unknown = names.filter((name) => !faults.some((fault) => fault.name === name));
  if (unknown.length > 0) throw new Error(`There is no fault ${unknown.join(', ')}. There are: ${faults.map(({ name }) => name).join(', ')}.`);
  return faults.filter(({ name }) => names.includes(name));
}

/** `npm run sabotage [-- --only <fault>,…]`: answers with the exit code. */
async function sabotage(root: string, argv: readonly string[]): Promise<number> {
  const began = performance.now();
  const chosen = chosenFaults(argv);
  const copy = copyTree(root);
  try {
    await prepare(copy.root);
    const tree = Tree.at(copy.root);
    const planned = chosen.map((fault) => ({ fault, changed: textsWith(tree, fault) }));
    const problems = await problemsBefore(copy, chosen, planned);
    for (const problem of problems) console.log(`✗ ${problem}`);
    if (problems.length > 0) return 1;
    let missed = 0;
    for (const one of planned) missed += tell(await tryFault(copy, one));
    console.log(
      `${missed === 0 ? '✓' : '✗'} sabotage: ${chosen.length - missed} of ${chosen.length} faults noticed (${((performance.now() - began) / 1000).toFixed(0)} s)`,
    );
    return missed === 0 ? 0 : 1;
  } finally {
    copy.remove();
  }
}

function tell({ fault, noticed, problem }: Verdict): number {
  console.log(`${problem ? '✗' : '✓'} ${fault.name} (${fault.harm})\n    ${problem ? `not noticed: ${problem}` : `red: ${noticed}`}`);
  return problem ? 1 : 0;
}

process.exitCode = await sabotage(checkoutRoot(), process.argv.slice(2));
