// @ts-check
// Plain Node without dependencies. One starter per data folder: the lock is a process record that appears in one step.
import { linkSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runningProcess, writeProcessRecord } from '../embedded/process-record.mjs';

/** @param {string} data */
export const lockFile = (data) => path.join(data, 'starter.json');

/**
 * The number of the starter that runs on the folder, if one does.
 * @param {string} data
 */
export function starterOf(data) {
  return runningProcess(lockFile(data))?.pid;
}

/**
 * Takes the folder for this process.
 * @param {string} data
 * @returns {(() => void) | undefined} gives it back; undefined when another starter has it
 */
export function lockFolder(data) {
  const file = lockFile(data);
  const mine = `${file}.${process.pid}.mine`;
  writeProcessRecord(mine, process.pid);
  try {
    for (let tries = 0; tries < 5; tries++) {
      if (linked(mine, file)) return () => rmSync(file, { force: true });
      if (starterOf(data) !== undefined) return undefined;
      setAside(file);
    }
    return undefined;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** @param {string} from @param {string} to */
function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (failure) {
    if (/** @type {NodeJS.ErrnoException} */ (failure).code === 'EEXIST') return false;
    throw failure;
  }
}

/** A dead starter's lock is moved away, not removed: if another starter took the folder meanwhile, its lock is put back. */
function setAside(/** @type {string} */ file) {
  const aside = `${file}.${process.pid}.left`;
  try {
    renameSync(file, aside);
  } catch (failure) {
    if (/** @type {NodeJS.ErrnoException} */ (failure).code === 'ENOENT') return;
    throw failure;
  }
  if (runningProcess(aside)) linked(aside, file);
  rmSync(aside, { force: true });
}
