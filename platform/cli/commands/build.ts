import { checkoutRoot } from '../embedded/node-program.ts';
import { buildEverything } from '../start/build-packages.ts';
import { Steps } from '../start/steps.ts';

/** `npm run build`: builds what is stale. Answers with the exit code. */
export async function run(): Promise<number> {
  const steps = new Steps((line) => console.log(line));
  try {
    const leftOut = await steps.run('Building', 'Everything is built', () => buildEverything(checkoutRoot()));
    for (const sentence of leftOut) steps.note(sentence);
    return 0;
  } catch (failure) {
    console.error((failure as Error).message);
    return 1;
  }
}
