import { afterAll, describe, expect, it } from 'vitest';
import { msBetween, type Instant } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { startTestPortal } from '@portico/testing';

const portal = await startTestPortal({ plugins: [] });
afterAll(() => portal.close());
const alpha = await portal.business('alpha');
const { identity, pool } = portal.core;
const inTenant = alpha.systemCtx('core');
const { token } = await identity.signIn(alpha.tenant, { login: alpha.login, password: alpha.password, ip: '::1', userAgent: 'test' });
const come = () => identity.actorOfSession(alpha.tenant, token);
const seen = () =>
  inTenant.inTenant((tx) =>
    tx.row<{ session: Instant; user: Instant | null; writes: string }>(
      sql`select s.seen_at as session, u.seen_at as "user", s.xmin::text || ' ' || u.xmin::text as writes from portico.sessions s join portico.users u on u.tenant_id = s.tenant_id and u.id = s.user_id`,
    ),
  );
const longAgo = () => inTenant.inTenant((tx) => tx.run(sql`update portico.sessions set seen_at = seen_at - interval '6 minutes'`));

describe('when somebody was last seen', () => {
  it('is written at sign-in, and not again within five minutes', async () => {
    const first = await seen();
    expect(first!.user).not.toBeNull();
    for (let at = 0; at < 5; at += 1) await come();
    expect(await seen()).toEqual(first);
  });

  it('is written once after five minutes, however many requests come at once', async () => {
    await longAgo();
    const before = (await seen())!;
    await Promise.all(Array.from({ length: 20 }, come));
    const after = (await seen())!;
    expect(msBetween(before.session, after.session)).toBeGreaterThan(5 * 60_000);
    expect(msBetween(before.user!, after.user!)).toBeGreaterThan(0);
    await Promise.all(Array.from({ length: 20 }, come));
    expect(await seen()).toEqual(after);
  });

  it('keeps nobody waiting who finds the row in use', async () => {
    await longAgo();
    const holder = await pool.connect();
    await holder.query(`begin; set local portico.tenant_id = '${alpha.tenant.id}'; select 1 from portico.users for update`);
    expect((await come())?.user.id).toBe(alpha.ownerId);
    await holder.query('rollback');
    holder.release();
    const before = (await seen())!;
    await come();
    expect(msBetween(before.session, (await seen())!.session)).toBeGreaterThan(5 * 60_000);
  });

  it('is told in the time of the business', async () => {
    await alpha.advance('P3D');
    await longAgo();
    await come();
    const { session, user } = (await seen())!;
    expect(Math.round(msBetween(session, user!) / 3_600_000)).toBe(72);
  });
});
