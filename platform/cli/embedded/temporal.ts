import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describeProcess, endProcess, runningProcess, type ProcessRecord } from './process-record.mjs';
import { freePort, isListening, startProcess, type RunningPart } from './running-part.ts';
import { findTemporal } from './temporal-server.ts';

const run = promisify(execFile);

export const temporalNamespace = 'portico';

export interface TemporalDevOptions {
  /** The file that keeps the server's state; without one, state is lost when it stops. */
  dbFile?: string;
  /** The wished port (0 or none: any free one). */
  port?: number;
  uiPort?: number;
  /** The program to run; found by `findTemporal()` when it is not given. */
  program?: string;
  namespace?: string;
  logFile?: string;
  signal?: AbortSignal;
}

export interface TemporalDev extends RunningPart {
  /** `127.0.0.1:<port>` */
  address: string;
  namespace: string;
  /** The URL of Temporal's own pages. */
  ui: string;
}

const stopSignals = [
  { signal: 'SIGTERM' as const, waitMs: 2_000 },
  { signal: 'SIGKILL' as const, waitMs: 1_000 }, // its state is in SQLite's write-ahead log: a kill loses nothing that was answered
];

/**
 * Starts Temporal's development server and waits until its namespace answers. A server that an earlier, killed starter
 * left on the same file is ended first, so exactly one uses it.
 * @throws Error whose message is one sentence
 */
export async function startTemporalDev(options: TemporalDevOptions = {}): Promise<TemporalDev> {
  const program = options.program ?? (await programOrRefuse(options.signal));
  const namespace = options.namespace ?? temporalNamespace;
  const dbFile = options.dbFile && path.resolve(options.dbFile);
  const scratch = dbFile ? undefined : mkdtempSync(path.join(tmpdir(), 'portico-temporal-'));
  if (dbFile) {
    mkdirSync(path.dirname(dbFile), { recursive: true });
    await endLeftTemporal(dbFile);
  }
  const port = await freePort(options.port);
  const uiPort = await freePort(options.uiPort);
  const part = await startProcess({
    name: 'Temporal',
    command: program,
    args: serverArguments({ port, uiPort, namespace, dbFile }),
    env: { PATH: process.env.PATH, HOME: process.env.HOME ?? tmpdir(), TZ: 'UTC' },
    logFile: options.logFile ?? (dbFile ? `${dbFile}.log` : path.join(scratch!, 'temporal.log')),
    recordFile: dbFile && `${dbFile}.pid.json`,
    readyWithinMs: 60_000,
    ready: async () => ((await namespaceAnswers(program, port, namespace)) ? port : undefined),
    stopSignals,
    signal: options.signal,
  });
  const stop = async () => {
    await part.stop();
    if (scratch) rmSync(scratch, { recursive: true, force: true });
  };
  return { ...part, stop, address: `127.0.0.1:${port}`, namespace, ui: `http://127.0.0.1:${uiPort}` };
}

async function programOrRefuse(signal?: AbortSignal): Promise<string> {
  const { TEMPORAL_ADDRESS: _running, ...env } = process.env;
  const found = await findTemporal({ env, signal });
  if (found.kind !== 'program') throw new Error('A program was asked for and an address was found.');
  return found.path;
}

function serverArguments(options: { port: number; uiPort: number; namespace: string; dbFile?: string }): string[] {
  const state = options.dbFile ? ['--db-filename', options.dbFile, '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'] : [];
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(options.port), '--ui-port', String(options.uiPort)],
    ...['--namespace', options.namespace, '--dynamic-config-value', 'matching.enableFairness=true', '--log-level', 'warn'],
    ...state,
  ];
}

async function namespaceAnswers(program: string, port: number, namespace: string): Promise<boolean> {
  if (!(await isListening(port))) return false; // asking would only cost a process
  try {
    await run(program, ['operator', 'namespace', 'describe', '--namespace', namespace, '--address', `127.0.0.1:${port}`, '--command-timeout', '2s'], {
      timeout: 3_000,
    });
    return true;
  } catch {
    return false; // not up yet; how long that may take is the caller's limit
  }
}

/** Ends a Temporal that an earlier, killed starter left running on the file. Does nothing when there is none. */
export async function endLeftTemporal(dbFile: string): Promise<void> {
  for (const left of serversOn(dbFile)) {
    if (
      await endProcess(left, [
        { signal: 'SIGTERM', waitMs: 5_000 },
        { signal: 'SIGKILL', waitMs: 3_000 },
      ])
    )
      continue;
    throw new Error(`An earlier Temporal (process ${left.pid}) still uses ${dbFile} and does not stop.`);
  }
}

/** By its record; and, where the system shows every command line, also one that was killed before it was recorded. */
function serversOn(dbFile: string): ProcessRecord[] {
  const recorded = runningProcess(`${dbFile}.pid.json`);
  if (recorded?.command.includes(dbFile)) return [recorded];
  if (!existsSync('/proc/self/cmdline')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(`--db-filename\0${dbFile}\0`))
    .flatMap((name) => describeProcess(Number(name)) ?? []);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // gone meanwhile, or another user's
  }
}
