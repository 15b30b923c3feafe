import { startTestPortal } from '@portico/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { schemaOf } from '@portico/core';

const portal = await startTestPortal();
afterAll(() => portal.close());
const { registry, pool } = portal.core;
const keeping = registry.plugins.flatMap(({ id, server }) =>
  (server.hooks ?? []).flatMap(({ point, keeps }) => (keeps ? [{ point: point.name, id, keeps }] : [])),
);

// The look into what a plugin keeps is part of somebody else's transaction: it must find its table, by an index, however much is kept.
describe('what handlers say their plugins keep', () => {
  it('is said by somebody, so that this file looks at something', () => {
    expect(keeping.map(({ point }) => point)).toContain('billing.period-paid');
  });

  it.each(keeping)('$point: a table of $id, with an index that begins with the business and the column', async ({ id, keeps }) => {
    const { rows } = await pool.query<{ columns: string[] }>(
      `select array(select a.attname::text from unnest(x.indkey::int[]) with ordinality k(n, at)
          join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.n order by k.at) as columns
        from pg_index x where x.indrelid = $1::regclass and x.indpred is null`,
      [`${schemaOf(id)}.${keeps.table}`],
    );
    expect(rows.map(({ columns }) => columns.slice(0, 2).join())).toContain(`tenant_id,${keeps.column}`);
  });
});
