import type { Id } from '@portico/kit';
import type { Core } from '../core.ts';
import { inTenantTransaction } from '../database/transaction.ts';

/**
 * Tables whose rows belong to a business and may be deleted by the product, those first that others do not need.
 * A table that needs itself (a tree) is emptied by one statement.
 */
const TABLES = `
  with recursive need as (
    select distinct conrelid as needs, confrelid as needed from pg_constraint where contype = 'f' and conrelid <> confrelid
  ), depth(relation, at) as (
    select c.oid, 0 from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and c.relforcerowsecurity and has_table_privilege(c.oid, 'delete') and n.nspname !~ '^pg_'
    union select n.needed, d.at + 1 from depth d join need n on n.needs = d.relation where d.at < 50
  )
  select d.relation::regclass::text as name from depth d join pg_class c on c.oid = d.relation where c.relforcerowsecurity and has_table_privilege(c.oid, 'delete') group by 1 order by max(d.at)`;

// SQLSTATE: a row that cannot be deleted, because what may not be deleted needs it.
const STILL_NEEDED = '23503';

/**
 * Takes away everything that a half-made business of the demo has, but for its name, its address and its audit log. Only for
 * a business that nobody could sign in to yet. Repeating it changes nothing. Books are never taken away: a business that has
 * any is an error that says what to do.
 */
export async function emptyTenant(core: Core, tenantId: Id): Promise<void> {
  await inTenantTransaction(core.pool, tenantId, async ({ connection }) => {
    const { rows } = await connection.query<{ name: string }>(TABLES);
    for (const { name } of rows) await connection.query(`delete from ${name} where tenant_id = $1`, [tenantId]);
  }).catch((error: unknown) => {
    if ((error as { code?: string }).code !== STILL_NEEDED) throw error;
    throw new Error('The demo was interrupted after it had begun its books, which nobody can take away. Start again with --reset.', { cause: error });
  });
  core.enablement.forget(tenantId);
}
