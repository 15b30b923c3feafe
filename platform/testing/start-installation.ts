import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readRunFile, type Run } from '@portico/cli/run-file';

/** A whole installation from the production build, with the demo, started as a person starts it. */
export interface StartedInstallation {
  /** Its data folder. */
  readonly data: string;
  /** What `run.json` says now. */
  run(): Run;
  /** What the starter has said since it was started, the last time. */
  said(): string;
  /** Starts it anew on its folder and its port, after its starter was killed. Rejects as the first start does. */
  startAgain(): Promise<void>;
  /** Tells the starter to end, waits until it has, and answers how long that took. */
  end(): Promise<number>;
  /** Ends it and removes its data. May be called again. */
  stop(): Promise<void>;
}

/**
 * Runs `npm start` on a data folder of its own and any free port; what is stale is built first.
 * @throws Error with what the starter said when it ends or is not ready within five minutes
 */
export async function startInstallation(name: string): Promise<StartedInstallation> {
  const parent = mkdtempSync(path.join(tmpdir(), `portico-${name}-`));
  chmodSync(parent, 0o755); // Postgres runs as another user when we are root
  const data = path.join(parent, 'data');
  let running = runStarter(data, 0);
  const end = async (): Promise<number> => {
    const began = performance.now();
    if (running.child.exitCode === null && running.child.kill('SIGTERM')) await running.ended;
    return performance.now() - began;
  };
  const stop = async (): Promise<void> => {
    await end();
    rmSync(parent, { recursive: true, force: true });
  };
  try {
    await ready(running, data);
  } catch (failure) {
    await stop();
    throw failure;
  }
  const run = (): Run => readRunFile(data);
  const startAgain = async (): Promise<void> => {
    await running.ended;
    running = runStarter(data, Number(new URL(run().businesses[0]!.url).port));
    await ready(running, data);
  };
  return { data, run, said: () => running.said.join(''), startAgain, end, stop };
}

interface Starter {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly said: readonly string[];
}

function runStarter(data: string, port: number): Starter {
  const child = spawn(process.execPath, [starter(), 'start', '--data', data, '--port', String(port), '--demo'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  return { child, ended: new Promise((resolve) => child.once('exit', resolve)), said };
}

/** `platform/cli/bootstrap.mjs`, seen from the source and from `dist` alike. */
const starter = (): string => path.resolve(import.meta.dirname.replace(/[\\/]dist([\\/].*)?$/, ''), '../cli/bootstrap.mjs');

async function ready({ child, said }: Starter, data: string): Promise<void> {
  const limit = performance.now() + 300_000;
  while (starterOf(data) !== child.pid) {
    const ended = child.exitCode !== null || child.signalCode !== null;
    if (ended || performance.now() > limit) throw new Error(`The installation did not become ready:\n${said.join('').slice(-4_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The process of the starter that has everything ready; undefined until there is one. */
function starterOf(data: string): number | undefined {
  try {
    const { state, processes } = readRunFile(data);
    return state === 'ready' ? processes.find((one) => one.name === 'starter')?.pid : undefined;
  } catch (failure) {
    if (/Nothing was started/.test((failure as Error).message)) return undefined;
    throw failure;
  }
}
