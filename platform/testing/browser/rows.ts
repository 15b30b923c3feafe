import pg from 'pg';
import type { Business } from './installation.ts';
import { theRun } from './installation.ts';

/** What comes and goes by itself: sessions, limits, answers kept for repeated requests. */
const FLEETING = new Set(['portico.sessions', 'portico.rate_limits', 'portico.idempotency_keys', 'portico.idempotent_answers']);

/** How many rows a business has in each of its tables, read as the runtime role within that business. */
export async function rowCounts(business: Business): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: theRun().database!.runtime });
  await client.connect();
  try {
    await client.query(`select set_config('portico.tenant_id', $1, false)`, [business.tenantId]);
    const { rows } = await client.query<{
      name: string;
    }>(`select table_schema || '.' || table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where column_name = 'tenant_id' and table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`);
    const counts: Record<string, number> = {};
    for (const { name } of rows.filter((one) => !FLEETING.has(one.name))) {
      const { rows: found } = await client.query<{ count: string }>(`select count(*) from ${name} where tenant_id = $1`, [business.tenantId]);
      counts[name] = Number(found[0]!.count);
    }
    return counts;
  } finally {
    await client.end();
  }
}
