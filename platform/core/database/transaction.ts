import type pg from 'pg';
import { isId, type Id } from '@portico/kit';
import { realClock } from '../observe/real-clock.ts';

/** An open transaction: bound to one tenant, with the offset of its business clock as read in the same round trip as BEGIN. */
export interface OpenTransaction {
  readonly connection: pg.PoolClient;
  readonly clockOffsetMs: number;
  /** The real instant at which the transaction began; business time is this plus the offset, and stands still. */
  readonly beganMs: number;
}

/** The business does not exist (any more). */
export class UnknownTenant extends Error {}

/** One transaction inside a tenant. Commits when `work` resolves, rolls back when it throws; the connection goes back either way. */
export async function inTenantTransaction<T>(pool: pg.Pool, tenantId: Id, work: (open: OpenTransaction) => PromiseLike<T>): Promise<T> {
  if (!isId(tenantId)) throw new TypeError('a tenant id is a UUID');
  const connection = await pool.connect();
  let broken: Error | undefined;
  try {
    const clockOffsetMs = await begin(connection, tenantId);
    const result = await work({ connection, clockOffsetMs, beganMs: realClock.ms() });
    await connection.query('commit');
    return result;
  } catch (error) {
    broken = await rollBack(connection);
    throw error;
  } finally {
    connection.release(broken);
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
