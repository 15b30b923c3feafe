import { setTimeout as pause } from 'node:timers/promises';
import type { RunningPart } from '../embedded/running-part.ts';

/** A process under supervision. `part` is undefined while it is down. */
interface Supervised {
  name: string;
  part: RunningPart | undefined;
  pid: number;
  port: number;
  restarts: number;
  over: boolean;
  /** It was told to end and comes back at once; that is no crash. */
  replaced: boolean;
  /** Settles when it is supervised no longer. */
  loop: Promise<void>;
}

export interface SupervisorOptions {
  /** Called whenever a process began, ended or was counted. */
  changed: () => void;
  log: (line: string) => void;
  /** No process is started any more once this is aborted. */
  signal: AbortSignal;
}

const firstPauseMs = 250;
const longestPauseMs = 10_000;
/** A process that ran this long had started well: its next crash is the first of a new row. */
const healthyAfterMs = 30_000;

/** Keeps processes running: one that ends by itself is started again, with growing pauses, and counted. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #all: Supervised[] = [];

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** What `run.json` says about the processes. */
  list(): { name: string; pid: number; port: number; restarts: number }[] {
    return this.#all.map(({ name, pid, port, restarts }) => ({ name, pid, port, restarts }));
  }

  /** True from its first start on, also while it is down. */
  isKnown(name: string): boolean {
    return this.#all.some((one) => one.name === name);
  }

  isUp(name: string): boolean {
    return this.#all.some((one) => one.name === name && one.part !== undefined);
  }

  /**
   * Starts a process and keeps it running.
   * @param start also used for every restart; it must come back on the port it had, unless `port` is `'any'`
   * @throws what `start` throws the first time
   */
  async add<Part extends RunningPart>(name: string, start: () => Promise<Part>, port: 'same' | 'any' = 'same'): Promise<Part> {
    const part = await start();
    if (this.#options.signal.aborted) {
      await part.stop();
      this.#options.signal.throwIfAborted();
    }
    const supervised: Supervised = { name, part, pid: part.pid, port: part.port, restarts: 0, over: false, replaced: false, loop: Promise.resolve() };
    this.#all.push(supervised);
    this.#options.changed();
    supervised.loop = this.#keepRunning(supervised, start, port);
    return part;
  }

  /** Ends the named processes, all at the same time, and waits until they are gone. */
  async stop(...names: string[]): Promise<void> {
    const chosen = this.#all.filter((one) => names.includes(one.name));
    for (const one of chosen) one.over = true;
    await Promise.all(chosen.map((one) => one.part?.stop()));
    await Promise.all(chosen.map((one) => one.loop)); // a restart that was under way has ended what it started
    for (const one of chosen) this.#all.splice(this.#all.indexOf(one), 1);
    this.#options.changed();
  }

  /** Ends the named processes and starts them again, without counting it as a crash. Waits until they are ready. */
  async replace(...names: string[]): Promise<void> {
    const chosen = this.#all.filter((one) => names.includes(one.name) && one.part);
    for (const one of chosen) one.replaced = true;
    await Promise.all(chosen.map((one) => one.part?.stop()));
    while (chosen.some((one) => one.replaced && !this.#isOver(one))) await this.#pause(25);
  }

  async #keepRunning(one: Supervised, start: () => Promise<RunningPart>, port: 'same' | 'any'): Promise<void> {
    let inARow = 0;
    while (one.part) {
      const began = performance.now();
      const how = await one.part.exited;
      one.part = undefined;
      if (this.#isOver(one)) return;
      if (one.replaced) {
        await this.#restart(one, start, port);
        one.replaced = false;
        if (one.part) continue;
      }
      inARow = performance.now() - began > healthyAfterMs ? 0 : inARow;
      this.#options.log(`${one.name} ended by itself (${how}); starting it again.`);
      while (!one.part && !this.#isOver(one)) {
        await this.#pause(Math.min(longestPauseMs, firstPauseMs * 2 ** inARow++));
        await this.#restart(one, start, port);
      }
    }
  }

  async #restart(one: Supervised, start: () => Promise<RunningPart>, port: 'same' | 'any'): Promise<void> {
    if (this.#isOver(one)) return;
    if (!one.replaced) one.restarts += 1;
    this.#options.changed();
    try {
      const part = await start();
      if (this.#isOver(one) || (port === 'same' && part.port !== one.port)) {
        await part.stop();
        if (!this.#isOver(one)) this.#options.log(`${one.name} could not have its port ${one.port} back; trying again.`);
        return;
      }
      Object.assign(one, { part, pid: part.pid, port: part.port });
      this.#options.changed();
      if (!one.replaced) this.#options.log(`${one.name} runs again (process ${part.pid}, restart ${one.restarts}).`);
    } catch (failure) {
      if (!this.#isOver(one)) this.#options.log(`${one.name} did not start: ${(failure as Error).message}`);
    }
  }

  #isOver(one: Supervised): boolean {
    return one.over || this.#options.signal.aborted;
  }

  async #pause(ms: number): Promise<void> {
    try {
      await pause(ms, undefined, { signal: this.#options.signal });
    } catch (failure) {
      if (!this.#options.signal.aborted) throw failure;
    }
  }
}
