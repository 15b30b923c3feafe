import { checkoutRoot } from '../embedded/node-program.ts';
import { installedPrograms } from '../start/programs.ts';
import { rebuildOnChange } from '../start/rebuild-on-change.ts';
import { runStart } from '../start/run-start.ts';

/** `npm run dev`: as `npm start`, and what changes is built and run. Answers with the exit code. */
export function run(argv: string[]): Promise<number> {
  const root = checkoutRoot();
  return runStart(argv, process.env, root, installedPrograms, (installation, say, signal) => rebuildOnChange(root, installation, say, signal));
}
