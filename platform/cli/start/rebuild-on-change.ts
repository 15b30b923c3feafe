import { writeFileSync } from 'node:fs';
import { buildEverything } from './build-packages.ts';
import type { RunningInstallation } from './start-portico.ts';
import { Steps } from './steps.ts';
import { watchTree } from './watch-tree.ts';

const watched = ['platform', 'plugins', 'workflows', 'apps', 'migrations', 'package.json'];
/** What a build writes itself, and what it does not read. */
const ignored = /(^|\/)(node_modules|dist|build|generated|test|\.turbo)(\/|$)|\.(new|log|swp|tmp)$|~$/;
/** An editor saves in several steps, a checkout in hundreds. */
const quietMs = 300;

/** What is watched, and who is told. */
export interface Rebuilding {
  readonly root: string;
  readonly installation: RunningInstallation;
  /** What does not compile is written here, for the open pages; empty when all is well. */
  readonly troubleFile: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Watches the sources: what changed is built, new migrations are applied, web and worker start again. While something
 * does not compile, what ran before goes on running.
 */
export function rebuildOnChange(rebuilding: Rebuilding): void {
  const { root, troubleFile, say, signal } = rebuilding;
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let working = false;
  // what is left out is not migrated: it is owed that once it compiles
  let owesMigration = true;

  const rebuild = async () => {
    if (working || changed.size === 0 || signal.aborted) return;
    working = true;
    const files = [...changed];
    changed.clear();
    try {
      // kept before the work: what fails now is owed to the next save, whatever that one touches
      owesMigration ||= files.some((file) => file.includes('migrations/'));
      const leftOut = await rebuildOnce(rebuilding, files, owesMigration);
      owesMigration = leftOut.length > 0;
    } catch (failure) {
      if (signal.aborted) return;
      say((failure as Error).message);
      writeFileSync(troubleFile, (failure as Error).message);
    } finally {
      working = false;
      void rebuild();
    }
  };
  const note = (file: string) => {
    changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => void rebuild(), quietMs);
  };
  writeFileSync(troubleFile, '');
  watchTree(root, { names: watched, ignored: (file) => ignored.test(file), changed: note, signal });
  say(`  Watching ${watched.join(', ')}.`);
}

/** Answers a sentence for each plugin that is left out. */
async function rebuildOnce({ root, installation, troubleFile, say, signal }: Rebuilding, files: string[], migrates: boolean): Promise<readonly string[]> {
  const steps = new Steps(say);
  const what = files.length === 1 ? files[0]! : `${files[0]} and ${files.length - 1} more`;
  const leftOut = await steps.run(`Building after a change in ${what}`, `Built after a change in ${what}`, () => buildEverything(root, signal));
  for (const sentence of leftOut) steps.note(sentence);
  writeFileSync(troubleFile, leftOut.join('\n'));
  if (migrates) await installation.migrate();
  await steps.run('Starting web and worker again', 'Web and worker run what was built', () => installation.replaceChildren());
  return leftOut;
}
