import path from 'node:path';
import { checkoutRoot } from '../embedded/node-program.ts';
import { installedPrograms } from '../start/programs.ts';
import { rebuildOnChange } from '../start/rebuild-on-change.ts';
import { runStart } from '../start/run-start.ts';
import { readSettings } from '../start/settings.mjs';

/** `npm run dev`: as `npm start`, and what changes is built and run, and open pages load again. Answers with the exit code. */
export function run(argv: string[]): Promise<number> {
  const root = checkoutRoot();
  const troubleFile = path.join(readSettings(argv, process.env, root).settings.data, 'trouble-of-build.txt');
  const env = { ...process.env, PORTICO_LIVE_RELOAD: troubleFile };
  return runStart(argv, env, root, installedPrograms, (installation, say, signal) => rebuildOnChange({ root, installation, troubleFile, say, signal }));
}
