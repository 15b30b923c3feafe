import { describeProcess, parentOf } from '../embedded/process-record.mjs';
import type { Environment } from '../embedded/environment.ts';

const lookEveryMs = 250;

/**
 * npm runs a script in a shell, and a shell that is told to end does not tell its program. So a signal to npm would leave
 * us behind, running. Calls back, once, when the npm that started us, or the shell between, is gone.
 */
export function whenNpmIsGone(env: Environment, gone: () => void): void {
  if (env.npm_lifecycle_event !== 'start' && env.npm_lifecycle_event !== 'dev') return;
  const parent = process.ppid;
  // Some shells make room for the program they run: then our parent is npm itself, and its parent is not our business.
  const isShell = describeProcess(parent)?.command.includes('bootstrap.mjs') ?? false;
  const npm = isShell ? parentOf(parent) : undefined;
  const timer = setInterval(() => {
    if (process.ppid === parent && (!isShell || parentOf(parent) === npm)) return;
    clearInterval(timer);
    gone();
  }, lookEveryMs);
  timer.unref();
}
