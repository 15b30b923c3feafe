// @ts-check
// Plain Node without dependencies: the starter reads these records before anything is installed.
//
// A process number alone proves nothing: after a crash the system may have given it to a stranger. A record therefore
// keeps when the process began and its command, and a process counts as ours only while both still hold.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} ProcessRecord
 * @property {number} pid
 * @property {string} started when the system says that it began (clock ticks on Linux, a date elsewhere)
 * @property {string} command its command line, arguments separated by spaces
 */

/**
 * What the system says about a running process; undefined when there is none (a zombie counts as none).
 * @param {number} pid
 * @returns {ProcessRecord | undefined}
 */
export function describeProcess(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return process.platform === 'linux' ? describeOnLinux(pid) : describeByPs(pid);
}

/** @param {number} pid @returns {ProcessRecord | undefined} */
function describeOnLinux(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
    return { pid, started: String(fields[19]), command };
  } catch (failure) {
    if (isGone(failure)) return undefined;
    throw failure;
  }
}

/** @param {unknown} failure */
function isGone(failure) {
  const code = /** @type {NodeJS.ErrnoException} */ (failure).code;
  return code === 'ENOENT' || code === 'ESRCH';
}

/** @param {number} pid @returns {ProcessRecord | undefined} */
function describeByPs(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=,command=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const match = /^(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/s.exec(line);
    if (!match || match[1]?.startsWith('Z')) return undefined;
    return { pid, started: String(match[2]), command: String(match[3]) };
  } catch {
    // `ps` answers with exit code 1 when there is no such process.
    return undefined;
  }
}

/**
 * The number of a process's parent, where the system tells it without running a program (Linux); else undefined.
 * @param {number} pid
 * @returns {number | undefined}
 */
export function parentOf(pid) {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch (failure) {
    if (isGone(failure)) return undefined;
    throw failure;
  }
}

/**
 * True while the very process of the record still runs.
 * @param {ProcessRecord} record
 */
export function isRunning(record) {
  return describeProcess(record.pid)?.started === record.started;
}

/**
 * Writes a record of a running process, in one step, readable by its owner only.
 * @param {string} file
 * @param {number} pid
 */
export function writeProcessRecord(file, pid) {
  const record = describeProcess(pid);
  if (!record) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
  renameSync(draft, file);
}

/**
 * The process of a record file if it still runs, else undefined (also when there is no such file or it is damaged).
 * @param {string} file
 * @returns {ProcessRecord | undefined}
 */
export function runningProcess(file) {
  try {
    const record = /** @type {ProcessRecord} */ (JSON.parse(readFileSync(file, 'utf8')));
    return isRunning(record) ? record : undefined;
  } catch (failure) {
    if (failure instanceof SyntaxError || isGone(failure)) return undefined;
    throw failure;
  }
}

/** @param {string} file */
export function removeProcessRecord(file) {
  rmSync(file, { force: true });
}

/**
 * Ends the process of a record: each signal in turn, until it is gone. Signals go to its process group when it leads one.
 * @param {ProcessRecord} record
 * @param {{ signal: NodeJS.Signals, waitMs: number }[]} signals
 * @returns {Promise<boolean>} false when it still runs after all of them
 */
export async function endProcess(record, signals) {
  for (const { signal, waitMs } of signals) {
    if (!isRunning(record)) return true;
    sendSignal(record.pid, signal);
    const until = performance.now() + waitMs;
    while (performance.now() < until) {
      if (!isRunning(record)) return true;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  return !isRunning(record);
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (failure) {
    if (!isGone(failure)) throw failure;
  }
}
