import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalTables, seedDemo } from '@portico/core';
import { startTestPortal, tenantTables } from '@portico/testing';

// The attacks T5 and T6 of the security study, as the runtime role, over every table there is: business A against B.
const portal = await startTestPortal();
afterAll(() => portal.close());
const { pool } = portal.core;
const tables = await tenantTables(pool, Object.keys(globalTables));
await seedDemo({ env: { ...portal.environment } });
const a = (await portal.core.tenants.bySlug('harborline'))!.id;
const b = (await portal.core.tenants.bySlug('greenfold'))!.id;

/** Rows for tables that the demonstration leaves empty. */
const FILL: Readonly<Record<string, string>> = {
  'stripe.call_lanes': `insert into stripe.call_lanes (id, lane, gap_ms, next_ms) values ($1, 'attack', 1, 0)`,
  'accounts.invitations': `insert into accounts.invitations (id, account_id, user_id, cause, created_at, invited_at, remind_at, expires_at) select $1, account_id, user_id, $1, '2026-01-01', '2026-01-01', '2026-01-04', '2026-01-15' from accounts.members limit 1`,
  'stripe.customers': `insert into stripe.customers (id, bill_group_id, customer, created_at) select $1, bill_group_id, 'cus', '2026-01-01' from billing.invoices limit 1`,
  'stripe.payment_intents': `insert into stripe.payment_intents (id, attempt_id, intent, created_at) values ($1, $1, 'pi', '2026-01-01')`,
  'stripe.webhook_events': `insert into stripe.webhook_events (id, event, kind, object, received_at) values ($1, 'evt', 'k', 'o', '2026-01-01')`,
  'billing.attempt_invoices': `with a as (insert into billing.payment_attempts (id, account_id, bill_group_id, amount_minor, currency, gateway_method, off_session, because, created_at) select $1, account_id, bill_group_id, 1, currency, 'm', false, 'person', '2026-01-01' from billing.invoices where number is not null order by number limit 1 returning id) insert into billing.attempt_invoices (id, attempt_id, invoice_id, amount_minor) select $1, a.id, i.id, 1 from a, (select id from billing.invoices limit 1) i`,
  'billing.bill_group_terms': `insert into billing.bill_group_terms (id, account_id, bill_group_id) select $1, account_id, bill_group_id from billing.invoices limit 1`,
  'billing.cancellations': `insert into billing.cancellations (id, subscription_id, account_id, bill_group_id, state, mode, asked_by, asked_at) select $1, id, account_id, bill_group_id, 'undone', 'at-once', $1, '2026-01-01' from billing.subscriptions limit 1`,
  'billing.waiting_charges': `insert into billing.waiting_charges (id, invoice_id, since) values ($1, (select id from billing.invoices limit 1), '2026-01-01')`,
  'portico.brakes': `insert into portico.brakes (id, brake, because, set_at, set_by) values ($1, 'attack.all', 'r', '2026-01-01', 'somebody')`,
  'billing.collections': `insert into billing.collections (id, invoice_id, account_id, bill_group_id, state, failed_at, attempt_id, retry_days, last_rule, give_up_at, ended_at) select $1, i.id, i.account_id, i.bill_group_id, 'declined', '2026-01-01', a.id, '{2}', 'keep', '2026-01-01', '2026-01-02' from billing.invoices i, billing.payment_attempts a limit 1`,
  'billing.credit_notes': `insert into billing.credit_notes (id, number, account_id, bill_group_id, invoice_id, amount_minor, currency, reason, issued_on, issued_at, issued_by) select $1, 1, account_id, bill_group_id, id, 1, currency, 'r', '2026-01-01', '2026-01-01', $1 from billing.invoices limit 1`,
  'billing.invoice_papers': `insert into billing.invoice_papers (id, invoice_id, bytes, sha256, made_at) select $1, id, '', repeat('0', 64), '2026-01-01' from billing.invoices limit 1`,
  'billing.pay_links': `insert into billing.pay_links (id, invoice_id, created_by, created_at, expires_at) select $1, id, $1, '2026-01-01', '2026-01-02' from billing.invoices limit 1`,
  'billing.payment_methods': `insert into billing.payment_methods (id, account_id, bill_group_id, gateway_method, brand, last_four, added_at) select $1, account_id, bill_group_id, 'm', 'Visa', '4242', '2026-01-01' from billing.invoices limit 1`,
  'billing.refunds': `insert into billing.refunds (id, payment_id, account_id, bill_group_id, amount_minor, currency, state, reason, asked_by, asked_at) select $1, id, account_id, bill_group_id, 1, currency, 'failed', 'r', $1, '2026-01-01' from billing.payments limit 1`,
  'billing.renewal_batches': `insert into billing.renewal_batches (id, opened_at, periods) values ($1, '2026-01-01', 0)`,
  'portico.due_work': `insert into portico.due_work (id, kind, ref_id, not_before) values ($1, 'event', $1, '2999-01-01')`,
  'portico.effects': `insert into portico.effects (id, point, cause, subject, plugin_id, position, change, shown, frozen_at) values ($1, 'test', $1, $1, 'test', 0, '{}', '[]', now())`,
  'portico.idempotency_keys': `insert into portico.idempotency_keys (id, key_hash, body_hash, created_at) values ($1, 'k', 'b', '2026-01-01')`,
  'portico.sessions': `insert into portico.sessions (id, token_hash, user_id, created_at, seen_at, expires_at) select $1, 'h', id, '2026-01-01', '2026-01-01', '2026-01-02' from portico.users limit 1`,
  'portico.event_subjects': `insert into portico.event_subjects (id, seq) values ($1, 1)`,
  'portico.event_deliveries': `insert into portico.event_deliveries (id, point, plugin_id, handler, subject, seq, payload, created_at) values ($1, 'p', 'x', 0, $1, 1, '{}', '2026-01-01')`,
  'portico.mails': `insert into portico.mails (id, plugin_id, template, user_id, data, message_id, created_at) select $1, 'x', 't', id, '{}', '<m>', '2026-01-01' from portico.users limit 1`,
  'portico.tenant_plugins': `insert into portico.tenant_plugins (id, plugin_id, enabled) values ($1, 'test', false)`,
  'portico.plugin_failures': `insert into portico.plugin_failures (id, plugin_id, count, since, last_at, last_where, last_because) values ($1, 'test', 1, '2026-01-01', '2026-01-01', 'w', 'b')`,
  'portico.hook_pins': `insert into portico.hook_pins (id, point, plugin_ids) values ($1, 'test', '{test}')`,
  'portico.files': `insert into portico.files (id, purpose, file_name, media_type, bytes, created_at) values ($1, 'test', 'f.png', 'image/png', '', '2026-01-01')`,
  'portico.process_steps': `insert into portico.process_steps (id, process_id, step, round, outcome, at, position) select $1, id, 'test', 1, 'done', '2026-01-01', 99 from portico.processes limit 1`,
  'example_fair_play.goodwill_notes': `insert into example_fair_play.goodwill_notes (id, lead_id, account_id, text, written_by, written_by_name, written_at) select $1, id, account_id, 't', $1, 'n', '2026-01-01' from leads.leads where account_id is not null limit 1`,
  'leads.notification_settings': `insert into leads.notification_settings (id, user_id, new_lead_mail) select $1, id, true from portico.users limit 1`,
  'leads.plan_leads': `insert into leads.plan_leads (id, plan_id, lead_type_id, count) select $1, $1, id, 1 from leads.lead_types limit 1`,
  'leads.subscription_stops': `insert into leads.subscription_stops (subscription_id, cause, state) values ($1, $1, 'held')`,
  'leads.queue_entries': `insert into leads.queue_entries (id, lead_id, delivery_id, order_id, account_id, bill_group_id, subscription_id, state, queued_at)
    select $1, lead_id, id, order_id, account_id, bill_group_id, $1, 'queued', '2026-01-01' from leads.lead_deliveries limit 1`,
  'leads.order_renewals': `insert into leads.order_renewals (id, order_id, batch_id, begun_at) select $1, id, $1, '2026-01-01' from leads.lead_orders limit 1`,
  'leads.lead_notices': `insert into leads.lead_notices (id, lead_id, user_id, at) select $1, l.id, u.id, '2026-01-01' from leads.leads l, portico.users u limit 1`,
};

