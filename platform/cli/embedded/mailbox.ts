import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endProcess, runningProcess } from './process-record.mjs';
import { nodeProgram } from './node-program.ts';
import { freePort, startProcess, type RunningPart } from './running-part.ts';

export interface MailboxOptions {
  /** The folder that keeps the messages; without one they are lost when it stops. */
  dir?: string;
  /** The wished port of the page and API (0 or none: any free one). */
  port?: number;
  /** The wished port of SMTP. */
  smtpPort?: number;
  logFile?: string;
  signal?: AbortSignal;
}

export interface Mailbox extends RunningPart {
  /** The page; the API is at `<url>/api/messages`, how it misbehaves is told at `<url>/control`. */
  url: string;
  /** `smtp://127.0.0.1:<port>` */
  smtp: string;
  smtpPort: number;
}

const stopSignals = [
  { signal: 'SIGTERM' as const, waitMs: 1_000 },
  { signal: 'SIGKILL' as const, waitMs: 1_000 },
];

/**
 * Starts the mailbox (apps/mailbox) as a process of its own and waits until it takes mail.
 * @throws Error whose message is one sentence
 */
export async function startMailbox(options: MailboxOptions = {}): Promise<Mailbox> {
  const scratch = options.dir ? undefined : mkdtempSync(path.join(tmpdir(), 'portico-mailbox-'));
  const dir = path.resolve(options.dir ?? scratch!);
  await endLeftMailbox(dir);
  const smtpPort = await freePort(options.smtpPort);
  const program = nodeProgram('apps/mailbox', 'main');
  const part = await startProcess({
    name: 'mailbox',
    command: process.execPath,
    args: program.args,
    cwd: program.cwd,
    env: { PATH: process.env.PATH, PORT: String(await freePort(options.port)), SMTP_PORT: String(smtpPort), MAILBOX_DIR: dir, NODE_ENV: 'production' },
    logFile: options.logFile ?? path.join(dir, 'mailbox.log'),
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
  return { ...part, stop, url: `http://127.0.0.1:${part.port}`, smtp: `smtp://127.0.0.1:${smtpPort}`, smtpPort };
}

/** Ends a mailbox that an earlier, killed starter left running on the folder. Does nothing when there is none. */
export async function endLeftMailbox(dir: string): Promise<void> {
  const left = runningProcess(recordOf(dir));
  if (left) await endProcess(left, stopSignals);
}

function recordOf(dir: string): string {
  return path.join(path.resolve(dir), 'mailbox.pid.json');
}
