import type { Sandbox } from '@portico/testing';
import pg from 'pg';

/** Something that stands still, and can be let go. */
export interface Held {
  /** Where the gateway keeps a call: whether it does. It keeps it for ever; a lock is waited for some seconds only, so all locks come after that. */
  isPrepared?(): Promise<boolean>;
  /** Whether the product stands at it now: only then a kill tells anything. */
  isInFlight(): Promise<boolean>;
  letGo(): Promise<void>;
}

/** Whoever called gives up after 20 seconds: what is kept for longer is in nobody's flight any more. */
const STILL_WAITS_MS = 15_000;
const CONFIRM = '/v1/payment_intents/*/confirm';

/** The gateway keeps a call of this account: before it has done what is asked, or after, with the answer still to come. */
export async function holdCall(
  sandbox: Sandbox,
  account: string,
  at: 'before-commit' | 'after-commit',
  call = { method: 'POST', path: CONFIRM },
  times = 1,
): Promise<Held> {
  await sandbox.tell('POST', '/control/faults', { match: { account, ...call }, at, do: 'hold', times });
  const held = () => sandbox.tell<{ method: string; id: number; at: number }[]>('GET', `/control/requests?account=${account}&state=held`);
  const isInFlight = async (): Promise<boolean> =>
    (await held()).some(({ method, at: since }) => method === call.method && Date.now() - since < STILL_WAITS_MS);
  return {
    isPrepared: isInFlight,
    isInFlight,
    async letGo() {
      for (const { id, method } of await held()) if (method === call.method) await sandbox.tell('POST', '/control/release', { request: id });
    },
  };
}

/** A row of the database is locked: whoever writes it next stands still. `url`: a role that may see every row. Without such a row nothing is held. */
export async function holdRows(url: string, statement: string, values: readonly unknown[]): Promise<Held> {
  const client = new pg.Client({ connectionString: url });
  // whoever ends the database of a test that failed ends this session too
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  const { rowCount } = await client.query(statement, [...values]);
  if (!rowCount) {
    await client.end();
    return { isInFlight: async () => false, letGo: async () => undefined };
  }
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return {
    async isInFlight() {
      const waiting = await client.query('select 1 from pg_stat_activity where $1 = any(pg_blocking_pids(pid))', [rows[0]!.pid]);
      return (waiting.rowCount ?? 0) > 0;
    },
    letGo: () => client.end(),
  };
}
