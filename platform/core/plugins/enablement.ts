import type pg from 'pg';
import type { Id } from '@portico/kit';
import { inTenantTransaction } from '../database/transaction.ts';
import { realClock } from '../observe/real-clock.ts';
import type { LoadedPlugin, Registry } from './registry.ts';

/** Switching a plugin off is seen by every process within this time. */
const CACHE_MS = 3_000;

/** Which plugins are on at a business, and their settings there; at most 3 s old. */
export interface Enablement {
  /** Reads what is not known or too old; afterwards the `…Now` questions answer without waiting. */
  ready(tenantId: Id): Promise<void>;
  /** The ids of enabled, healthy plugins. */
  of(tenantId: Id): Promise<ReadonlySet<string>>;
  /** The ids of enabled, healthy plugins as an open transaction of the business sees them now. */
  readIn(connection: pg.PoolClient, tenantId: Id): Promise<ReadonlySet<string>>;
  isOnNow(tenantId: Id, pluginId: string): boolean;
  settingsNow(tenantId: Id, pluginId: string): object;
  /** Forgets what is cached for a business, in this process. */
  forget(tenantId: Id): void;
}

interface Known {
  readonly on: ReadonlySet<string>;
  readonly settings: ReadonlyMap<string, object>;
  readonly until: number;
}

interface Row {
  readonly plugin_id: string;
  readonly enabled: boolean;
  readonly settings: object;
}

/** Opens the cache over the database. Concurrent questions share one read. */
export function openEnablement(pool: pg.Pool, registry: Registry): Enablement {
  const known = new Map<Id, Known>();
  const reading = new Map<Id, Promise<unknown>>();

  const readIn = async (connection: pg.PoolClient, tenantId: Id): Promise<ReadonlySet<string>> => {
    const { rows } = await connection.query<Row>({
      name: 'enablement',
      text: 'select plugin_id, enabled, settings from portico.tenant_plugins where tenant_id = $1',
      values: [tenantId],
    });
    const now = knownOf(registry, rows);
    known.set(tenantId, now);
    return now.on;
  };
  const read = (tenantId: Id): Promise<unknown> => inTenantTransaction(pool, tenantId, ({ connection }) => readIn(connection, tenantId));

  const ready = async (tenantId: Id): Promise<void> => {
    if ((known.get(tenantId)?.until ?? 0) > realClock.ms()) return;
    const already = reading.get(tenantId);
    const now = already ?? read(tenantId).finally(() => reading.delete(tenantId));
    reading.set(tenantId, now);
    await now;
  };

  const of = (tenantId: Id): Known => {
    const one = known.get(tenantId);
    if (!one) throw new Error('the plugins of this business are not known yet: await ready() first');
    return one;
  };

  return {
    ready,
    of: async (tenantId) => {
      await ready(tenantId);
      return of(tenantId).on;
    },
    readIn,
    isOnNow: (tenantId, pluginId) => of(tenantId).on.has(pluginId),
    settingsNow: (tenantId, pluginId) => of(tenantId).settings.get(pluginId) ?? {},
    // marked as old, not taken away: work that is under way still gets an answer
    forget(tenantId) {
      const one = known.get(tenantId);
      if (one) known.set(tenantId, { ...one, until: 0 });
    },
  };
}

function knownOf(registry: Registry, rows: readonly Row[]): Known {
  const byId = new Map(rows.map((row) => [row.plugin_id, row]));
  const wanted = registry.plugins.filter((plugin) => !plugin.quarantined && isWanted(plugin, byId.get(plugin.id)));
  const on = new Set<string>();
  // in the order of requires: one whose needs are off is off too
  for (const plugin of wanted) if (Object.keys(plugin.manifest.requires ?? {}).every((id) => on.has(id))) on.add(plugin.id);
  const settings = new Map(registry.plugins.map((plugin) => [plugin.id, settingsOf(plugin, byId.get(plugin.id)?.settings ?? {})]));
  return { on, settings, until: realClock.ms() + CACHE_MS };
}

const isWanted = (plugin: LoadedPlugin, row: Row | undefined): boolean => plugin.manifest.alwaysOn || (row?.enabled ?? plugin.manifest.onByDefault ?? false);

/** Stored settings completed with defaults; a stored value that no longer fits falls back to its default. */
export function settingsOf(plugin: LoadedPlugin, stored: object): object {
  const schema = plugin.manifest.settings;
  if (!schema) return {};
  const whole = schema.safeParse(stored);
  if (whole.success) return whole.data as object;
  const wrong = new Set(whole.error.issues.map((issue) => String(issue.path[0])));
  return schema.parse(Object.fromEntries(Object.entries(stored).filter(([name]) => !wrong.has(name)))) as object;
}
