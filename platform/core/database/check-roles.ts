import type pg from 'pg';

/** The runtime role could get round the wall between businesses. */
export class UnsafeDatabaseRole extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(`DATABASE_URL must be a role that cannot get round row-level security: ${reasons.join('; ')}`);
    this.name = 'UnsafeDatabaseRole';
  }
}

/**
 * Refuses a runtime role that is superuser, may bypass row-level security, owns anything, may create or truncate, or is a
 * member of such a role; and tables without forced row-level security (security study T1, T2). Throws UnsafeDatabaseRole.
 */
export async function checkRuntimeRole(pool: pg.Pool, globalTables: readonly string[]): Promise<void> {
  const { rows } = await pool.query<{ reason: string }>(CHECK, [globalTables]);
  if (rows.length > 0) throw new UnsafeDatabaseRole(rows.map((row) => row.reason));
}

const CHECK = `
with mine as (select oid, rolname, rolsuper, rolbypassrls from pg_roles where pg_has_role(current_user, oid, 'member')),
ours as (select n.nspname, c.oid, c.relname, c.relkind, c.relowner, c.relrowsecurity, c.relforcerowsecurity
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'S'))
select 'role ' || rolname || ' is superuser' as reason from mine where rolsuper
union all select 'role ' || rolname || ' may bypass row-level security' from mine where rolbypassrls
union all select 'it owns ' || nspname || '.' || relname from ours where relowner in (select oid from mine)
union all select 'it owns schema ' || nspname from pg_namespace where nspowner in (select oid from mine) and nspname !~ '^pg_'
union all select 'it may create in schema ' || nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' and has_schema_privilege(oid, 'create')
union all select 'it may truncate ' || nspname || '.' || relname from ours where relkind in ('r', 'p') and has_table_privilege(oid, 'truncate')
union all select 'table ' || nspname || '.' || relname || ' has no forced row-level security' from ours
  where relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity) and nspname || '.' || relname <> all($1) and '*.' || relname <> all($1)`;
