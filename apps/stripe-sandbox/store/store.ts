import { Account, type Limits, usualLimits } from './account.ts';
import { applySettings, type Change, eventLine, keptLine, type Line } from './change.ts';
import { Journal } from './journal.ts';
import type { AnyRecord, EventRecord, KeptAnswer, Kind } from './records.ts';

const kinds: readonly Kind[] = ['customer', 'payment_method', 'payment_intent', 'setup_intent', 'charge', 'refund', 'webhook_endpoint'];
const together = 200;

/** All accounts, in memory and on disk. */
export class Store {
  readonly accounts = new Map<string, Account>();
  /** What an account begins with; told by control for all accounts. */
  limits: Limits = usualLimits;
  /** Called after a change was made, with the change. */
  changed: (change: Change) => void = () => undefined;
  #journal!: Journal;

  /** Opens a folder and brings back all that was answered before. */
  static async open(folder: string): Promise<Store> {
    const store = new Store();
    // Versions that are shown by several events are one object again, as they were before.
    const versions = new Map<string, AnyRecord>();
    store.#journal = await Journal.open(folder, (line) => store.#read(JSON.parse(line) as Line, versions));
    return store;
  }

  /** The account of this name; an account exists from its first use on. */
  account(name: string): Account {
    const known = this.accounts.get(name);
    if (known) return known;
    const made = new Account(name, this.limits);
    this.accounts.set(name, made);
    return made;
  }

  /**
   * Makes a change, at once and whole; it is on disk when `settled` says so.
   * @param keep asked when the change is made: the answer that is kept with it, if one is
   */
  commit(change: Change, keep?: () => KeptAnswer | undefined): void {
    change.apply();
    change.keep(keep?.());
    if (change.isEmpty) return;
    this.#journal.append(change.toLine());
    this.changed(change);
    if (this.#journal.isLong) void this.#journal.compact(this.#lines());
  }

  /** Settles when all that was committed so far is on disk; undefined when it already is. */
  settled(): Promise<void> | undefined {
    return this.#journal.settled();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  #read(line: Line, versions: Map<string, AnyRecord>): void {
    const account = this.account(line.a);
    const share = (record: AnyRecord): AnyRecord => {
      const name = `${record.id}.${record.rev}`;
      const known = versions.get(name);
      if (known) return known;
      versions.set(name, record);
      return record;
    };
    const shown = [...(line.p ?? []), ...(line.v ?? [])].map(([kind, record]) => [kind, share(record)] as const);
    if (line.s) applySettings(account, line.s);
    for (const [kind, record] of shown.slice(0, line.p?.length ?? 0)) if (isNewer(account, kind, record)) account.put(kind, record as never);
    for (const [id, created, type, place, request, key, previous] of line.e ?? []) {
      account.addEvent({ id, created, type, kind: shown[place]![0], about: shown[place]![1], request, key, previous });
    }
    for (const delivery of line.d ?? []) account.putDelivery(delivery);
    for (const [key, path, parameters, at, status, place, body] of line.k ? [line.k] : (line.ks ?? [])) {
      const [kind, record] = place === -1 ? [null, null] : shown[place]!;
      account.keep({ key, path, parameters, at, status, kind, shown: record, body });
    }
  }

  /** A snapshot: lines that make the same accounts. */
  *#lines(): Generator<string> {
    for (const account of this.accounts.values()) {
      yield JSON.stringify({ a: account.name, s: { ahead: account.ahead, limits: account.limits } } satisfies Line);
      for (const treatedLike of account.treatedLike) yield JSON.stringify({ a: account.name, s: { treatedLike } } satisfies Line);
      for (const kind of kinds) {
        const records = account[kind].values() as Iterable<AnyRecord>;
        for (const some of inGroups(records)) yield JSON.stringify({ a: account.name, p: some.map((record) => [kind, record]) } satisfies Line);
      }
      for (const some of inGroups(account.events.values())) yield eventsLine(account, some);
      for (const some of inGroups(account.deliveries.values())) yield JSON.stringify({ a: account.name, d: some } satisfies Line);
      for (const some of inGroups(account.keys.values())) yield keysLine(account, some);
    }
  }
}

/** A snapshot may hold a newer version than the journal line that is read after it. */
function isNewer(account: Account, kind: Kind, record: AnyRecord): boolean {
  const known = account[kind].get(record.id);
  return !known || known.rev <= record.rev;
}

function eventsLine(account: Account, events: EventRecord[]): string {
  const { versions, placeOf } = collect();
  const e = events.map((event) => eventLine(event, placeOf(event.kind, event.about)));
  return JSON.stringify({ a: account.name, v: versions, e } satisfies Line);
}

function keysLine(account: Account, kept: KeptAnswer[]): string {
  const { versions, placeOf } = collect();
  const ks = kept.map((one) => keptLine(one, one.shown ? placeOf(one.kind!, one.shown) : -1));
  return JSON.stringify({ a: account.name, v: versions, ks } satisfies Line);
}

function collect(): { versions: [Kind, AnyRecord][]; placeOf: (kind: Kind, record: AnyRecord) => number } {
  const versions: [Kind, AnyRecord][] = [];
  const places = new Map<AnyRecord, number>();
  const placeOf = (kind: Kind, record: AnyRecord): number => {
    const known = places.get(record);
    if (known !== undefined) return known;
    places.set(record, versions.length);
    return versions.push([kind, record]) - 1;
  };
  return { versions, placeOf };
}

function* inGroups<Row>(rows: Iterable<Row>): Generator<Row[]> {
  let group: Row[] = [];
  for (const row of rows) {
    group.push(row);
    if (group.length < together) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
