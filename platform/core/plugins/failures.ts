import type pg from 'pg';
import { instantOf, type Id, type Instant } from '@portico/kit';
import type { Log } from '@portico/kit/server';
import { uuidv7 } from '../context/uuid.ts';
import { isDatabaseAway } from '../database/lent-connection.ts';
import { inTenantTransaction, UnknownTenant } from '../database/transaction.ts';
import type { Metrics } from '../observe/metrics.ts';
import { realClock } from '../observe/real-clock.ts';

/** What went wrong in plugins: shown in the console under the plugin's name, the same by every process, never to a customer. */
export interface Failures {
  /** Counts a failure of a plugin at a business, unless the database was away. Written within a second, all of that second in one statement. */
  note(tenantId: Id, pluginId: string, where: string, error: unknown): void;
  /** Writes what is not written yet; what cannot be written stays for the next time. */
  flush(): Promise<void>;
}

/** The failures of one plugin at one business, of all processes. */
export interface PluginFailures {
  readonly count: number;
  readonly last: { readonly at: Instant; readonly where: string; readonly because: string };
}

/** One write of a business in so much time, however much fails. */
const WRITE_MS = 1_000;
/** Failures that have not come back for so long are no news. */
const NEWS_DAYS = 7;
const LONGEST = 500;

interface Pending {
  count: number;
  where: string;
  because: string;
  atMs: number;
}
/** What is not written yet: by business, by plugin. */
type Waiting = Map<Id, Map<string, Pending>>;

/** Opens the record. */
export function openFailures(pool: pg.Pool, log: Log, metrics: Metrics): Failures {
  let waiting: Waiting = new Map();
  let timer: NodeJS.Timeout | undefined;

  let writing: Promise<void> = Promise.resolve();
  // one after the other: whoever flushes waits for what is being written, too
  const flush = (): Promise<void> => (writing = writing.then(writeWaiting));
  const writeWaiting = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const taken = waiting;
    waiting = new Map();
    for (const [tenantId, plugins] of taken) {
      try {
        await write(pool, tenantId, plugins);
      } catch (error) {
        log.warn('failures of plugins could not be written', { because: String(error) });
        // the database comes back, a business does not
        if (!(error instanceof UnknownTenant)) for (const [pluginId, pending] of plugins) add(waiting, tenantId, pluginId, pending);
      }
    }
  };

  return {
    note(tenantId, pluginId, where, error) {
      // with the database away whatever asks it fails: that says nothing of the plugin
      if (isDatabaseAway(error)) return log.warn('a plugin could not work without the database', { plugin: pluginId, where, because: String(error) });
      const because = error instanceof Error ? (error.stack ?? error.message) : String(error);
      add(waiting, tenantId, pluginId, { count: 1, where: said(where), because: said(because.split('\n')[0]!), atMs: realClock.ms() });
      timer ??= setTimeout(() => void flush(), WRITE_MS).unref();
      metrics.pluginFailures.inc({ plugin: pluginId });
      log.error('a plugin failed', { plugin: pluginId, where, because: because.slice(0, 4_000) });
    },
    flush,
  };
}

// Postgres keeps no NUL in a text.
const said = (text: string): string => text.replaceAll('\0', '').slice(0, LONGEST);

function add(waiting: Waiting, tenantId: Id, pluginId: string, { count, ...last }: Pending): void {
  const plugins = waiting.get(tenantId) ?? new Map<string, Pending>();
  waiting.set(tenantId, plugins);
  const before = plugins.get(pluginId);
  const newest = before && before.atMs > last.atMs ? before : last;
  plugins.set(pluginId, { ...newest, count: count + (before?.count ?? 0) });
}

async function write(pool: pg.Pool, tenantId: Id, plugins: ReadonlyMap<string, Pending>): Promise<void> {
  // in one order, so that two processes do not wait for each other
  const rows = [...plugins].sort(([a], [b]) => (a < b ? -1 : 1));
  await inTenantTransaction(pool, tenantId, ({ connection, clockOffsetMs }) => {
    const at = (ms: number): Instant => instantOf(ms + clockOffsetMs);
    const told = rows.map(([plugin_id, { count, where, because, atMs }]) => ({ id: uuidv7(), plugin_id, count, at: at(atMs), where, because }));
    return connection.query(UPSERT, [JSON.stringify(told), NEWS_DAYS]);
  });
}

const UPSERT = `insert into portico.plugin_failures as f (id, plugin_id, count, since, last_at, last_where, last_because)
  select t.id, t.plugin_id, t.count, t.at, t.at, t."where", t.because
  from jsonb_to_recordset($1::jsonb) as t(id uuid, plugin_id text, count bigint, at timestamptz, "where" text, because text)
  on conflict (tenant_id, plugin_id) do update set last_at = greatest(f.last_at, excluded.last_at), last_where = excluded.last_where, last_because = excluded.last_because,
    count = case when f.last_at < excluded.last_at - make_interval(days => $2) then excluded.count else f.count + excluded.count end,
    since = case when f.last_at < excluded.last_at - make_interval(days => $2) then excluded.since else f.since end`;

/** The failures that are news at a business, by plugin. */
export async function failuresOf(connection: pg.PoolClient, tenantId: Id, now: Instant): Promise<ReadonlyMap<string, PluginFailures>> {
  const { rows } = await connection.query<{ plugin_id: string; count: number; last_at: Instant; last_where: string; last_because: string }>(
    `select plugin_id, count, last_at, last_where, last_because from portico.plugin_failures
     where tenant_id = $1 and last_at > $2::timestamptz - make_interval(days => $3)`,
    [tenantId, now, NEWS_DAYS],
  );
  return new Map(rows.map((row) => [row.plugin_id, { count: row.count, last: { at: row.last_at, where: row.last_where, because: row.last_because } }]));
}
