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
  const child = spawn(process.execPath, [starter(), 'start', '--data', data, '--port', '0', '--demo'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM')) await ended;
    rmSync(parent, { recursive: true, force: true });
  };
  try {
    await ready(child, data, said);
  } catch (failure) {
    await stop();
    throw failure;
  }
  return { data, run: () => readRunFile(data), stop };
}

/** `platform/cli/bootstrap.mjs`, seen from the source and from `dist` alike. */
const starter = (): string => path.resolve(import.meta.dirname.replace(/[\\/]dist([\\/].*)?$/, ''), '../cli/bootstrap.mjs');

async function ready(child: ChildProcess, data: string, said: readonly string[]): Promise<void> {
  const end = performance.now() + 300_000;
  while (stateOf(data) !== 'ready') {
    if (child.exitCode !== null || performance.now() > end) throw new Error(`The installation did not become ready:\n${said.join('').slice(-4_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function stateOf(data: string): string | undefined {
  try {
    return readRunFile(data).state;
  } catch (failure) {
    if (/Nothing was started/.test((failure as Error).message)) return undefined;
    throw failure;
  }
}
