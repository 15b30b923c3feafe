import type { LoggedRequest } from '../web/request-log.ts';

export type Moment = 'before-commit' | 'after-commit' | 'webhook';
export type Deed = 'hold' | 'drop' | '500' | 'delay' | 'duplicate' | 'reorder';

/** What goes wrong, with which calls or deliveries, and how often. */
export interface Fault {
  readonly id: number;
  readonly match: {
    readonly method?: string;
    /** Begins so; with `*` in it, is so as a whole. For a delivery: the path of the endpoint. */
    readonly path?: string;
    readonly account?: string;
    /** The type of an event begins so; deliveries only. */
    readonly type?: string;
  };
  readonly at: Moment;
  readonly do: Deed;
  /** Milliseconds of a delay. */
  readonly ms: number;
  /** How often it still happens; null: until it is taken away. */
  left: number | null;
}

/** A call or a delivery that waits for its release. */
export interface Held {
  readonly id: number;
  readonly fault: number;
  readonly at: Moment;
  /** The number of the call in the log; null for a delivery. */
  readonly request: number | null;
  readonly what: string;
  readonly since: number;
}

const deeds: Record<Moment, readonly Deed[]> = {
  'before-commit': ['hold', 'drop', '500', 'delay'],
  'after-commit': ['hold', 'drop', '500', 'delay'],
  webhook: ['hold', 'drop', '500', 'delay', 'duplicate', 'reorder'],
};

/** Reads what the control port was sent. @throws Error that says what is wrong with it */
export function parseFault(body: unknown): Omit<Fault, 'id'> {
  const given = record(body);
  const match = record(given.match ?? {});
  const times = given.times ?? match.times ?? null;
  const at = given.at as Moment;
  const deed = String(given.do) as Deed;
  if (!(at in deeds)) throw new Error('"at" is before-commit, after-commit or webhook.');
  if (!deeds[at].includes(deed)) throw new Error(`"do" at ${at} is one of ${deeds[at].join(', ')}.`);
  if (times !== null && !(Number.isInteger(times) && (times as number) > 0)) throw new Error('"times" is a whole number above zero.');
  if (deed === 'delay' && !(typeof given.ms === 'number' && given.ms >= 0)) throw new Error('"ms" is how long a delay is, in milliseconds.');
  for (const [name, value] of Object.entries(match)) {
    if (!['method', 'path', 'account', 'type', 'times'].includes(name)) throw new Error(`"match" knows method, path, account and type, not ${name}.`);
    if (name !== 'times' && typeof value !== 'string') throw new Error(`"match.${name}" is a text.`);
  }
  const { method, path, account, type } = match as Record<string, string | undefined>;
  return { match: { method, path, account, type }, at, do: deed, ms: (given.ms as number | undefined) ?? 0, left: times as number | null };
}

const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});

/** The faults in force, and all that they hold. */
export class Faults {
  #all: Fault[] = [];
  #count = 0;
  readonly #held = new Map<number, Held & { release: () => void }>();

  add(fault: Omit<Fault, 'id'>): Fault {
    const added = { ...fault, id: ++this.#count };
    this.#all.push(added);
    return added;
  }

  list(): readonly Fault[] {
    return this.#all;
  }

  held(): Held[] {
    return [...this.#held.values()].map(({ release: _, ...told }) => told);
  }

  /** Takes the faults away; what is held stays so until it is released. */
  clear(): void {
    this.#all = [];
  }

  /** The fault for this call at this moment, counted down; undefined when all goes well. */
  take(at: Moment, method: string, path: string, account: string, type?: string): Fault | undefined {
    if (this.#all.length === 0) return undefined;
    const fault = this.#all.find((one) => one.at === at && matches(one, method, path, account, type));
    if (!fault || fault.left === null) return fault;
    fault.left -= 1;
    if (fault.left === 0) this.#all = this.#all.filter((one) => one !== fault);
    return fault;
  }

  /** Waits until `release` lets it go. */
  hold(fault: Fault, what: string, request: LoggedRequest | null): Promise<void> {
    const id = ++this.#count;
    return new Promise((resolve) => {
      const release = (): void => {
        this.#held.delete(id);
        resolve();
      };
      this.#held.set(id, { id, fault: fault.id, at: fault.at, request: request?.id ?? null, what, since: Date.now(), release });
    });
  }

  /** Lets go what is held: one by its own number or that of its call, or all. Answers how many. */
  release({ id, request }: { id?: number; request?: number } = {}): number {
    const chosen = [...this.#held.values()].filter((one) => (id ?? one.id) === one.id && (request ?? one.request) === one.request);
    for (const one of chosen) one.release();
    return chosen.length;
  }
}

function matches({ match }: Fault, method: string, path: string, account: string, type: string | undefined): boolean {
  if (match.method !== undefined && match.method.toUpperCase() !== method) return false;
  if (match.account !== undefined && match.account !== account) return false;
  if (match.type !== undefined && !type?.startsWith(match.type)) return false;
  if (match.path === undefined) return true;
  if (!match.path.includes('*')) return path.startsWith(match.path);
  return new RegExp(`^${match.path.split('*').map(escaped).join('[^/]*')}$`).test(path);
}

const escaped = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
