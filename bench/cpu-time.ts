import { readdirSync, readFileSync } from 'node:fs';

/** CPU time in microseconds: of the process that answers, and of all processes of Postgres. */
export interface CpuTime {
  readonly server: number;
  readonly postgres: number;
}

/** How long each process has been on a CPU so far, by its number. */
export interface CpuReading {
  readonly server: number;
  readonly postgres: ReadonlyMap<number, number>;
}

/** Reads how long processes have been on a CPU. Linux only: the scheduler's own count, in nanoseconds. */
export const readCpu = (server: number, postmaster: number): CpuReading => ({
  server: microseconds(server),
  postgres: new Map([postmaster, ...childrenOf(postmaster)].map((pid) => [pid, microseconds(pid)])),
});

/** What was spent between two readings. What a backend spent that ended in between is not known and not counted. */
export function cpuBetween(before: CpuReading, after: CpuReading): CpuTime {
  const spent = [...after.postgres].map(([pid, time]) => time - (before.postgres.get(pid) ?? 0));
  return { server: after.server - before.server, postgres: spent.reduce((sum, one) => sum + one, 0) };
}

/** CPU time so far, in microseconds, of the processes that a renewal takes part in; Postgres with all that it has started. */
export interface Parts {
  readonly worker: number;
  readonly temporal: number;
  readonly postgres: number;
}

/** Reads it now. */
export const readParts = ({ worker, temporal, postgres }: Parts): Parts => ({
  worker: microseconds(worker),
  temporal: microseconds(temporal),
  postgres: [postgres, ...childrenOf(postgres)].reduce((sum, pid) => sum + microseconds(pid), endedChildren(postgres)),
});

// What backends spent that have ended: pools let connections go, vacuum comes and goes. In ticks of a hundredth of a second.
function endedChildren(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10_000;
}

// All threads: Node hashes, resolves names and collects garbage on others than its first.
function microseconds(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce(
      (sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1_000,
      0,
    );
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

// A process may end while it is looked at.
const isGone = (error: unknown): boolean => ['ENOENT', 'ESRCH'].includes((error as { code?: string }).code ?? '');
