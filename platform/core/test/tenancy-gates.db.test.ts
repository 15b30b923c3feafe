import { afterAll, describe, expect, it } from 'vitest';
import { globalTables } from '@portico/core';
import { canonicalPolicy, doorPolicy, startTestPortal, tenantTables } from '@portico/testing';

// The gates T1–T4 of the security study: read from the catalogue of the migrated database, over every table there is.
const portal = await startTestPortal();
afterAll(() => portal.close());
const globals = Object.keys(globalTables);
const { pool } = portal.core;
const ask = async (text: string, values: unknown[] = []): Promise<unknown[]> => (await pool.query(text, values)).rows;
const tables = await tenantTables(pool, globals);

describe('every table of a business (T1)', () => {
  it('is found: the gate looks at more than 25 tables', () => expect(tables.length).toBeGreaterThan(25));

  it.each(tables)('%s has tenant_id, forced row-level security, one strict policy, and tenant_id first in its key', async (table) => {
    const [row] = (await ask(
      `select c.relrowsecurity as rls, c.relforcerowsecurity as forced,
         (select a.attnotnull from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id') as not_null,
         (select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] where i.indrelid = c.oid and i.indisprimary) as first_key,
         (select json_agg(json_build_object('using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid), 'all', p.polcmd = '*', 'permissive', p.polpermissive)) from pg_policy p where p.polrelid = c.oid) as policies
       from pg_class c where c.oid = $1::regclass`,
      [table],
    )) as [
      { rls: boolean; forced: boolean; not_null: boolean; first_key: string; policies: { using: string; check: string; all: boolean; permissive: boolean }[] },
    ];
    expect(row).toMatchObject({ rls: true, forced: true, not_null: true, first_key: 'tenant_id' });
    expect(row.policies).toHaveLength(1);
    if (table === 'portico.due_work') return expect([row.policies[0]!.using, row.policies[0]!.check]).toEqual([doorPolicy, doorPolicy]);
    expect(row.policies[0]).toEqual({ using: canonicalPolicy, check: canonicalPolicy, all: true, permissive: true });
  });
});

describe('the role of web and worker (T2)', () => {
  it('owns nothing, is no superuser, may not bypass, create or truncate', async () => {
    const rows = await ask(
      `select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as strong,
         (select count(*)::int from pg_class where relowner = r.oid) as owns,
         (select count(*)::int from pg_namespace n where n.nspname !~ '^pg_' and has_schema_privilege(r.oid, n.oid, 'create')) as creates,
         (select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and relkind = 'r' and has_table_privilege(r.oid, c.oid, 'truncate')) as truncates
       from pg_roles r where rolname = current_user`,
    );
    expect(rows).toEqual([{ strong: false, owns: 0, creates: 0, truncates: 0 }]);
  });
});

describe('keys between tables of businesses (T3)', () => {
  it('every foreign key to a table of a business carries tenant_id on both sides', async () => {
    const loose = await ask(
      `select c.conrelid::regclass::text || '.' || c.conname as key from pg_constraint c
       where c.contype = 'f' and c.confrelid <> 'portico.tenants'::regclass
         and not exists (select 1 from unnest(c.conkey, c.confkey) as k(mine, theirs)
           join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.mine join pg_attribute b on b.attrelid = c.confrelid and b.attnum = k.theirs
           where a.attname = 'tenant_id' and b.attname = 'tenant_id')`,
    );
    expect(loose).toEqual([]);
  });

  it('every unique index begins with tenant_id', async () => {
    const loose = await ask(
      `select i.indexrelid::regclass::text as index from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
       where i.indisunique and a.attname <> 'tenant_id' and n.nspname || '.' || c.relname = any($1)`,
      [tables],
    );
    expect(loose).toEqual([]);
  });

  it('no sequence exists: human numbers come from a counter row', async () => {
    expect(
      await ask(
        `select c.oid::regclass::text as sequence from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and c.relname not like 'migrations%'`,
      ),
    ).toEqual([]);
  });
});

describe('views and functions (T4)', () => {
  it('every view runs with the rights of whoever asks', async () => {
    const views = (await ask(
      `select c.oid::regclass::text as view, coalesce(c.reloptions::text, '') as options from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'v' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`,
    )) as { view: string; options: string }[];
    expect(views.length).toBeGreaterThanOrEqual(5);
    expect(views.filter((view) => !view.options.includes('security_invoker=true'))).toEqual([]);
  });

  it('there is no materialised view and no function that runs with its owner’s rights', async () => {
    expect(await ask(`select oid::regclass::text from pg_class where relkind = 'm'`)).toEqual([]);
    expect(
      await ask(
        `select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prosecdef and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`,
      ),
    ).toEqual([]);
  });
});