/** One attempt as business A, rolled back; the rows, or the SQLSTATE it ended in. */
async function as(tenant: string, text: string, values: unknown[] = []): Promise<{ rows?: Record<string, unknown>[]; count?: number | null; code?: string }> {
  const connection = await pool.connect();
  try {
    await connection.query(`begin; set local portico.tenant_id = '${tenant}'`);
    const { rows, rowCount } = await connection.query(text, values);
    return { rows, count: rowCount };
  } catch (error) {
    return { code: (error as { code: string }).code };
  } finally {
    await connection.query('rollback');
    connection.release();
  }
}

async function fill(tenant: string, table: string): Promise<void> {
  const { rows } = await as(tenant, `select 1 from ${table} limit 1`);
  if (rows?.length) return;
  const statement = FILL[table];
  if (!statement) throw new Error(`${table} has no row of ${tenant} and no statement in FILL`);
  const connection = await pool.connect();
  try {
    await connection.query(`begin; set local portico.tenant_id = '${tenant}'`);
    const { rowCount } = await connection.query(statement, [randomUUID()]);
    if (rowCount !== 1) throw new Error(`FILL of ${table} made ${rowCount} rows`);
    await connection.query('commit');
  } finally {
    connection.release();
  }
}

const columnsOf = async (table: string): Promise<string> =>
  (
    await pool.query<{ list: string }>(
      `select string_agg(quote_ident(attname), ', ' order by attnum) as list from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
      [table],
    )
  ).rows[0]!.list;
const prefixed = (columns: string): string =>
  columns
    .split(', ')
    .map((column) => `r.${column}`)
    .join(', ');
/** A copy of one of A's own rows, as JSON changed by the attacker. */
const forged = (table: string, columns: string, change: string): string =>
  `insert into ${table} (${columns}) select ${prefixed(columns)} from (select to_jsonb(x) as own from ${table} x limit 1) o, jsonb_populate_record(null::${table}, o.own || ${change}) r`;

beforeAll(async () => {
  for (const table of tables) for (const tenant of [a, b]) await fill(tenant, table);
});

describe('business A against business B, table by table (T5)', () => {
  it('every table was found', () => expect(tables.length).toBeGreaterThan(30));

  it.each(tables)('%s: own rows are there; none of B can be read, counted, changed or removed', async (table) => {
    const own = await as(a, `select count(*)::int as n from ${table}`);
    expect(own.rows![0]!.n).toBeGreaterThan(0);
    const theirs = await as(b, `select count(*)::int as n from ${table}`);
    expect(theirs.rows![0]!.n).toBeGreaterThan(0);
    expect((await as(a, `select 1 from ${table} where tenant_id = $1`, [b])).rows).toEqual([]);
    expect((await as(a, `select 1 from ${table} where tenant_id <> $1`, [a])).rows).toEqual([]);
    for (const change of [`update ${table} set tenant_id = tenant_id where tenant_id = $1`, `delete from ${table} where tenant_id = $1`]) {
      const { count, code } = await as(a, change, [b]);
      expect(code ?? count).toBeOneOf([0, '42501']);
    }
    expect((await as(a, `truncate ${table}`)).code).toBe('42501');
  });

  it.each(tables)('%s: a row for B can be neither forged, nor moved there, nor slipped in by an upsert', async (table) => {
    const columns = await columnsOf(table);
    expect((await as(a, forged(table, columns, `jsonb_build_object('tenant_id', '${b}')`))).code).toBe('42501');
    expect((await as(a, `update ${table} set tenant_id = $1`, [b])).code).toBe('42501');
    expect((await as(a, `${forged(table, columns, `jsonb_build_object('tenant_id', '${b}')`)} on conflict do nothing`)).code).toBe('42501');
  });
});

interface Key {
  readonly table: string;
  readonly name: string;
  readonly column: string;
  readonly target: string;
}
const keys = (
  await pool.query<Key>(
    `select c.conrelid::regclass::text as table, c.conname as name, a.attname as column, c.confrelid::regclass::text as target
     from pg_constraint c cross join lateral unnest(c.conkey, c.confkey) as k(mine, theirs)
     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.mine join pg_attribute f on f.attrelid = c.confrelid and f.attnum = k.theirs
     where c.contype = 'f' and f.attname = 'id' and c.confrelid <> 'portico.tenants'::regclass`,
  )
).rows;

describe('a reference from a row of A to a row of B (T5)', () => {
  it('every foreign key is tried', () => expect(keys.length).toBeGreaterThan(25));

  it.each(keys.map((key) => [`${key.table}.${key.column} → ${key.target}`, key] as const))(
    '%s is refused like a reference to nothing',
    async (_name, { table, column, target }) => {
      const foreign = (await as(b, `select id from ${target} limit 1`)).rows![0]!.id;
      const columns = await columnsOf(table);
      const attack = (id: unknown) =>
        as(a, forged(table, columns, `jsonb_build_object('${column}', '${String(id)}', 'id', '${randomUUID()}') || ${unlike(columns)}`));
      const [toB, toNothing] = [await attack(foreign), await attack(randomUUID())];
      expect(toB.code).toBe(toNothing.code);
      expect(toB.code).toBeOneOf(['23503', '23505', '23514']);
    },
  );
});

// Columns that a unique index may know the copied row by are made unlike, so that the foreign key is what refuses.
function unlike(columns: string): string {
  const texts = ['user_name_key', 'email_key', 'token_hash', 'key_hash', 'key', 'name', 'word', 'series', 'step', 'point', 'plugin_id', 'kind'].filter(
    (column) => columns.split(', ').includes(column),
  );
  const numbers = ['number'].filter((column) => columns.split(', ').includes(column));
  return `jsonb_build_object(${[...texts.map((column) => `'${column}', '${randomUUID()}'`), ...numbers.map((column) => `'${column}', ${Math.floor(Math.random() * 1e9) + 1e6}`)].join(', ')})`;
}

describe('without a business (T6)', () => {
  const bare = async (table: string, connection: pg.PoolClient | pg.Client): Promise<string> => {
    try {
      await connection.query(`select 1 from ${table} limit 1`);
      return 'rows or silence';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('every table but the door is an error, on a fresh connection and on a used one', async () => {
    const fresh = new pg.Client({ connectionString: portal.environment.DATABASE_URL });
    await fresh.connect();
    const used = await pool.connect();
    try {
      await used.query(`begin; set local portico.tenant_id = '${a}'; commit`);
      for (const table of tables.filter((name) => name !== 'portico.due_work')) {
        expect([table, await bare(table, fresh)]).toEqual([table, '42704']);
        expect([table, await bare(table, used)]).toEqual([table, '22P02']);
      }
    } finally {
      await fresh.end();
      used.release();
    }
  });
});
