import type pg from 'pg';
import { defineError, NotFound, type Id, type Instant } from '@portico/kit';
import { sql, type Actor, type Sql, type Tenant, type UserRecord } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { realClock } from '../observe/real-clock.ts';
import type { Limits } from './limits.ts';
import { passwordFits } from './passwords.ts';
import { networkOf } from '../http/client-address.ts';
import { newToken, tokenHash } from './tokens.ts';
import { loginKey, SESSION_HOURS, sessionEnd, userOf } from './users.ts';

/** The user name or the password is wrong: equal words for known, unknown and disabled. */
export class SignInRefused extends defineError('portico.sign-in-refused', 401) {}

/** What signing in needs from a browser. */
export interface SignInInput {
  readonly login: string;
  readonly password: string;
  readonly ip: string;
  readonly userAgent: string;
}

/** Who signs in and with what: shared by all processes, one per installation. */
export interface Identity {
  actorOfSession(tenant: Tenant, token: string): Promise<{ actor: Actor; user: UserRecord; sessionId: Id } | undefined>;
  actorOfKey(tenant: Tenant, key: string): Promise<Actor | undefined>;
  signIn(tenant: Tenant, input: SignInInput): Promise<{ token: string; maxAgeSeconds: number }>;
  /** A session for somebody who has just proven who they are, past all limits. Throws NotFound for who is not here or disabled. */
  openSession(tenant: Tenant, userId: Id, userAgent: string): Promise<{ token: string; maxAgeSeconds: number }>;
  signOut(tenant: Tenant, token: string): Promise<void>;
}

/** What identity is built from. */
export interface IdentityParts {
  readonly pool: pg.Pool;
  readonly limits: Limits;
  /** The host's own context at a tenant: nobody acts yet. */
  contextOf(tenant: Tenant): HostContext;
  rolesOf(tx: HostTx, userId: Id): Promise<Actor['roles']>;
}

/** Opens identity over a pool. */
export function openIdentity(parts: IdentityParts): Identity {
  const { login: perLogin, address: perAddress } = parts.limits;
  return {
    actorOfSession: (tenant, token) =>
      parts.contextOf(tenant).inTenantWith<SessionRow, SessionActor | undefined>(sessionOf(tenant, token), (tx, rows) => sessionActor(parts, tx, rows)),
    actorOfKey: (tenant, key) =>
      parts.contextOf(tenant).inTenantWith<KeyRow, Actor | undefined>(keyRowOf(tenant, key), (tx, rows) => keyActor(parts, tx, rows)),
    async signIn(tenant, input) {
      const [address, login] = [networkOf(input.ip), loginKey(input.login)];
      await perAddress.count(tenant, address);
      await perLogin.count(tenant, login);
      await forgetOldLimits(parts.pool);
      const ctx = parts.contextOf(tenant);
      try {
        const session = await signInWith(ctx, input);
        await perLogin.forget(tenant, login);
        await perAddress.forgive(tenant, address); // only failures count: a whole office signs in from one address
        return session;
      } catch (error) {
        // nobody's password was looked at: that costs nobody a try
        if (!(error instanceof SignInRefused)) await Promise.all([perLogin.forgive(tenant, login), perAddress.forgive(tenant, address)]);
        throw error;
      }
    },
    openSession: (tenant, userId, userAgent) =>
      parts.contextOf(tenant).inTenant(async (tx) => {
        const user = await tx.row(sql`select 1 as found from portico.users where tenant_id = ${tenant.id} and id = ${userId} and enabled for key share`);
        if (!user) throw new NotFound();
        return openSession(tx as HostTx, userId, userAgent);
      }),
    signOut: (tenant, token) =>
      parts.contextOf(tenant).inTenant(async (tx) => {
        await tx.run(sql`delete from portico.sessions where token_hash = ${tokenHash(token)}`);
      }),
  };
}

async function signInWith(ctx: HostContext, { login, password, userAgent }: SignInInput): Promise<{ token: string; maxAgeSeconds: number }> {
  const user = await ctx.inTenant((tx) => findByLogin(tx as HostTx, login));
  const fits = await passwordFits(user?.enabled ? user.password_hash : null, password);
  if (!user || !fits) throw new SignInRefused();
  return ctx.inTenant(async (tx) => {
    // Looking at a password takes a while. Who changes or disables it meanwhile ends the sessions that are there by then:
    // under the lock, this one is among them or is not opened.
    const still = await tx.row(sql`select id from portico.users where id = ${user.id} and enabled and password_hash = ${user.password_hash} for share`);
    if (!still) throw new SignInRefused();
    return openSession(tx as HostTx, user.id, userAgent);
  });
}

const KEPT_LIMITS_MS = 3_600_000;
const MOST_FORGOTTEN = 20;

// A few that are long over go with each try, so that the names that strangers invent do not fill the table.
async function forgetOldLimits(pool: pg.Pool): Promise<void> {
  await pool.query(
    'delete from portico.rate_limits where key in (select key from portico.rate_limits where expire < $1 order by expire limit $2 for update skip locked)',
    [realClock.ms() - KEPT_LIMITS_MS, MOST_FORGOTTEN],
  );
}

