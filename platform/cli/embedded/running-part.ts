import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { removeProcessRecord, writeProcessRecord } from './process-record.mjs';
import { asProcessEnv, type Environment } from './environment.ts';

/** A part of an installation that runs as a process of its own. */
export interface RunningPart {
  pid: number;
  port: number;
  /** Settles when the process has ended, with words such as "exit code 1" or "signal SIGKILL". Never rejects. */
  exited: Promise<string>;
  /** Ends it and waits until it is gone. May be called again. */
  stop(): Promise<void>;
}

/** What a child may add to its ready line beside the port. */
export type ReadyLine = { port: number } & Record<string, unknown>;

export interface ProcessOptions {
  name: string;
  command: string;
  args: string[];
  env: Environment;
  cwd?: string;
  uid?: number;
  gid?: number;
  /** Everything the child writes goes here, appended. */
  logFile: string;
  /** Where the number of the process is kept, so that a later start can find it. */
  recordFile?: string;
  /** Milliseconds until a child that is not ready is given up. */
  readyWithinMs: number;
  /** `line`: the child prints `{"portico":"ready","port":N}`. A function: asked again until it answers with the port. */
  ready: 'line' | ((child: { pid: number }) => Promise<number | undefined>);
  /** How it is ended: one signal after the other. */
  stopSignals: { signal: NodeJS.Signals; waitMs: number }[];
  signal?: AbortSignal;
}

/** A part that did not start. The message is one sentence; `output` is the end of what it wrote. */
export class PartFailure extends Error {
  override name = 'PartFailure';
  readonly output: string;
  constructor(message: string, output = '') {
    super(message);
    this.output = output;
  }
}

/** Children end with the process that started them, even when it throws or calls `process.exit`. */
const living = new Set<ChildProcess>();
let exitHook = false;

function endWithParent(child: ChildProcess, signal: NodeJS.Signals): void {
  living.add(child);
  child.once('exit', () => living.delete(child));
  if (exitHook) return;
  exitHook = true;
  process.once('exit', () => {
    for (const one of living) one.kill(signal);
  });
}

/**
 * Starts a process in its own process group and waits until it is ready.
 * @throws PartFailure when it ends, or stays silent too long, before it is ready; the process is gone by then
 */
export async function startProcess(options: ProcessOptions): Promise<RunningPart & { readyLine?: ReadyLine }> {
  options.signal?.throwIfAborted();
  mkdirSync(path.dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a', 0o600);
  const logStart = statSync(options.logFile).size;
  const child = spawnInGroup(options, log);
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
    child.once('error', (failure) => resolve(failure.message));
  });
  const readyLine = options.ready === 'line' ? watchForReadyLine(child, log) : undefined;
  void exited.then(() => options.recordFile && removeProcessRecord(options.recordFile));
  child.once('close', () => closeSync(log));
  const stop = () => stopChild(child, exited, options.stopSignals);
  if (child.pid !== undefined && options.recordFile) writeProcessRecord(options.recordFile, child.pid);
  try {
    const line = await untilReady(options, child, exited, readyLine);
    return { pid: child.pid!, port: line.port, exited, stop, readyLine: line };
  } catch (failure) {
    await stop();
    options.signal?.throwIfAborted();
    throw new PartFailure((failure as Error).message, endOfLog(options.logFile, logStart));
  }
}

function spawnInGroup(options: ProcessOptions, log: number): ChildProcess {
  const child = spawn(options.command, options.args, {
    env: asProcessEnv(options.env),
    cwd: options.cwd,
    uid: options.uid,
    gid: options.gid,
    // A signal from the terminal must reach the starter alone: it ends its children in the right order.
    detached: true,
    stdio: ['ignore', options.ready === 'line' ? 'pipe' : log, log],
  });
  endWithParent(child, options.stopSignals[0]?.signal ?? 'SIGTERM');
  return child;
}

async function untilReady(options: ProcessOptions, child: ChildProcess, exited: Promise<string>, readyLine?: Promise<ReadyLine>): Promise<ReadyLine> {
  const over = new AbortController();
  const ended = exited.then((how) => {
    throw new Error(`${options.name} ended before it was ready (${how}); its log is ${options.logFile}.`);
  });
  const tooLate = pause(options.readyWithinMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`${options.name} was not ready within ${Math.round(options.readyWithinMs / 1000)} s; its log is ${options.logFile}.`);
  });
  const aborted = new Promise<never>((_, reject) => {
    options.signal?.addEventListener('abort', () => reject(new Error(`${options.name} was stopped before it was ready.`)), { signal: over.signal });
  });
  const asked = readyLine ?? askUntilReady(options.ready as (child: { pid: number }) => Promise<number | undefined>, child, over.signal);
  for (const one of [ended, tooLate, asked]) one.catch(() => undefined); // the first to settle is the answer
  try {
    return await Promise.race([asked, ended, tooLate, aborted]);
  } finally {
    over.abort();
  }
}

async function askUntilReady(ask: (child: { pid: number }) => Promise<number | undefined>, child: ChildProcess, signal: AbortSignal): Promise<ReadyLine> {
  for (;;) {
    const port = child.pid === undefined ? undefined : await ask({ pid: child.pid });
    if (port !== undefined) return { port };
    await pause(20, undefined, { signal });
  }
}

/** Copies the child's standard output to its log and answers with the first line that says that it is ready. */
function watchForReadyLine(child: ChildProcess, log: number): Promise<ReadyLine> {
  return new Promise((resolve) => {
    let rest = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const ready = parseReadyLine(line);
        if (ready) resolve(ready);
        else writeSync(log, `${line}\n`);
      }
    });
  });
}

function parseReadyLine(line: string): ReadyLine | undefined {
  if (!line.startsWith('{"portico":"ready"')) return undefined;
  const parsed = JSON.parse(line) as ReadyLine;
  return typeof parsed.port === 'number' ? parsed : undefined;
}

async function stopChild(child: ChildProcess, exited: Promise<string>, signals: ProcessOptions['stopSignals']): Promise<void> {
  for (const { signal, waitMs } of signals) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) break;
    child.kill(signal);
    const gone = await Promise.race([exited.then(() => true), pause(waitMs, false, { ref: false })]);
    if (gone) break;
  }
  await exited;
}

function endOfLog(file: string, from: number): string {
  return readFileSync(file).subarray(from).subarray(-2_000).toString('utf8').trim();
}

/** Below the ports that systems lend to outgoing connections: one of those may be taken again before its server listens. */
const ownPorts = { from: 12_000, count: 20_000 };
const mostTries = 20;

/** A port on 127.0.0.1 that nobody uses: the wished one if it is free, else any. */
export async function freePort(wished = 0): Promise<number> {
  const answer = wished === 0 ? undefined : await tryListen(wished);
  if (answer !== undefined) return answer;
  for (let tries = 0; tries < mostTries; tries++) {
    const found = await tryListen(ownPorts.from + Math.floor(Math.random() * ownPorts.count));
    if (found !== undefined) return found;
  }
  return (await tryListen(0))!;
}

/** Whether somebody listens on a port of 127.0.0.1. Knocks only: to listen there oneself could take the port from who is about to. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const knock = connect({ port, host: '127.0.0.1' });
    const answer = (is: boolean) => () => {
      knock.destroy();
      resolve(is);
    };
    knock.once('connect', answer(true));
    knock.once('error', answer(false));
  });
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === 'object' && address ? address.port : undefined;
      server.close(() => resolve(found));
    });
  });
}
