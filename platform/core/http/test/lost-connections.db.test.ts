import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineServer, get, sql, userRoles, type Tx } from '@portico/kit/server';
import { startTestPortal, testPlugin } from '@portico/testing';
import { openHost } from './speak-to-host.ts';

const FOREVER = new Promise<never>(() => undefined);
const read = { action: 'read', subject: 'Boat' } as const;
const answer = z.object({ afloat: z.boolean() });

/** What an operation does inside its transaction. */
let inside: (tx: Tx) => Promise<unknown> = async () => undefined;
const sail = async (ctx: { inTenant(work: (tx: Tx) => Promise<void>): Promise<void> }) => {
  await ctx.inTenant(async (tx) => void (await inside(tx)));
  return { afloat: true };
};
const harbour = testPlugin(
  { id: 'harbour', subjects: { Boat: { columns: {}, actions: { read: 'tenant' } } } },
  defineServer({
    routes: [get('', { name: 'sail', may: read, answer }, sail), get('/brief', { name: 'sail-briefly', may: read, budgetMs: 200, answer }, sail)],
    hooks: [userRoles.answer(async () => [{ role: 'owner' as const }])],
  }),
);

const portal = await startTestPortal({ plugins: [], loaded: [harbour] });
const { pool } = portal.core;
const alpha = await portal.business('alpha');
const host = await openHost(portal.core, (_request, response) => void response.status(299).end());
const { key } = await alpha.systemCtx('harbour').inTenant((tx) => tx.keys.create({ name: 'owner', userId: alpha.ownerId }));
const call = async (path = '') => {
  const { status, headers, text } = await host.ask(`/api/v1/harbour${path}`, { host: 'alpha.portico.localhost', headers: { authorization: `Bearer ${key}` } });
  return { status, retryAfter: headers['retry-after'], code: (JSON.parse(text) as { code?: string }).code };
};

// An error event that nobody listens to ends a process of the product; here it is counted.
const fatal: unknown[] = [];
const note = (error: unknown) => void fatal.push(error);
process.on('uncaughtExceptionMonitor', note);
beforeEach(() => void (fatal.length = 0));
afterAll(async () => {
  process.off('uncaughtExceptionMonitor', note);
  host.close();
  await portal.close();
});

const endMine = async (tx: Tx) => {
  const mine = await tx.row<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  await pool.query('select pg_terminate_backend($1)', [mine!.pid]);
};
// asked from beside: the sleeping statement keeps its own connection busy
const endSleeper = async () => {
  const asleep = `select pg_terminate_backend(pid) as ended from pg_stat_activity where query like '%pg_sleep(5)%' and pid <> pg_backend_pid() and datname = current_database()`;
  await expect.poll(async () => (await pool.query(asleep)).rows).toEqual([{ ended: true }]);
};
const AWAY = { status: 503, retryAfter: '2', code: 'portico.unavailable' };
const lent = () => pool.totalCount - pool.idleCount;

describe('a database connection that ends inside a transaction', () => {
  it.each<[string, (tx: Tx) => Promise<unknown>]>([
    ['while a statement runs', async (tx) => Promise.all([tx.rows(sql`select pg_sleep(5)`), endSleeper()])],
    ['while the operation does something else', async (tx) => (await endMine(tx), FOREVER)],
    ['before the next statement', async (tx) => (await endMine(tx), await new Promise((wait) => setTimeout(wait, 50)), tx.rows(sql`select 1`))],
    [
      'because the operation idles longer than the database allows',
      async (tx) => (await tx.run(sql`set local idle_in_transaction_session_timeout = 200`), FOREVER),
    ],
  ])(
    'costs that call alone, %s: 503, and the next ones are answered',
    async (_, work) => {
      inside = work;
      expect(await call()).toEqual(AWAY);
      inside = (tx) => tx.rows(sql`select 1`);
      expect(await Promise.all(Array.from({ length: 20 }, async () => (await call()).status))).toEqual(Array(20).fill(200));
      expect(fatal).toEqual([]);
      await expect.poll(lent).toBe(0);
    },
    10_000,
  );
});

describe('an operation whose time is spent inside a transaction', () => {
  it.each<[string, (tx: Tx) => Promise<unknown>]>([
    ['hangs', async () => FOREVER],
    ['waits for a statement', async (tx) => tx.rows(sql`select pg_sleep(5)`)],
  ])(
    'keeps no connection when it %s: more of them than there are connections, and the next call is answered',
    async (_, work) => {
      inside = work;
      const most = portal.core.config.poolSize;
      const slow = await Promise.all(Array.from({ length: most + 3 }, () => call('/brief')));
      expect(slow.filter(({ status, code }) => status !== 503 || !['portico.too-slow', 'portico.unavailable'].includes(code!))).toEqual([]);
      await expect.poll(lent).toBe(0);
      inside = (tx) => tx.rows(sql`select 1`);
      expect((await call('/brief')).status).toBe(200);
      expect(fatal).toEqual([]);
    },
    10_000,
  );
});
