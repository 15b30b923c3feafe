import type pg from 'pg';
import type { Id } from '@portico/kit';
import { inOneWrite, inTenantTransaction } from '../database/transaction.ts';
import type { Texts } from '../texts/texts.ts';
import { realClock } from '../observe/real-clock.ts';
import type { BoundHook, LoadedPlugin, Registry } from './registry.ts';
import { secretFields, type SecretSettings } from './secret-settings.ts';

/** Switching a plugin off is seen by every process within this time. */
const CACHE_MS = 3_000;

/** Which plugins are on at a business, their settings and their order there; at most 3 s old. */
export interface Enablement {
  /** Reads what is not known or too old; afterwards the `…Now` questions answer without waiting. */
  ready(tenantId: Id): Promise<void>;
  /** The ids of enabled, healthy plugins. */
  of(tenantId: Id): Promise<ReadonlySet<string>>;
  /** The ids of enabled, healthy plugins as an open transaction of the business sees them now. */
  readIn(connection: pg.PoolClient, tenantId: Id): Promise<ReadonlySet<string>>;
  isOnNow(tenantId: Id, pluginId: string): boolean;
  /** The handlers of enabled plugins at a point, in the order in which they are asked: the business's pins, then by plugin id. */
  boundNow(tenantId: Id, kind: string, point: string): readonly BoundHook[];
  /** The plugins that the business has pinned at a point. */
  pinnedNow(tenantId: Id, point: string): readonly string[];
  settingsNow(tenantId: Id, pluginId: string): object;
  /** Forgets what is cached for a business, in this process. */
  forget(tenantId: Id): void;
}

interface Known {
  readonly on: ReadonlySet<string>;
  readonly pins: ReadonlyMap<string, readonly string[]>;
  readonly settings: ReadonlyMap<string, object>;
  readonly until: number;
}

interface Row {
  readonly plugin_id: string;
  readonly enabled: boolean;
  readonly settings: object;
}

interface WordRow {
  readonly words: Readonly<Record<string, string>>;
}

interface PinRow {
  readonly point: string;
  readonly plugin_ids: readonly string[];
}

/** Opens the cache over the database. Concurrent questions share one read. */
export function openEnablement(pool: pg.Pool, registry: Registry, texts: Pick<Texts, 'setWords'>, secrets: SecretSettings): Enablement {
  const known = new Map<Id, Known>();
  const reading = new Map<Id, Promise<unknown>>();

  const readIn = async (connection: pg.PoolClient, tenantId: Id): Promise<ReadonlySet<string>> => {
    const values = [tenantId];
    const [{ rows }, pinned, worded] = await inOneWrite(connection, () =>
      Promise.all([
        connection.query<Row>({ name: 'enablement', text: 'select plugin_id, enabled, settings from portico.tenant_plugins where tenant_id = $1', values }),
        connection.query<PinRow>({ name: 'pins', text: 'select point, plugin_ids from portico.hook_pins where tenant_id = $1', values }),
        connection.query<WordRow>({ name: 'words', text: 'select words from portico.brandings where tenant_id = $1', values }),
      ]),
    );
    const now = knownOf(registry, rows, pinned.rows, settingsAt(tenantId, secrets));
    known.set(tenantId, now);
    // read with what every transaction waits for: a worker, too, writes the business's own words
    texts.setWords(tenantId, worded.rows[0]?.words ?? {});
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
    boundNow(tenantId, kind, point) {
      const { on, pins } = of(tenantId);
      return pinnedFirst(
        registry.bound(kind, point).filter(({ pluginId }) => on.has(pluginId)),
        pins.get(point),
      );
    },
    pinnedNow: (tenantId, point) => of(tenantId).pins.get(point) ?? [],
    settingsNow: (tenantId, pluginId) => of(tenantId).settings.get(pluginId) ?? {},
    // marked as old, not taken away: work that is under way still gets an answer
    forget(tenantId) {
      const one = known.get(tenantId);
      if (one) known.set(tenantId, { ...one, until: 0 });
    },
  };
}

// What is not pinned stays in its order behind the pins.
function pinnedFirst(bound: readonly BoundHook[], pins: readonly string[] = []): readonly BoundHook[] {
  if (pins.length === 0) return bound;
  return [...pins.flatMap((id) => bound.filter(({ pluginId }) => pluginId === id)), ...bound.filter(({ pluginId }) => !pins.includes(pluginId))];
}

function knownOf(registry: Registry, rows: readonly Row[], pins: readonly PinRow[], plain: (plugin: LoadedPlugin, stored: object) => object): Known {
  const byId = new Map(rows.map((row) => [row.plugin_id, row]));
  const wanted = registry.plugins.filter((plugin) => !plugin.quarantined && isWanted(plugin, byId.get(plugin.id)));
  const on = new Set<string>();
  // in the order of requires: one whose needs are off is off too
  for (const plugin of wanted) if (Object.keys(plugin.manifest.requires ?? {}).every((id) => on.has(id))) on.add(plugin.id);
  const settings = new Map(registry.plugins.map((plugin) => [plugin.id, plain(plugin, byId.get(plugin.id)?.settings ?? {})]));
  return { on, settings, pins: new Map(pins.map(({ point, plugin_ids }) => [point, plugin_ids])), until: realClock.ms() + CACHE_MS };
}

const isWanted = (plugin: LoadedPlugin, row: Row | undefined): boolean => plugin.manifest.alwaysOn || (row?.enabled ?? plugin.manifest.onByDefault ?? false);

const settingsAt =
  (tenantId: Id, secrets: SecretSettings) =>
  (plugin: LoadedPlugin, stored: object): object =>
    settingsOf(plugin, opened(secrets, tenantId, plugin, stored));

// A secret that cannot be read is left out: it counts as not set.
function opened(secrets: SecretSettings, tenantId: Id, plugin: LoadedPlugin, stored: object): object {
  const fields = secretFields(plugin.manifest).filter((field) => Object.hasOwn(stored, field));
  if (fields.length === 0) return stored;
  const values = new Map<string, unknown>(Object.entries(stored));
  for (const field of fields) {
    const plain = secrets.open({ tenantId, pluginId: plugin.id, field }, values.get(field));
    if (plain === undefined) values.delete(field);
    else values.set(field, plain);
  }
  return Object.fromEntries(values);
}

/** Stored settings completed with defaults; a stored value that no longer fits falls back to its default. */
function settingsOf(plugin: LoadedPlugin, stored: object): object {
  const schema = plugin.manifest.settings;
  if (!schema) return {};
  const whole = schema.safeParse(stored);
  if (whole.success) return whole.data as object;
  const wrong = new Set(whole.error.issues.map((issue) => String(issue.path[0])));
  return schema.parse(Object.fromEntries(Object.entries(stored).filter(([name]) => !wrong.has(name)))) as object;
}
