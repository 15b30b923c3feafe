import { InvalidInput, type Id } from '@portico/kit';
import { sql, userRenamed, type UserRecord, type Users } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';
import { realClock } from '../observe/real-clock.ts';

/** How a user name or an e-mail address is compared: NFKC, lower case, no space around it. */
export const loginKey = (login: string): string => login.normalize('NFKC').trim().toLowerCase();

interface UserRow {
  readonly id: Id;
  readonly name: string;
  readonly user_name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly enabled: boolean;
  readonly must_change_password: boolean;
}

/** A row as others see it. */
export const userOf = (row: UserRow): UserRecord => ({
  id: row.id,
  name: row.name,
  userName: row.user_name,
  email: row.email,
  phone: row.phone,
  enabled: row.enabled,
  mustChangePassword: row.must_change_password,
});

/** Users inside a transaction (`tx.users`). */
export const usersIn = (tx: HostTx): Users => ({
  async create(user) {
    if (!user.userName && !user.email) throw new InvalidInput({ email: { key: 'portico.problem.login-missing' } });
    const id = tx.ctx.newId();
    await whenTaken(tx, () =>
      tx.run(sql`insert into portico.users (id, name, user_name, user_name_key, email, email_key, phone, password_hash, must_change_password, created_at)
        values (${id}, ${user.name}, ${user.userName ?? null}, ${user.userName ? loginKey(user.userName) : null}, ${user.email ?? null},
          ${user.email ? loginKey(user.email) : null}, ${user.phone ?? null}, ${user.passwordHash ?? null}, ${user.mustChangePassword ?? false}, ${tx.ctx.clock.now()})`),
    );
    return id;
  },

  async change(id, changes) {
    const columns = columnsOf(changes);
    if (columns.length === 0) return;
    if (changes.name !== undefined) await tellRename(tx, id, changes.name);
    await whenTaken(tx, async () => tx.sql('portico.users').where({ tenant_id: tx.ctx.tenant.id, id }).update(Object.fromEntries(columns)));
    if (changes.enabled === false || changes.passwordHash !== undefined) await endSessions(tx, id);
  },

  async find(id) {
    const row = await tx.row<UserRow>(sql`select id, name, user_name, email, phone, enabled, must_change_password from portico.users where id = ${id}`);
    return row && userOf(row);
  },
});

async function tellRename(tx: HostTx, userId: Id, name: string): Promise<void> {
  const other = await tx.row(sql`select 1 as found from portico.users where id = ${userId} and name <> ${name}`);
  if (other) await tx.publish(userRenamed, { userId });
}

/** Ends every open session of a user, except one. */
export const endSessions = (tx: HostTx, userId: Id, exceptSession?: Id): Promise<number> =>
  tx.run(
    sql`delete from portico.sessions where user_id = ${userId} and id <> coalesce(${exceptSession ?? null}::uuid, '00000000-0000-0000-0000-000000000000')`,
  );

function columnsOf(changes: Parameters<Users['change']>[1]): [string, unknown][] {
  const columns: [string, unknown][] = [];
  const put = (column: string, value: unknown) => value !== undefined && columns.push([column, value]);
  put('name', changes.name);
  put('phone', changes.phone);
  put('enabled', changes.enabled);
  put('password_hash', changes.passwordHash);
  put('must_change_password', changes.mustChangePassword);
  if (changes.userName !== undefined) put('user_name', changes.userName), put('user_name_key', changes.userName && loginKey(changes.userName));
  if (changes.email !== undefined) put('email', changes.email), put('email_key', changes.email && loginKey(changes.email));
  return columns;
}

// Two unique indexes tell which login is taken. A savepoint keeps the caller's transaction usable, so that it can say so.
async function whenTaken(tx: HostTx, work: () => Promise<unknown>): Promise<void> {
  await tx.run(sql`savepoint user_login`);
  try {
    await work();
  } catch (error) {
    await tx.run(sql`rollback to savepoint user_login`);
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code === '23505' && constraint === 'users_user_name') throw new InvalidInput({ userName: { key: 'portico.problem.user-name-taken' } });
    if (code === '23505' && constraint === 'users_email') throw new InvalidInput({ email: { key: 'portico.problem.email-taken' } });
    if (code === '23514') throw new InvalidInput({ email: { key: 'portico.problem.login-missing' } });
    throw error;
  }
  await tx.run(sql`release savepoint user_login`);
}

export const SESSION_HOURS = 24 * 14;
/** When a session that begins now is over. */
export const sessionEnd = (): Date => new Date(realClock.ms() + SESSION_HOURS * 3_600_000);
