import { buildEverything } from './build-packages.ts';
import type { RunningInstallation } from './start-portico.ts';
import { Steps } from './steps.ts';
import { watchTree } from './watch-tree.ts';

const watched = ['platform', 'plugins', 'workflows', 'apps', 'migrations', 'package.json'];
/** What a build writes itself, and what it does not read. */
const ignored = /(^|\/)(node_modules|dist|build|generated|test|\.turbo)(\/|$)|\.(new|log|swp|tmp)$|~$/;
/** An editor saves in several steps, a checkout in hundreds. */
const quietMs = 300;

/**
 * Watches the sources: what changed is built, new migrations are applied, web and worker start again. While something
 * does not compile, what ran before goes on running.
 */
export function rebuildOnChange(root: string, installation: RunningInstallation, say: (line: string) => void, signal: AbortSignal): void {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let working = false;

  const rebuild = async () => {
    if (working || changed.size === 0 || signal.aborted) return;
    working = true;
    const files = [...changed];
    changed.clear();
    try {
      await rebuildOnce(root, installation, files, say, signal);
    } catch (failure) {
      if (!signal.aborted) say((failure as Error).message);
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
  watchTree(root, { names: watched, ignored: (file) => ignored.test(file), changed: note, signal });
  say(`  Watching ${watched.join(', ')}.`);
}

async function rebuildOnce(root: string, installation: RunningInstallation, files: string[], say: (line: string) => void, signal: AbortSignal): Promise<void> {
  const steps = new Steps(say);
  const what = files.length === 1 ? files[0]! : `${files[0]} and ${files.length - 1} more`;
  const leftOut = await steps.run(`Building after a change in ${what}`, `Built after a change in ${what}`, () => buildEverything(root, signal));
  for (const sentence of leftOut) steps.note(sentence);
  if (files.some((file) => file.includes('migrations/'))) await installation.migrate();
  await steps.run('Starting web and worker again', 'Web and worker run what was built', () => installation.replaceChildren());
}
