import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeProgram } from './node-program.ts';
import { endProcess, runningProcess } from './process-record.mjs';
import { freePort, startProcess, type RunningPart } from './running-part.ts';

/**
 * An app that stands in for a service of the outside world while the product runs on one machine. It says so in its
 * package.json: `"portico": { "standIn": { "name": "…", "env": { "VARIABLE": "{base}/path" } } }`. The variables tell the
 * product where the service is; whoever sets one of them has the service itself, and no stand-in is started.
 */
export interface StandInApp {
  name: string;
  /** Below the root, such as `apps/mailbox`. */
  folder: string;
  env: Record<string, string>;
}

/** The stand-ins among the apps of a checkout, by name. */
export function findStandIns(root: string): StandInApp[] {
  const apps = path.join(root, 'apps');
  if (!existsSync(apps)) return [];
  const found = readdirSync(apps).flatMap((app): StandInApp[] => {
    const file = path.join(apps, app, 'package.json');
    if (!existsSync(file)) return [];
    const { portico } = JSON.parse(readFileSync(file, 'utf8')) as { portico?: { standIn?: Omit<StandInApp, 'folder'> } };
    return portico?.standIn ? [{ ...portico.standIn, folder: `apps/${app}` }] : [];
  });
  return found.toSorted((a, b) => a.name.localeCompare(b.name));
}

export interface StandInOptions {
  /** The folder that keeps its state; without one it is lost when it stops. */
  dir?: string;
  /** The wished port (0 or none: any free one). */
  port?: number;
  /** The wished port of its control. */
  controlPort?: number;
  logFile?: string;
  signal?: AbortSignal;
}

export interface StandIn extends RunningPart {
  name: string;
  /** `http://127.0.0.1:<port>` */
  base: string;
  /** Where it is told to misbehave: `http://127.0.0.1:<port>`. */
  control: string;
  controlPort: number;
  /** The variables that its app declares, with its address in them. */
  env: Record<string, string>;
}

const stopSignals = [
  { signal: 'SIGTERM' as const, waitMs: 1_000 },
  { signal: 'SIGKILL' as const, waitMs: 1_000 },
];

/**
 * Starts a stand-in as a process of its own, with PORT, CONTROL_PORT and DATA_DIR, and waits until it answers.
 * @throws Error whose message is one sentence
 */
export async function startStandIn(app: StandInApp, options: StandInOptions = {}): Promise<StandIn> {
  const scratch = options.dir ? undefined : mkdtempSync(path.join(tmpdir(), `portico-${app.name}-`));
  const dir = path.resolve(options.dir ?? scratch!);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  await endLeftStandIn(dir);
  const controlPort = await freePort(options.controlPort);
  const program = nodeProgram(app.folder, 'main');
  const part = await startProcess({
    name: app.name,
    command: process.execPath,
    args: program.args,
    cwd: program.cwd,
    env: { PATH: process.env.PATH, PORT: String(await freePort(options.port)), CONTROL_PORT: String(controlPort), DATA_DIR: dir, NODE_ENV: 'production' },
    logFile: options.logFile ?? path.join(dir, `${app.name}.log`),
    recordFile: recordOf(dir),
    readyWithinMs: 30_000,
    ready: 'line',
    stopSignals,
    signal: options.signal,
  });
  const stop = async () => {
    await part.stop();
    if (scratch) rmSync(scratch, { recursive: true, force: true });
  };
  const base = `http://127.0.0.1:${part.port}`;
  const env = Object.fromEntries(Object.entries(app.env).map(([name, value]) => [name, value.replace('{base}', base)]));
  return { ...part, name: app.name, stop, base, control: `http://127.0.0.1:${controlPort}`, controlPort, env };
}

/** Ends a stand-in that an earlier, killed starter left running on the folder. Does nothing when there is none. */
export async function endLeftStandIn(dir: string): Promise<void> {
  const left = runningProcess(recordOf(dir));
  if (left) await endProcess(left, stopSignals);
}

function recordOf(dir: string): string {
  return path.join(path.resolve(dir), 'process.pid.json');
}
