import { setTimeout as pause } from 'node:timers/promises';
import { startInstallation, type StartedInstallation } from '../start-installation.ts';

/** The parts of an installation that are killed. */
export const KILLED_PARTS = ['worker', 'postgres', 'temporal'] as const;
export type KilledPart = (typeof KILLED_PARTS)[number];

/** How long a part may take to be back. A database that recovers on a busy machine takes its time. */
const BACK_WITHIN_MS = 90_000;

/** An installation whose parts are killed, stopped and continued. */
export interface CrashSite extends StartedInstallation {
  /** `kill -9`; resolves when the starter has it running again and every part says that it is ready. In milliseconds. */
  kill(part: KilledPart): Promise<number>;
  /** SIGSTOP: the worker does nothing any more and does not know it. */
  freezeWorker(): void;
  /** SIGCONT. */
  thawWorker(): void;
}

/** Starts an installation that may be harmed. Throws as `startInstallation` does. */
export async function openCrashSite(): Promise<CrashSite> {
  const installation = await startInstallation('crash');
  const processOf = (name: string) => {
    const found = installation.run().processes.find((one) => one.name === name);
    if (!found) throw new Error(`${name} is no process of this installation.`);
    return found;
  };
  return {
    ...installation,
    async kill(part) {
      const { pid, restarts } = processOf(part);
      const began = performance.now();
      process.kill(pid, 'SIGKILL');
      await until(`${part} to run again`, () => processOf(part).restarts > restarts && processOf(part).pid !== pid);
      await until('every part to be ready', () => isReady(installation.run().operator));
      return performance.now() - began;
    },
    freezeWorker: () => void process.kill(processOf('worker').pid, 'SIGSTOP'),
    thawWorker: () => void process.kill(processOf('worker').pid, 'SIGCONT'),
  };
}

async function isReady(operator: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${operator}/readyz`, { signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false; // whatever the reason, it does not say so
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const limit = performance.now() + BACK_WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > limit) throw new Error(`Waited in vain for ${what} (${BACK_WITHIN_MS / 1_000} s)`);
    await pause(100);
  }
}
