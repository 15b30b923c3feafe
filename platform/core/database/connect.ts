import { createRequire } from 'node:module';
import { EventEmitter } from 'node:events';
import knexFactory, { type Knex } from 'knex';
import pg from 'pg';
import { instantFromPostgres } from './instants.ts';

const require = createRequire(import.meta.url);
// Internal modules of knex 3.3.0 (pinned): a knex that speaks over a connection that somebody else owns, at no round
// trip of its own. database/test/knex-over-connection.db.test.ts fails when a new knex breaks it.
const makeKnex = require('knex/lib/knex-builder/make-knex.js') as (client: object) => Knex.Transaction;

const TIMESTAMPTZ = 1184;
const DATE = 1082;
const INT8 = 20;

const parsers = new Map<number, (text: string) => unknown>([
  [TIMESTAMPTZ, instantFromPostgres],
  [DATE, (text) => text],
  [INT8, wholeNumber],
]);

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond 2^53`);
  return value;
}

/** The types as this code reads them: instants as RFC 3339 text, dates as text, whole numbers as numbers. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => (format !== 'binary' && parsers.get(oid)) || pg.types.getTypeParser(oid, format as 'text'),
};

/** Limits of a session: nothing of ours waits longer (security study 5.1). */
const SESSION = '-c timezone=UTC -c statement_timeout=15000 -c lock_timeout=8000 -c idle_in_transaction_session_timeout=20000';

/** A pool of connections as the runtime role. Nothing is connected before the first query. */
export function connect(databaseUrl: string, poolSize: number, applicationName: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolSize,
    types: types as never,
    // statements that do not wait for each other's answers may share a round trip: `inOneWrite`
    pipeline: true,
    options: SESSION,
    application_name: applicationName,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
  });
  // A connection may end at any time, idle or in use, and an error that nobody listens to ends the process with all that it
  // does for all businesses. Whoever uses the connection is told by a failing transaction; the pool opens another one.
  pool.on('connect', (connection) => void connection.on('error', (error) => process.emitWarning(`a database connection ended: ${error.message}`)));
  // of an idle one the pool tells once more, when it has let go of it
  pool.on('error', () => undefined);
  return pool;
}

const baseClient = (knexFactory({ client: 'pg', pool: { min: 0, max: 1 } }) as unknown as { client: object }).client;

/** Knex over one connection that already is in a transaction. It never begins, commits or releases. */
export function knexOver(connection: pg.PoolClient): Knex.Transaction {
  const client = Object.assign(Object.create(baseClient) as object, {
    transacting: true,
    acquireConnection: () => Promise.resolve(connection),
    releaseConnection: () => Promise.resolve(),
  });
  EventEmitter.call(client as unknown as EventEmitter);
  // own listeners: the prototype's would grow with every transaction
  Object.assign(client, { _events: Object.create(null), _eventsCount: 0 });
  const knex = makeKnex(client);
  return Object.assign(knex, { isTransaction: true });
}
