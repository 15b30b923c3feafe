import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** The connection to the database ended, or none was to be had: nothing is known to be wrong with what was asked. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super(`the database connection is lost: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'ConnectionLost';
  }
}

// What the driver says, without a code, of a connection that is no more.
const GONE = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

/** Whether the database, or the way to it, is away: then nothing is wrong with what was asked, nor with who asked. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? /^(57P0[1235]|08\w{3}|53300)$/.test(code) : GONE.test(error.message);
}

/** The time that a piece of work has; `listener` is called once, when it is spent. The answer takes the listener away. */
export interface TimeOfWork {
  whenSpent(listener: (because: Error) => void): () => void;
}

/** A connection of the pool. Throws ConnectionLost when none is free in time or the database breaks off. */
export async function borrow(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    // what the database says for itself has a code of five signs; a network's ECONNREFUSED could be any service's
    throw /^[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code)) ? error : new ConnectionLost(error);
  }
}

/** What may end the use of a connection from outside. */
export interface Guarded {
  /** Rejects when the connection ends, or is ended. */
  readonly end: Promise<never>;
  /** Why it ended; undefined while it lives. */
  because(): Error | undefined;
  /** Ends the connection: the server gives up what it did there. */
  cutOff(this: void, because: Error): void;
  /** The time no longer counts. */
  outOfTime(): void;
  /** Stops listening, before the connection goes back. */
  letGo(): void;
}

/** Watches over a connection while it is lent out. */
export function guard(connection: pg.PoolClient, time: TimeOfWork | undefined): Guarded {
  let because: Error | undefined;
  let fail: (because: Error) => void = () => undefined;
  const end = new Promise<never>((_, reject) => (fail = reject));
  const ended = (error: Error): void => {
    because ??= error;
    fail(because);
  };
  const lost = (error: Error): void => ended(new ConnectionLost(error));
  const cutOff = (error: Error): void => {
    ended(error);
    socketOf(connection).destroy();
  };
  connection.on('error', lost);
  const outOfTime = time?.whenSpent(cutOff) ?? (() => undefined);
  const letGo = (): void => {
    outOfTime();
    connection.off('error', lost);
  };
  return { end, because: () => because, cutOff, outOfTime, letGo };
}

/** The socket under a connection. */
export const socketOf = (connection: pg.PoolClient): Duplex => (connection as unknown as { connection: { stream: Duplex } }).connection.stream;

/** A piece of work that was too slow asks on a connection that is no longer its own. */
class NoLongerLent extends Error {
  constructor() {
    super('the time of this work is over: it asks the database nothing more');
    this.name = 'NoLongerLent';
  }
}

/** A connection for a piece of work within somebody's transaction: after `end` it takes no statement any more. */
export function lendConnection(connection: pg.PoolClient): { readonly connection: pg.PoolClient; end(): void } {
  let isOver = false;
  const query = (...given: unknown[]): unknown => {
    if (isOver) throw new NoLongerLent();
    return (connection.query as (...given: unknown[]) => unknown).apply(connection, given);
  };
  const lent = new Proxy(connection, {
    get(target, key) {
      const value: unknown = key === 'query' ? query : Reflect.get(target, key, target);
      return typeof value === 'function' && key !== 'query' ? (value.bind(target) as unknown) : value;
    },
  });
  return { connection: lent, end: () => void (isOver = true) };
}
