import type pg from 'pg';

/** The one policy that a tenant table may have, as Postgres prints it. */
export const canonicalPolicy = "(tenant_id = ( SELECT (current_setting('portico.tenant_id'::text))::uuid AS current_setting))";

/** The policy of `due_work`: own rows inside a tenant, every row outside any (ids and times only). */
export const doorPolicy =
  "COALESCE((tenant_id = ( SELECT (NULLIF(current_setting('portico.tenant_id'::text, true), ''::text))::uuid AS \"nullif\")), ( SELECT (COALESCE(current_setting('portico.tenant_id'::text, true), ''::text) = ''::text)))";

/** Every table of ours: schema and name, sorted. */
export async function tenantTables(pool: pg.Pool, globals: readonly string[]): Promise<readonly string[]> {
  const { rows } = await pool.query<{ name: string; bare: string }>(
    `select n.nspname || '.' || c.relname as name, c.relname as bare from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public') order by 1`,
  );
  return rows.filter((row) => !globals.includes(row.name) && !globals.includes(`*.${row.bare}`)).map((row) => row.name);
}
