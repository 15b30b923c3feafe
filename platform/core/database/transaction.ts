import type pg from 'pg';
import { isId, type Id } from '@portico/kit';
import { realClock } from '../observe/real-clock.ts';
import { borrow, guard, socketOf, type TimeOfWork } from './lent-connection.ts';

/** An open transaction: bound to one tenant, with the offset of its business clock as read in the same round trip as BEGIN. */
export interface OpenTransaction {
  readonly connection: pg.PoolClient;
  readonly clockOffsetMs: number;
  /** The real instant at which the transaction began; business time is this plus the offset, and stands still. */
  readonly beganMs: number;
  /** Ends the transaction at once, whatever it waits for: it fails with this error, and its connection is thrown away. */
  cutOff(because: Error): void;
}

/** A statement as the driver takes it. */
export interface Statement {
  readonly text: string;
  readonly values?: unknown[];
  readonly name?: string;
}

/** A statement failed inside the transaction and its error was caught: Postgres then answers COMMIT by rolling back. */
export class NothingCommitted extends Error {
  constructor() {
    super('nothing was committed: a statement of this transaction had failed, and its error was caught');
    this.name = 'NothingCommitted';
  }
}
/** The business does not exist (any more). */
export class UnknownTenant extends Error {}

/** What goes along with a transaction. */
export interface Along {
  /** Goes out with BEGIN, in the same round trip; `work` is given its rows. */
  readonly first?: Statement | undefined;
  /** The time of the work: once it is spent, the transaction ends and its connection is thrown away. */
  readonly time?: TimeOfWork | undefined;
}

/**
 * One transaction inside a tenant. Commits when `work` resolves, rolls back when it throws; the connection goes back either
 * way, also when it ends meanwhile (ConnectionLost) or when the time is spent, although `work` may never come to an end.
 */
export async function inTenantTransaction<T>(
  pool: pg.Pool,
  tenantId: Id,
  work: (open: OpenTransaction, rows: readonly object[]) => PromiseLike<T>,
  { first, time }: Along = {},
): Promise<T> {
  if (!isId(tenantId)) throw new TypeError('a tenant id is a UUID');
  const connection = await borrow(pool);
  const guarded = guard(connection, time);
  let broken: Error | undefined;
  try {
    const begun = async (): Promise<T> => {
      const [clockOffsetMs, found] = await inOneWrite(connection, () => Promise.all([begin(connection, tenantId), first && connection.query<object>(first)]));
      return work({ connection, clockOffsetMs, beganMs: realClock.ms(), cutOff: guarded.cutOff }, found?.rows ?? []);
    };
    const result = await Promise.race([begun(), guarded.end]);
    // from here on the answer is Postgres's: whether a COMMIT that was cut off took effect, nobody could say
    guarded.outOfTime();
    const { command } = await connection.query('commit');
    if (command !== 'COMMIT') throw new NothingCommitted();
    return result;
  } catch (error) {
    broken = guarded.because() ?? (await rollBack(connection));
    throw guarded.because() ?? error;
  } finally {
    guarded.letGo();
    connection.release(broken);
  }
}

/**
 * Sends what `ask` asks in one piece: the first answer is waited for once, not after each question. Each question must hold
 * without knowing the others' answers. One that fails spoils the transaction for those behind it.
 */
export function inOneWrite<T>(connection: pg.PoolClient, ask: () => Promise<T>): Promise<T> {
  const stream = socketOf(connection);
  stream.cork();
  try {
    return ask();
  } finally {
    stream.uncork();
  }
}

// BEGIN, the tenant and its clock in one round trip. The id's shape was checked: nothing else can stand between the quotes.
async function begin(connection: pg.PoolClient, tenantId: Id): Promise<number> {
  const answers = (await connection.query(
    `begin; set local portico.tenant_id = '${tenantId}'; select clock_offset_ms from portico.tenants where id = '${tenantId}'`,
  )) as unknown as pg.QueryResult<{ clock_offset_ms: number }>[];
  const row = answers[2]?.rows[0];
  if (!row) throw new UnknownTenant(tenantId);
  return row.clock_offset_ms;
}

// A connection that cannot roll back is thrown away: release() with an error destroys it.
async function rollBack(connection: pg.PoolClient): Promise<Error | undefined> {
  try {
    await connection.query('rollback');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
