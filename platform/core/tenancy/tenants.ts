import type pg from 'pg';
import type { Id } from '@portico/kit';
import type { Tenant } from '@portico/kit/server';
import type { Config } from '../config.ts';
import { realClock } from '../observe/real-clock.ts';

const CACHE_MS = 3_000;
const MOST_UNKNOWN = 1_000;

/** Finds businesses by host name or id; at most 3 s old. */
export interface Tenants {
  /** The business of a host name, exactly as it stands in the domain table (lower case, no port). */
  byHost(host: string): Promise<Tenant | undefined>;
  byId(id: Id): Promise<Tenant | undefined>;
  bySlug(slug: string): Promise<Tenant | undefined>;
  all(): Promise<readonly Tenant[]>;
  forget(): void;
}

interface Row {
  readonly id: Id;
  readonly slug: string;
  readonly name: string;
  readonly zone: string;
  readonly currency: string;
  readonly locale: string;
  readonly host: string;
}

const COLUMNS = `t.id, t.slug, t.name, t.zone, t.currency, t.locale,
  (select host from portico.domains p where p.tenant_id = t.id order by is_primary desc, host limit 1) as host`;

/** Opens the directory of businesses. */
export function openTenants(pool: pg.Pool, config: Config): Tenants {
  const known = new Map<string, { tenant: Tenant | undefined; until: number }>();
  const tenantOf = (row: Row): Tenant => ({
    id: row.id,
    slug: row.slug,
    name: row.name,
    zone: row.zone,
    currency: row.currency,
    locale: row.locale,
    url: urlOf(config, row.host),
  });
  const find = async (key: string, where: string, value: string): Promise<Tenant | undefined> => {
    const cached = known.get(key);
    if (cached && cached.until > realClock.ms()) return cached.tenant;
    const { rows } = await pool.query<Row>(`select ${COLUMNS} from portico.tenants t where ${where}`, [value]);
    const tenant = rows[0] && tenantOf(rows[0]);
    if (known.size > MOST_UNKNOWN) known.clear(); // a stranger may ask for any host name
    known.set(key, { tenant, until: realClock.ms() + CACHE_MS });
    return tenant;
  };
  return {
    byHost: (host) => find(`host:${host}`, 't.id = (select tenant_id from portico.domains d where d.host = $1)', host),
    byId: (id) => find(`id:${id}`, 't.id = $1', id),
    bySlug: (slug) => find(`slug:${slug}`, 't.slug = $1', slug),
    all: async () => (await pool.query<Row>(`select ${COLUMNS} from portico.tenants t order by t.created_at, t.id`)).rows.map(tenantOf),
    forget: () => known.clear(),
  };
}

/** The address of a host of ours: links are built from the domain table and configuration, never from a request. */
export function urlOf(config: Config, host: string): string {
  const usual = config.publicPort === 0 || config.publicPort === (config.publicScheme === 'https' ? 443 : 80);
  return `${config.publicScheme}://${host}${usual ? '' : `:${config.publicPort}`}`;
}
