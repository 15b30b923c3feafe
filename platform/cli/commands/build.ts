import { checkoutRoot } from '../embedded/node-program.ts';
import { buildPackages } from '../start/build-packages.ts';
import { Steps } from '../start/steps.ts';

/** `npm run build`: builds what is stale. Answers with the exit code. */
export async function run(): Promise<number> {
  const root = checkoutRoot();
  const steps = new Steps((line) => console.log(line));
  const { signal } = new AbortController();
  try {
    for (const group of ['packages', 'apps'] as const) {
      const leftOut = await steps.run(`Building the ${group}`, `The ${group} are built`, () => buildPackages(root, group, signal));
      for (const sentence of leftOut) steps.note(sentence);
    }
    return 0;
  } catch (failure) {
    console.error((failure as Error).message);
    return 1;
  }
}
