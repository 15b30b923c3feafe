import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestPortal } from '@portico/testing';

const program = fileURLToPath(new URL('../../../apps/worker/main.ts', import.meta.url));

/** A worker in a process of its own, so that it can be killed as a machine dies. */
export interface WorkerProcess {
  /** `kill -9`; resolves when it is gone. Repeating it does nothing. */
  kill(): Promise<void>;
}

/** Starts a worker that joins the portal of a test; resolves when it says that it is ready. Rejects when it ends before. */
export async function startWorkerProcess({ environment }: TestPortal): Promise<WorkerProcess> {
  const child: ChildProcess = spawn(process.execPath, ['--conditions', 'portico-source', '--import', 'tsx', program], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await isReady(child);
  return {
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function isReady(child: ChildProcess): Promise<void> {
  return new Promise((ready, fail) => {
    let said = '';
    const hear = (words: Buffer): void => {
      said += words.toString();
      if (said.includes('"portico":"ready"')) ready();
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.once('exit', () => fail(new Error(`the worker ended before it was ready: ${said.slice(-2_000)}`)));
  });
}