interface LoginRow {
  readonly id: Id;
  readonly enabled: boolean;
  readonly password_hash: string | null;
}

const findByLogin = (tx: HostTx, login: string): Promise<LoginRow | undefined> =>
  tx.row<LoginRow>(sql`select id, enabled, password_hash from portico.users
    where tenant_id = ${tx.ctx.tenant.id} and (user_name_key = ${loginKey(login)} or email_key = ${loginKey(login)}) order by user_name_key = ${loginKey(login)} desc limit 1`);

async function openSession(tx: HostTx, userId: Id, userAgent: string): Promise<{ token: string; maxAgeSeconds: number }> {
  const token = newToken();
  const now = realClock.now();
  // those of the same person that are over go with each new one, so that the table does not grow for ever
  await tx.run(sql`delete from portico.sessions where tenant_id = ${tx.ctx.tenant.id} and user_id = ${userId} and expires_at < ${now}`);
  await tx.run(sql`insert into portico.sessions (id, token_hash, user_id, created_at, seen_at, expires_at, user_agent)
    values (${tx.ctx.newId()}, ${tokenHash(token)}, ${userId}, ${now}, ${now}, ${sessionEnd()}, ${userAgent.slice(0, 300)})`);
  await tx.run(sql`update portico.users set seen_at = ${tx.ctx.clock.now()} where tenant_id = ${tx.ctx.tenant.id} and id = ${userId}`);
  return { token, maxAgeSeconds: SESSION_HOURS * 3_600 };
}

type SessionRow = Parameters<typeof userOf>[0] & { readonly session_id: Id; readonly seen_at: Instant };

interface SessionActor {
  readonly actor: Actor;
  readonly user: UserRecord;
  readonly sessionId: Id;
}

// One read for session and user; roles are asked in the same transaction. A disabled user is out at once.
const sessionOf = (
  tenant: Tenant,
  token: string,
): Sql => sql`select s.id as session_id, s.seen_at, u.id, u.name, u.user_name, u.email, u.phone, u.enabled, u.must_change_password
    from portico.sessions s join portico.users u on u.tenant_id = s.tenant_id and u.id = s.user_id
    where s.tenant_id = ${tenant.id} and s.token_hash = ${tokenHash(token)} and s.expires_at > ${realClock.now()} and u.enabled`;

async function sessionActor(parts: IdentityParts, tx: HostTx, [row]: readonly SessionRow[]): Promise<SessionActor | undefined> {
  if (!row) return undefined;
  if (realClock.ms() - Date.parse(row.seen_at) > SEEN_MS) await noteSeen(tx, row.session_id);
  return { actor: await userActor(parts, tx, row, row.session_id), user: userOf(row), sessionId: row.session_id };
}

/** That somebody is here is written once in so much time. */
const SEEN_MS = 5 * 60_000;

// Who finds a row in use leaves it: one of several requests at once is enough, and none waits for it.
const noteSeen = (tx: HostTx, sessionId: Id): Promise<number> =>
  tx.run(sql`with mine as (
      select s.id, s.user_id from portico.sessions s join portico.users u on u.tenant_id = s.tenant_id and u.id = s.user_id
      where s.tenant_id = ${tx.ctx.tenant.id} and s.id = ${sessionId} and s.seen_at < ${new Date(realClock.ms() - SEEN_MS)} for no key update of s, u skip locked
    ), here as (
      update portico.sessions s set seen_at = ${realClock.now()} from mine where s.tenant_id = ${tx.ctx.tenant.id} and s.id = mine.id
    )
    update portico.users u set seen_at = ${tx.ctx.clock.now()} from mine where u.tenant_id = ${tx.ctx.tenant.id} and u.id = mine.user_id`);

async function userActor(parts: IdentityParts, tx: HostTx, user: { id: Id; name: string }, sessionId?: Id): Promise<Actor> {
  const roles = await parts.rolesOf(tx, user.id);
  const works = roles.some((role) => role.role === 'owner' || role.role === 'staff');
  return tx.context.rememberClock({ kind: works ? 'staff' : 'user', id: user.id, name: user.name, roles, ...(sessionId ? { sessionId } : {}) });
}

interface KeyRow {
  readonly id: Id;
  readonly name: string;
  readonly source_id: Id | null;
  readonly user_id: Id | null;
  readonly user_name: string | null;
}

const keyRowOf = (tenant: Tenant, key: string): Sql => sql`select k.id, k.name, k.source_id, k.user_id, u.name as user_name
    from portico.api_keys k left join portico.users u on u.tenant_id = k.tenant_id and u.id = k.user_id
    where k.tenant_id = ${tenant.id} and k.key_hash = ${tokenHash(key)} and k.revoked_at is null and (k.user_id is null or u.enabled)`;

async function keyActor(parts: IdentityParts, tx: HostTx, [row]: readonly KeyRow[]): Promise<Actor | undefined> {
  if (!row) return undefined;
  if (row.user_id) return userActor(parts, tx, { id: row.user_id, name: row.user_name! });
  return tx.context.rememberClock({ kind: 'key', id: row.id, name: row.name, roles: [], sourceId: row.source_id! });
}
