import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { absentPages, defineServer, get, sql, staffUsers, userRoles, type Actor, type Tx } from '@portico/kit/server';
import { startTestPortal, testPlugin } from '@portico/testing';
import { absentFor } from '../absent-pages.ts';
import { openHost } from './speak-to-host.ts';

const FOREVER = new Promise<never>(() => undefined);
const read = { action: 'read', subject: 'Gate' } as const;

/** What the keeper does when it is asked at the point that is named. */
type Mood = (tx: Tx) => Promise<unknown>;
let moodAt: Record<string, Mood> = {};
const keeper = testPlugin(
  { id: 'keeper', emails: { note: { data: z.object({}) } as never } },
  {
    hooks: [userRoles, staffUsers, absentPages].map((point) => point.answer(async (tx: Tx) => (await moodAt[point.name]?.(tx), []) as never)),
  },
);
const gates = testPlugin(
  { id: 'gates', subjects: { Gate: { columns: {}, actions: { read: 'tenant' } } }, emails: { note: { data: z.object({}) } as never } },
  defineServer({
    routes: [
      get('', { name: 'list-gates', may: read, answer: z.object({}) }, async () => ({})),
      get('/told', { name: 'tell-staff', may: read, answer: z.object({}) }, async (ctx) => {
        await ctx.inTenant(async (tx) => {
          await tx.audit('gates.told', null, null);
          await tx.mail('note', 'staff', {});
        });
        return {};
      }),
    ],
    hooks: [userRoles.answer(async () => [{ role: 'owner' as const }]), absentPages.answer(async () => [{ plugin: 'gates', path: 'shut' }])],
  }),
);

const portal = await startTestPortal({ plugins: [], loaded: [gates, keeper] });
const { core } = portal;
const alpha = await portal.business('alpha');
const host = await openHost(core, (_request, response) => void response.status(299).end());
afterAll(async () => {
  host.close();
  await portal.close();
});
beforeEach(() => void (moodAt = {}));
const { key } = await alpha.systemCtx('gates').inTenant((tx) => tx.keys.create({ name: 'owner', userId: alpha.ownerId }));
const call = async (path = '') => {
  const { status, text } = await host.ask(`/api/v1/gates${path}`, { host: 'alpha.portico.localhost', headers: { authorization: `Bearer ${key}` } });
  return { status, code: (JSON.parse(text) as { code?: string }).code };
};
const moods: [string, Mood][] = [
  ['hangs', async () => FOREVER],
  ['waits for a statement', (tx) => tx.rows(sql`select pg_sleep(8)`)],
  ['throws', async () => Promise.reject(new Error('the key is lost'))],
  ['asks what the database does not know', (tx) => tx.rows(sql`select nothing from nowhere`)],
];
const SOON_MS = 5_000;
const soon = async <T>(work: () => Promise<T>): Promise<T> => {
  const began = performance.now();
  const answer = await work();
  expect(performance.now() - began).toBeLessThan(SOON_MS);
  return answer;
};
const told = () => alpha.systemCtx('core').inTenant((tx) => tx.rows(sql`select 1 from portico.audit_log where what = 'gates.told'`));

describe('a plugin that is asked with others for one answer', () => {
  it.each(moods)('about roles, and %s, costs that request alone, soon, and is counted', async (_, mood) => {
    const before = await alpha.failuresOf('keeper');
    moodAt = { 'core.roles': mood };
    expect(await soon(call)).toEqual({ status: 503, code: 'portico.not-answered' });
    expect(await alpha.failuresOf('keeper')).toBe(before + 1);
    expect(await alpha.failuresOf('gates')).toBe(0);
    moodAt = {};
    expect(await call()).toEqual({ status: 200, code: undefined });
    await expect.poll(() => core.pool.totalCount - core.pool.idleCount).toBe(0);
  });

  it('about roles, while the database goes away, has not failed: that request is to be repeated, and nothing is held against the plugin', async () => {
    const before = [await alpha.failuresOf('keeper'), await alpha.failuresOf('gates')];
    moodAt = {
      'core.roles': async (tx) => {
        const mine = await tx.row<{ pid: number }>(sql`select pg_backend_pid() as pid`);
        await core.pool.query('select pg_terminate_backend($1)', [mine!.pid]);
        await new Promise((wait) => setTimeout(wait, 50));
        await tx.rows(sql`select 1`);
      },
    };
    expect(await call()).toEqual({ status: 503, code: 'portico.unavailable' });
    moodAt = { 'core.roles': (tx) => tx.rows(sql`select pg_terminate_backend(pg_backend_pid())`) };
    expect(await call()).toEqual({ status: 503, code: 'portico.unavailable' });
    moodAt = {};
    await new Promise((wait) => setTimeout(wait, 100));
    expect([await alpha.failuresOf('keeper'), await alpha.failuresOf('gates')]).toEqual(before);
  });

  it.each(moods)('about who works here, and %s, fails the work that asked, and nothing of it is saved', async (_, mood) => {
    moodAt = { 'core.staff-users': mood };
    expect(await soon(() => call('/told'))).toEqual({ status: 503, code: 'portico.not-answered' });
    expect(await told()).toEqual([]);
  });

  it.each(moods)('about pages that are left out, and %s, leaves none out', async (_, mood) => {
    const actor = (accountId: string) => ({ kind: 'user', id: accountId, name: '', roles: [{ role: 'member', accountId }] }) as unknown as Actor;
    moodAt = { 'core.absent-pages': mood };
    const isAbsent = await soon(() => absentFor(core, alpha.tenant, actor(core.systemContext(alpha.tenant, 'core').newId())));
    expect(isAbsent('gates', { area: 'portal', path: 'shut' })).toBe(false);
    moodAt = {};
    const isAbsentNow = await absentFor(core, alpha.tenant, actor(core.systemContext(alpha.tenant, 'core').newId()));
    expect(isAbsentNow('gates', { area: 'portal', path: 'shut' })).toBe(true);
  });
});
