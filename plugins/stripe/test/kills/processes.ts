import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/** A process of the product from its source, to be killed. */
export interface Victim {
  /** What it said when it was ready. */
  readonly told: { readonly port: number };
  /** Settles when it has ended, however. */
  readonly ended: Promise<unknown>;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
}

const running = new Set<ChildProcess>();
/** Those that are to be started again when they end. */
const kept = new Set<object>();

/** Starts a file of the checkout; resolves when it says that it is ready. Throws when it ends before. */
async function start(file: string, environment: Readonly<Record<string, string>>, argv: readonly string[] = []): Promise<Victim> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--conditions=portico-source', '--import', tsx, file, ...argv], {
    env: { PATH, HOME, NODE_ENV: 'test', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const ended = once(child, 'exit').finally(() => running.delete(child));
  const line = await Promise.race([once(child.stdout, 'data').then(([first]) => first as Buffer), ended.then(() => undefined)]);
  if (!line) throw new Error(`${path.basename(file)} ended before it was ready.`);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  return { told: JSON.parse(line.toString().split('\n', 1)[0]!) as Victim['told'], ended, kill };
}

/** The worker of the product, over the portal's database and Temporal. `bundle`: the file with its workflows. */
export const startWorkerProcess = (environment: Readonly<Record<string, string>>, bundle: string): Promise<Victim> =>
  start(path.join(import.meta.dirname, 'worker-process.ts'), environment, [bundle]);

/** A worker that is started again whenever it ends by itself, as the product's starter does, until it is killed. */
export async function keepWorkerProcess(environment: Readonly<Record<string, string>>, bundle: string): Promise<{ kill(): Promise<void> }> {
  const me = {};
  kept.add(me);
  let current = await startWorkerProcess(environment, bundle);
  const keep = async (): Promise<void> => {
    await current.ended;
    while (kept.has(me)) {
      // what it stands on may be away: then it ends before it is ready, and is started once more
      const next = await startWorkerProcess(environment, bundle).catch(() => pause(500));
      if (!next) continue;
      current = next;
      if (!kept.has(me)) await current.kill();
      await current.ended;
    }
  };
  const over = keep();
  return {
    async kill() {
      kept.delete(me);
      await current.kill();
      await over;
    },
  };
}

/** Makes the demonstration; `progress` is the file that outlives it. Its `ended` says when it is whole, or was killed. */
export const startDemoProcess = (environment: Readonly<Record<string, string>>, progress: string): Promise<Victim> =>
  start(path.join(import.meta.dirname, 'demo-process.ts'), environment, [progress]);

/** A web process that takes webhooks, at the same port as before when one is named. */
export const startWebProcess = (environment: Readonly<Record<string, string>>, port = 0): Promise<Victim> =>
  start(path.join(import.meta.dirname, 'web-process.ts'), environment, [String(port)]);

/** Ends whatever a test has left running. */
export function endAll(): void {
  kept.clear();
  for (const child of running) child.kill('SIGKILL');
}
