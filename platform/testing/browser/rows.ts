import pg from 'pg';
import type { Business } from './installation.ts';
import { theRun } from './installation.ts';

/** What comes and goes by itself: sessions, limits, answers kept for repeated requests. */
const FLEETING = new Set(['portico.sessions', 'portico.rate_limits', 'portico.idempotency_keys', 'portico.idempotent_answers']);

type Row = Readonly<Record<string, unknown>>;

/**
 * Asks the database as the runtime role does within one business: for what no page and no API brings about, such as an
 * event that did not get through. The connection is closed afterwards.
 */
export async function inBusiness<Answer>(
  business: Business,
  ask: (query: (text: string, values?: unknown[]) => Promise<Row[]>) => Promise<Answer>,
): Promise<Answer> {
  const client = new pg.Client({ connectionString: theRun().database!.runtime });
  await client.connect();
  try {
    await client.query(`select set_config('portico.tenant_id', $1, false)`, [business.tenantId]);
    return await ask(async (text, values) => (await client.query<Row>(text, values)).rows);
  } finally {
    await client.end();
  }
}

/** How many rows a business has in each of its tables, read as the runtime role within that business. */
export const rowCounts = (business: Business): Promise<Record<string, number>> =>
  inBusiness(business, async (query) => {
    const tables =
      await query(`select table_schema || '.' || table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where column_name = 'tenant_id' and table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`);
    const counts: Record<string, number> = {};
    for (const name of tables.map((one) => String(one['name'])).filter((one) => !FLEETING.has(one))) {
      const [found] = await query(`select count(*) from ${name} where tenant_id = $1`, [business.tenantId]);
      counts[name] = Number(found!['count']);
    }
    return counts;
  });
