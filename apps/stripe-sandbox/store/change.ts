import type { Account, Limits } from './account.ts';
import { freshId } from './fresh-id.ts';
import type { AnyRecord, DeliveryRecord, EventRecord, KeptAnswer, Kind, RecordOf } from './records.ts';

/** Who asked for a change; nobody, when the bank or a person at the control port did. */
export interface Cause {
  readonly request: string | null;
  readonly key: string | null;
}

/**
 * All that one call changes. It becomes one line of the journal, so it is there whole or not at all; it touches the account
 * only when it is committed.
 */
export class Change {
  readonly account: Account;
  readonly at: number;
  readonly puts: [Kind, AnyRecord][] = [];
  readonly events: EventRecord[] = [];
  readonly deliveries: DeliveryRecord[] = [];
  kept: KeptAnswer | undefined;
  settings: Settings | undefined;
  readonly #cause: Cause;

  constructor(account: Account, cause: Cause) {
    this.account = account;
    this.at = account.now();
    this.#cause = cause;
  }

  /** Puts a version of an object in place; answers it. */
  put<K extends Kind>(kind: K, record: RecordOf[K]): RecordOf[K] {
    this.puts.push([kind, record]);
    return record;
  }

  /** The object as this change leaves it. */
  get<K extends Kind>(kind: K, id: string): RecordOf[K] | undefined {
    for (let index = this.puts.length - 1; index >= 0; index--) {
      const [of, record] = this.puts[index]!;
      if (of === kind && record.id === id) return record as RecordOf[K];
    }
    return (this.account[kind] as { get(id: string): unknown }).get(id) as RecordOf[K] | undefined;
  }

  /** Tells that something happened to an object that this change put; every endpoint that wants to know will be told. */
  tell<K extends Kind>(type: string, kind: K, about: RecordOf[K], previous: Record<string, unknown> | null = null): void {
    const event: EventRecord = { id: freshId('evt_'), created: this.at, type, kind, about, ...this.#cause, previous };
    this.events.push(event);
    for (const endpoint of this.account.webhook_endpoint.values()) {
      if (!endpoint.enabled || !(endpoint.types.includes('*') || endpoint.types.includes(type))) continue;
      this.deliveries.push({
        id: `${event.id}:${endpoint.id}`,
        event: event.id,
        endpoint: endpoint.id,
        state: 'pending',
        attempts: 0,
        status: 0,
        at: 0,
        next: 0,
      });
    }
  }

  get isEmpty(): boolean {
    return this.puts.length === 0 && this.events.length === 0 && this.deliveries.length === 0 && !this.kept && !this.settings;
  }

  apply(): void {
    const { account, settings } = this;
    if (settings) applySettings(account, settings);
    for (const [kind, record] of this.puts) account.put(kind, record as never);
    for (const event of this.events) account.addEvent(event);
    for (const delivery of this.deliveries) account.putDelivery(delivery);
  }

  keep(answer: KeptAnswer | undefined): void {
    this.kept = answer;
    if (answer) this.account.keep(answer);
  }

  /** One line of the journal. Events and the kept answer name the version that they show by its place in `p`. */
  toLine(): string {
    const places = new Map(this.puts.map(([, record], place) => [record, place]));
    const { kept } = this;
    if (kept?.shown && !places.has(kept.shown)) {
      places.set(kept.shown, this.puts.length);
      this.puts.push([kept.kind!, kept.shown]);
    }
    return JSON.stringify({
      a: this.account.name,
      s: this.settings,
      p: this.puts,
      e: this.events.length === 0 ? undefined : this.events.map((event) => eventLine(event, places.get(event.about)!)),
      d: this.deliveries.length === 0 ? undefined : this.deliveries,
      k: kept && keptLine(kept, kept.shown ? places.get(kept.shown)! : -1),
    });
  }
}

/** What control sets for an account. */
export interface Settings {
  readonly ahead?: number;
  readonly limits?: Limits;
  readonly treatedLike?: readonly [method: string, card: string];
  readonly endpointGone?: string;
}

export function applySettings(account: Account, settings: Settings): void {
  if (settings.ahead !== undefined) account.ahead = settings.ahead;
  if (settings.limits) account.limits = settings.limits;
  if (settings.treatedLike) account.treatedLike.set(...settings.treatedLike);
  if (settings.endpointGone) account.webhook_endpoint.remove(settings.endpointGone);
}

export type EventLine = [
  id: string,
  created: number,
  type: string,
  place: number,
  request: string | null,
  key: string | null,
  previous: EventRecord['previous'],
];
export type KeptLine = [key: string, path: string, parameters: string, at: number, status: number, place: number, body: string | null];

export interface Line {
  readonly a: string;
  readonly s?: Settings;
  readonly p?: [Kind, AnyRecord][];
  /** Versions that only events and kept answers show any more. */
  readonly v?: [Kind, AnyRecord][];
  readonly e?: EventLine[];
  readonly d?: DeliveryRecord[];
  readonly k?: KeptLine;
  readonly ks?: KeptLine[];
}

export const eventLine = ({ id, created, type, request, key, previous }: EventRecord, place: number): EventLine => [
  id,
  created,
  type,
  place,
  request,
  key,
  previous,
];

export const keptLine = ({ key, path, parameters, at, status, body }: KeptAnswer, place: number): KeptLine => [key, path, parameters, at, status, place, body];
