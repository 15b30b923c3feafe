import { checkoutRoot } from '../embedded/node-program.ts';
import { installedPrograms } from '../start/programs.ts';
import { runStart } from '../start/run-start.ts';

/** `npm start [-- --data DIR --reset --port N --demo]`. Answers with the exit code. */
export function run(argv: string[]): Promise<number> {
  return runStart(argv, process.env, checkoutRoot(), installedPrograms);
}
