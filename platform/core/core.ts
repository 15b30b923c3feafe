import type pg from 'pg';
import { userRoles, type Actor, type Branding, type Ctx, type Log, type Tenant } from '@portico/kit/server';
import type { Id } from '@portico/kit';
import { readConfig, type Config } from './config.ts';
import { NOBODY, SYSTEM } from './context/actors.ts';
import { HostContext, type ContextOptions } from './context/host-context.ts';
import { CORE, type Host } from './context/host.ts';
import type { HostTx } from './context/host-tx.ts';
import { checkRuntimeRole } from './database/check-roles.ts';
import { connect } from './database/connect.ts';
import { failedMigrations } from './database/migrate.ts';
import globalTables from './database/global-tables.json' with { type: 'json' };
import { union } from './hooks/union.ts';
import { openLimits } from './identity/limits.ts';
import { openLinks } from './identity/one-time-links.ts';
import { openIdentity, type Identity } from './identity/sign-in.ts';
import { openTemplates } from './mail/templates.ts';
import { healthOf, shareLooks, type Health } from './observe/health.ts';
import { openLog } from './observe/log.ts';
import { openMetrics } from './observe/metrics.ts';
import { realClock } from './observe/real-clock.ts';
import { installationRoot } from './plugins/installation-root.ts';
import { openEnablement, type Enablement } from './plugins/enablement.ts';
import { readInstallation } from './plugins/installation-settings.ts';
import { openFailures, type Failures } from './plugins/failures.ts';
import { loadRegistry, registryOf, setAside, type LoadedPlugin, type Registry } from './plugins/registry.ts';
import { openSecretSettings } from './plugins/secret-settings.ts';
import { brandingOf } from './tenancy/branding.ts';
import { openTenants, type Tenants } from './tenancy/tenants.ts';
import { openTexts } from './texts/texts.ts';

/** A file as it is served. */
export interface StoredFile {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly fileName: string;
}

/** One process's engine: everything that web, worker and command line need, over one pool of connections. */
export interface Core {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly host: Host;
  readonly registry: Registry;
  readonly tenants: Tenants;
  readonly enablement: Enablement;
  readonly identity: Identity;
  readonly failures: Failures;
  readonly log: Log;
  /** At most 3 s old. */
  branding(tenant: Tenant): Promise<Branding>;
  file(tenant: Tenant, id: Id): Promise<StoredFile | undefined>;
  /** A fresh context for one loader, action, handler or activity. */
  contextFor(options: ContextOptions): Ctx;
  /** A context in which the product itself acts. */
  systemContext(tenant: Tenant, pluginId: string): HostContext;
  /** Each part by name: `ok`, or what is wrong. */
  health(): Promise<Health>;
  metrics(): Promise<string>;
  close(): Promise<void>;
}

/** What may be set other than by environment. */
export interface CoreOptions {
  readonly config?: Config;
  /** Package names in place of the list in package.json. */
  readonly plugins?: readonly string[];
  /** Plugins that are loaded already, before those of the list: for tests of the host itself. */
  readonly loaded?: readonly LoadedPlugin[];
  readonly processName?: string;
}

/**
 * Opens the engine. Throws WrongConfiguration, or UnsafeDatabaseRole when the runtime role could get round the wall
 * between businesses.
 */
export async function openCore(options: CoreOptions = {}): Promise<Core> {
  const config = options.config ?? readConfig(process.env);
  const processName = options.processName ?? 'portico';
  const log = openLog(config.logLevel, processName);
  const metrics = openMetrics();
  const pool = connect(config.databaseUrl, config.poolSize, `portico-${processName}`);
  try {
    await checkRuntimeRole(pool, Object.keys(globalTables));
  } catch (error) {
    await pool.end();
    throw error;
  }
  const listed = await loadRegistry(config.root ?? installationRoot(), options.plugins);
  const failed = Object.entries(await failedMigrations(pool)).map(([id, because]) => [id, `its migrations failed: ${because}`]);
  const plugins = [...(options.loaded ?? []), ...setAside(listed.plugins, Object.fromEntries(failed))];
  const installation = readInstallation(plugins, config.variables);
  const registry = registryOf(setAside(plugins, installation.wrong));
  for (const plugin of registry.plugins) if (plugin.quarantined) log.error('a plugin is set aside', { plugin: plugin.id, because: plugin.quarantined });
  const texts = openTexts(registry);
  const secrets = openSecretSettings(config.secret, log);
  const host: Host = {
    config,
    pool,
    registry,
    enablement: openEnablement(pool, registry, texts, secrets),
    secrets,
    texts,
    templates: openTemplates(),
    failures: openFailures(pool, log, metrics),
    limits: openLimits(pool, config.secret),
    links: openLinks(config.secret),
    installation,
    metrics,
    log,
    forgetTenant: () => undefined,
    slots: async () => [],
  };
  return coreOver(host);
}

function coreOver(host: Host): Core {
  const { config, pool, registry, enablement, failures, log, metrics } = host;
  const systemContext = (tenant: Tenant, pluginId: string) => new HostContext(host, { tenant, actor: SYSTEM, pluginId });
  const identity = openIdentity({
    pool,
    limits: host.limits,
    contextOf: (tenant) => new HostContext(host, { tenant, actor: NOBODY, pluginId: CORE }),
    rolesOf: (tx, userId) => union(tx, userRoles, { userId }) as Promise<Actor['roles']>,
  });
  const tenants = openTenants(pool, config);
  const brandings: Brandings = new Map();
  host.forgetTenant = (tenantId) => {
    tenants.forget();
    brandings.delete(tenantId);
  };
  return {
    config,
    pool,
    host,
    registry,
    tenants,
    enablement,
    identity,
    failures,
    log,
    branding: openBranding(host, brandings, systemContext),
    file: (tenant, id) => readFile(systemContext(tenant, CORE), id),
    contextFor: (contextOptions) => new HostContext(host, contextOptions),
    systemContext,
    health: shareLooks(() => healthOf(pool, config)),
    metrics: () => metrics.text(),
    close: async () => {
      await failures.flush();
      await pool.end();
    },
  };
}

const BRANDING_MS = 3_000;

type Brandings = Map<Id, { branding: Branding; until: number }>;

function openBranding(host: Host, known: Brandings, systemContext: (tenant: Tenant, pluginId: string) => HostContext): Core['branding'] {
  return async (tenant) => {
    const cached = known.get(tenant.id);
    if (cached && cached.until > realClock.ms()) return cached.branding;
    const branding = await brandingOf(systemContext(tenant, CORE));
    host.texts.setWords(tenant.id, branding.words);
    known.set(tenant.id, { branding, until: realClock.ms() + BRANDING_MS });
    return branding;
  };
}

async function readFile(context: HostContext, id: Id): Promise<StoredFile | undefined> {
  const row = await context.inTenant((tx) =>
    (tx as HostTx)
      .sql('portico.files')
      .where({ tenant_id: context.tenant.id, id })
      .first<{ bytes: Buffer; media_type: string; file_name: string }>('bytes', 'media_type', 'file_name'),
  );
  return row && { bytes: row.bytes, mediaType: row.media_type, fileName: row.file_name };
}
