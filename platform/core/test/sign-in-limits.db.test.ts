import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { core, sql } from '@portico/kit/server';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { hashPassword } from '../identity/passwords.ts';

let portal: TestPortal;
let alpha: TestBusiness;
beforeAll(async () => {
  portal = await startTestPortal();
  alpha = await portal.business('alpha');
});
afterAll(() => portal.close());
beforeEach(() => portal.core.pool.query('delete from portico.rate_limits'));

const signIn = (ip = '10.0.0.1', login = alpha.login) => portal.core.identity.signIn(alpha.tenant, { login, password: alpha.password, ip, userAgent: 'test' });
const limits = async () => (await portal.core.pool.query<{ key: string }>('select key from portico.rate_limits')).rows.map(({ key }) => key);

describe('limits of signing in', () => {
  it('count no try in which the password could not be looked at', async () => {
    const hashed = (passwordHash: string) => alpha.systemCtx('core').inTenant((tx) => tx.run(sql`update portico.users set password_hash = ${passwordHash}`));
    await hashed('no hash at all');
    for (let n = 0; n < 12; n += 1) await expect(signIn()).rejects.not.toMatchObject({ code: expect.stringMatching(/^portico\./) as string });
    await hashed(await hashPassword(alpha.password));
    expect((await signIn()).token).toMatch(/^[\w-]{43}$/);
  });

  it('are shared by the addresses of one IPv6 network, and by no other', async () => {
    const unknown = (ip: string, n: number) => signIn(ip, `nobody-${n}`).catch((error: unknown) => (error as { code?: string }).code);
    await unknown('2001:db8:1:2::5', 0);
    const [, address] = await limits();
    await unknown('2001:db8:1:2:ffff::9', 1);
    expect((await limits()).filter((key) => key === address)).toHaveLength(1);
    expect((await limits()).filter((key) => key.startsWith('address'))).toHaveLength(1);
    await unknown('2001:db8:1:3::5', 2);
    expect((await limits()).filter((key) => key.startsWith('address'))).toHaveLength(2);
  });

  it('that are long over are forgotten, a few with each try', async () => {
    await portal.core.pool.query(
      `insert into portico.rate_limits (key, points, expire) select 'login:old ' || n, 1, $1::bigint from generate_series(1, 25) n union all select 'login:young', 1, $2::bigint`,
      [Date.now() - 2 * 3_600_000, Date.now() - 60_000],
    );
    await signIn();
    expect((await limits()).filter((key) => key.includes('old'))).toHaveLength(5);
    await signIn();
    expect((await limits()).filter((key) => key.startsWith('login:'))).toEqual(['login:young']);
  });
});

describe('limits of changing the own password', () => {
  const change = async (current: string, to = alpha.password) => (await alpha.ctxOf('owner', 'accounts')).use(core).changeOwnPassword(current, to);
  const codeOf = (error: unknown) => (error as { code?: string }).code;

  it('stop whoever guesses at the password of an open session; a right one in time forgets the wrong ones', async () => {
    for (let n = 0; n < 9; n += 1) await expect(change(`guess ${n}`)).rejects.toMatchObject({ code: 'portico.invalid-input' });
    await change(alpha.password);
    expect((await limits()).filter((key) => key.startsWith('own-password'))).toEqual([]);
    for (let n = 0; n < 10; n += 1) await expect(change(`guess ${n}`)).rejects.toMatchObject({ code: 'portico.invalid-input' });
    // now not even the right one is looked at, and signing in goes on
    expect(await change(alpha.password).catch(codeOf)).toBe('portico.too-many-attempts');
    expect((await signIn()).token).toMatch(/^[\w-]{43}$/);
  });

  it('count no try whose new password is refused', async () => {
    for (let n = 0; n < 12; n += 1)
      await expect(change(alpha.password, 'short')).rejects.toMatchObject({ fields: { password: { key: 'portico.problem.password-short' } } });
    await change(alpha.password);
  });
});

describe('a password that is changed while somebody signs in with the old one', () => {
  it('leaves them outside: no session of the old password outlives the change', async () => {
    const [user] = await alpha.systemCtx('core').inTenant((tx) => tx.rows<{ id: string; email: string }>(sql`select id, email from portico.users`));
    const passwordHash = await hashPassword('another fine password');
    let changed: () => void = () => undefined;
    let commit: () => void = () => undefined;
    const isChanged = new Promise<void>((resolve) => (changed = resolve));
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    const changing = alpha.systemCtx('core').inTenant(async (tx) => {
      await tx.users.change(user!.id as never, { passwordHash });
      changed();
      await mayCommit;
    });
    await isChanged;
    const signing = signIn().catch((error: unknown) => (error as { code?: string }).code);
    await Promise.race([signing, new Promise((passed) => setTimeout(passed, 400))]);
    commit();
    await changing;
    expect(await signing).toBe('portico.sign-in-refused');
    expect(await alpha.systemCtx('core').inTenant((tx) => tx.rows(sql`select id from portico.sessions where user_id = ${user!.id}`))).toEqual([]);
  });
});

describe('a password that is asked for by a link', () => {
  const fits = (password: string) => alpha.systemCtx('accounts').use(core).passwordFits(alpha.ownerId, password);
  const codeOf = (error: unknown) => (error as { code?: string }).code;
  const hashed = (passwordHash: string) => alpha.systemCtx('core').inTenant((tx) => tx.run(sql`update portico.users set password_hash = ${passwordHash}`));
  beforeEach(async () => hashed(await hashPassword(alpha.password)));

  it('fits or not, and never for who is disabled', async () => {
    expect([await fits(alpha.password), await fits('another one')]).toEqual([true, false]);
    const enable = (enabled: boolean) => alpha.systemCtx('core').inTenant((tx) => tx.users.change(alpha.ownerId, { enabled }));
    await enable(false);
    expect(await fits(alpha.password)).toBe(false);
    await enable(true);
  });

  it('is one guess among those of signing in: both together are counted, and a right one forgets them', async () => {
    for (let n = 0; n < 5; n += 1) expect(await fits(`guess ${n}`)).toBe(false);
    expect(await fits(alpha.password)).toBe(true);
    for (let n = 0; n < 10; n += 1) expect(await fits(`guess ${n}`)).toBe(false);
    expect(await fits(alpha.password).catch(codeOf)).toBe('portico.too-many-attempts');
    expect(await signIn().catch(codeOf)).toBe('portico.too-many-attempts');
  });

  it('costs nobody a try when it could not be looked at', async () => {
    await hashed('no hash at all');
    for (let n = 0; n < 12; n += 1) expect(await fits(alpha.password).catch(codeOf)).not.toMatch(/^portico\./);
    await hashed(await hashPassword(alpha.password));
    expect(await fits(alpha.password)).toBe(true);
  });
});
