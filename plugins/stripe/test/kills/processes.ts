import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** A process of the product from its source, to be killed. */
export interface Victim {
  /** What it said when it was ready. */
  readonly told: { readonly port: number };
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
}

const running = new Set<ChildProcess>();

/** Starts a file of the checkout; resolves when it says that it is ready. */
async function start(file: string, environment: Readonly<Record<string, string>>, argv: readonly string[] = []): Promise<Victim> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--conditions=portico-source', '--import', tsx, file, ...argv], {
    env: { PATH, HOME, NODE_ENV: 'test', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const kill = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await once(child, 'exit');
    running.delete(child);
  };
  return { told: JSON.parse(line.toString().split('\n', 1)[0]!) as Victim['told'], kill };
}

/** The worker of the product, over the portal's database and Temporal. `bundle`: the file with its workflows. */
export const startWorkerProcess = (environment: Readonly<Record<string, string>>, bundle: string): Promise<Victim> =>
  start(path.join(import.meta.dirname, 'worker-process.ts'), environment, [bundle]);

/** A web process that takes webhooks, at the same port as before when one is named. */
export const startWebProcess = (environment: Readonly<Record<string, string>>, port = 0): Promise<Victim> =>
  start(path.join(import.meta.dirname, 'web-process.ts'), environment, [String(port)]);

/** Ends whatever a test has left running. */
export const endAll = (): void => running.forEach((child) => void child.kill('SIGKILL'));
