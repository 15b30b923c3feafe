import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '@portico/kit/server';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { hashPassword, passwordFits } from '../identity/passwords.ts';

let portal: TestPortal;
let alpha: TestBusiness;
beforeAll(async () => {
  portal = await startTestPortal();
  alpha = await portal.business('alpha');
});
afterAll(() => portal.close());

const signIn = async () =>
  (await portal.core.identity.signIn(alpha.tenant, { login: alpha.login, password: alpha.password, ip: '::1', userAgent: 'test' })).token;
const rowsOf = (table: 'sessions' | 'users') =>
  alpha
    .systemCtx('core')
    .inTenant((tx) =>
      tx.rows<{ whole: string; secret: string }>(
        table === 'sessions'
          ? sql`select to_jsonb(s)::text as whole, token_hash as secret from portico.sessions s`
          : sql`select to_jsonb(u)::text as whole, password_hash as secret from portico.users u where password_hash is not null`,
      ),
    );

describe('what the database keeps of a sign-in', () => {
  it('is a hash of the session token: nobody who reads the table can be the person', async () => {
    const token = await signIn();
    const rows = await rowsOf('sessions');
    expect(rows).toHaveLength(1);
    expect(rows[0]!.secret).toMatch(/^[\w-]{43}$/);
    expect(rows[0]!.secret).not.toBe(token);
    expect(rows[0]!.whole).not.toContain(token);
    expect(await portal.core.identity.actorOfSession(alpha.tenant, token)).toBeDefined();
    expect(await portal.core.identity.actorOfSession(alpha.tenant, rows[0]!.secret)).toBeUndefined();
  });

  it('is argon2id of the password, with a salt for each', async () => {
    const [user] = await rowsOf('users');
    expect(user!.secret).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(user!.whole).not.toContain(alpha.password);
    expect(await hashPassword('a quiet pond at dawn')).not.toBe(await hashPassword('a quiet pond at dawn'));
  });
});

/** How often the event loop came round while the work was done: at least once for each answer of another thread, and never for work on this one. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isWatching = true;
  const turn = () => {
    turns += 1;
    if (isWatching) setImmediate(turn);
  };
  setImmediate(turn);
  try {
    await work();
  } finally {
    isWatching = false;
  }
  return turns;
}

describe('hashing does not stand in the way of other requests', () => {
  const HASHES = 8;
  const times = async (work: () => Promise<unknown>) => {
    for (let n = 0; n < HASHES; n += 1) await work();
  };

  it('the event loop goes on while a password is hashed', async () => {
    expect(await turnsDuring(() => times(() => hashPassword('a quiet pond at dawn')))).toBeGreaterThanOrEqual(HASHES);
  });

  it('and while one is checked, at a sign-in too', async () => {
    const hash = await hashPassword('a quiet pond at dawn');
    expect(await turnsDuring(() => times(() => passwordFits(hash, 'a quiet pond at dawn')))).toBeGreaterThanOrEqual(HASHES);
    expect(await turnsDuring(() => times(() => passwordFits(null, 'a quiet pond at dawn')))).toBeGreaterThanOrEqual(HASHES);
  });
});
