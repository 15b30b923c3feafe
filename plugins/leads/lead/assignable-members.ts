import { InvalidInput, isId, type Id } from '@portico/kit';
import { sql, type Sql, type Tx } from '@portico/kit/server';

/** Somebody that a lead can be given to. */
export interface Assignable {
  readonly memberId: Id;
  readonly name: string;
  readonly email: string | null;
}

/** The first people by name, and how many more there are: those are found by what somebody writes. */
export interface AssignableChoices {
  readonly choices: readonly Assignable[];
  readonly more: number;
}

/** So many people stand in a choice. */
const MOST_PEOPLE = 100;
const MOST_CANDIDATES = 5;

/**
 * Whom the actor may give leads of an account to: staff and account admins every enabled member, others themselves and
 * the people below them. By name.
 */
export async function assignableMembers(tx: Tx, accountId: Id): Promise<AssignableChoices> {
  const choices = await tx.rows<Assignable>(sql`select ${COLUMNS} ${from(tx, accountId)} order by lower(m.name), m.id limit ${MOST_PEOPLE}`);
  if (choices.length < MOST_PEOPLE) return { choices, more: 0 };
  const all = await tx.row<{ count: number }>(sql`select count(*)::int as count ${from(tx, accountId)}`);
  return { choices, more: all!.count - choices.length };
}

/** The one that a lead of the account is to be given to, found by id however many there are; undefined when the actor may not. */
export const assignableMember = (tx: Tx, accountId: Id, memberId: Id): Promise<Assignable | undefined> =>
  tx.row<Assignable>(sql`select ${COLUMNS} ${from(tx, accountId)} and m.id = ${memberId}`);

/**
 * Whom a person means who picked somebody (an id) or wrote an e-mail address, a name, or the only possible beginning of a
 * name. Throws InvalidInput at `memberId` when it is nobody, or several.
 */
export async function memberMeant(tx: Tx, accountId: Id, text: string): Promise<Id> {
  if (isId(text)) return text;
  const written = text.toLowerCase().replaceAll('\0', '');
  const email = /\(([^()\s]+@[^()\s]+)\)$/.exec(written)?.[1] ?? written;
  const find = (which: Sql) =>
    tx.rows<Assignable>(sql`select ${COLUMNS} ${from(tx, accountId)} and ${which} order by lower(m.name), m.id limit ${MOST_CANDIDATES + 1}`);
  const exact = await find(sql`(lower(m.email) = ${email} or lower(m.name) = ${written})`);
  const found = exact.length > 0 ? exact : await find(sql`starts_with(lower(m.name), ${written})`);
  if (found.length === 1) return found[0]!.memberId;
  if (found.length === 0) throw new InvalidInput({ memberId: { key: 'leads.problem.nobody-named' } });
  const names = found.slice(0, MOST_CANDIDATES).map(personText).join(', ');
  throw new InvalidInput({ memberId: { key: 'leads.problem.several-named', values: { names } } });
}

/** How somebody stands in a choice that can be written: names are not unique. */
const personText = ({ name, email }: Pick<Assignable, 'name' | 'email'>): string => (email ? `${name} (${email})` : name);

const COLUMNS = sql`m.id as "memberId", m.name, m.email`;

function from(tx: Tx, accountId: Id): Sql {
  const { tenant, actor } = tx.ctx;
  const rolesHere = actor.roles.filter((role) => role.role === 'owner' || role.role === 'staff' || role.accountId === accountId);
  const isAnyone = actor.kind === 'system' || rolesHere.some((role) => role.role !== 'member');
  const reach = rolesHere.flatMap((role) => [...(role.memberId ? [role.memberId] : []), ...(role.downlineMemberIds ?? [])]);
  return sql`from accounts.member_v1 m
    where m.tenant_id = ${tenant.id} and m.account_id = ${accountId} and m.enabled and (${isAnyone}::boolean or m.id = any(${reach}::uuid[]))`;
}
