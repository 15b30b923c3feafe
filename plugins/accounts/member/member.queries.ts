import { InvalidInput, isId, type Id, type Instant } from '@portico/kit';
import { emptySql, joinSql, sql, walkList, type Actor, type ListPlace, type SortKey, type Sql, type Tx, type WalkedPage } from '@portico/kit/server';

/** A user of an account as lists and the page show it. */
export interface MemberRow {
  readonly id: Id;
  readonly userId: Id;
  readonly accountId: Id;
  readonly accountName: string;
  readonly name: string;
  readonly userName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly adminAccess: boolean;
  readonly viewDownline: boolean;
  readonly enabled: boolean;
  readonly parentId: Id | null;
  readonly parentName: string | null;
  readonly createdAt: Instant;
  /** When they last were here with a session, to five minutes; null: never. */
  readonly lastSeenAt: Instant | null;
}

/** What a list of users is asked for. */
export interface MemberQuery extends ListPlace {
  /** Part of a name, user name or e-mail address. */
  readonly q?: string | undefined;
  readonly accountId?: Id | undefined;
  readonly access?: 'admin' | 'downline' | 'own' | undefined;
  readonly enabled?: 'true' | 'false' | undefined;
  readonly sort: MemberSort;
}

/** The orders of the list of users. */
export const MEMBER_SORTS = ['name', '-name', 'created', '-created'] as const;
export type MemberSort = (typeof MEMBER_SORTS)[number];

/** Users of several accounts are sorted by name up to so many. */
const MOST_BY_NAME = 1_000;

const orderOf = (sort: MemberSort): SortKey =>
  sort.endsWith('name') ? { key: sql`lower(u.name) collate "C"`, type: 'text' } : { key: sql`m.created_at`, type: 'timestamptz' };

const COLUMNS = sql`
  m.id, m.user_id as "userId", m.account_id as "accountId", a.name as "accountName", u.name, u.user_name as "userName", u.email, u.phone,
  m.is_admin as "adminAccess", m.view_downline as "viewDownline", m.enabled and u.enabled as enabled, m.parent_id as "parentId", above.name as "parentName", m.created_at as "createdAt", u.seen_at as "lastSeenAt"`;
const SOURCE = sql`
  accounts.members m
  join accounts.accounts a on a.tenant_id = m.tenant_id and a.id = m.account_id
  join portico.users u on u.tenant_id = m.tenant_id and u.id = m.user_id
  left join (select p.tenant_id, p.id, pu.name from accounts.members p join portico.users pu on pu.tenant_id = p.tenant_id and pu.id = p.user_id) above
    on above.tenant_id = m.tenant_id and above.id = m.parent_id`;

/**
 * Users that the actor may see, one page. Those of one account are few, so that names need no index of their own; those of
 * all accounts are ordered and searched by name up to 1,000, beyond which InvalidInput asks for `accountId`. Who belongs to
 * one account need not name it.
 */
export async function listMembers(tx: Tx, asked: MemberQuery): Promise<WalkedPage<MemberRow>> {
  const query = { ...asked, accountId: asked.accountId ?? onlyAccountOf(tx.ctx.actor) };
  if (!query.accountId && (query.q || query.sort.endsWith('name'))) await demandFew(tx);
  const order = orderOf(query.sort);
  const keyset = walkList<MemberRow & { sort_key: string }>(order, sql`m.id`, query);
  const found = await tx.rows<MemberRow & { sort_key: string }>(sql`
    select ${COLUMNS}, ${order.key} as sort_key from ${SOURCE}
    where m.tenant_id = ${tx.ctx.tenant.id} and ${tx.ctx.visible('read', 'Member', 'm')} ${filters(query)} and ${keyset.where}
    ${keyset.orderAndLimit}`);
  const { rows, nextCursor, previousCursor } = keyset.page(found);
  return { data: rows.map(({ sort_key: _, ...row }) => row), nextCursor, previousCursor };
}

/** The account of somebody who has roles in one account and nowhere else. */
function onlyAccountOf({ roles }: Actor): Id | undefined {
  const accounts = new Set(roles.map(({ accountId }) => accountId));
  return accounts.size === 1 ? roles[0]!.accountId : undefined;
}

async function demandFew(tx: Tx): Promise<void> {
  const beyond = await tx.row(sql`
    select m.id from accounts.members m where m.tenant_id = ${tx.ctx.tenant.id} and ${tx.ctx.visible('read', 'Member', 'm')} offset ${MOST_BY_NAME} limit 1`);
  if (beyond) throw new InvalidInput({ accountId: { key: 'accounts.problem.account-needed', values: { most: MOST_BY_NAME } } });
}

function filters({ q, accountId, access, enabled }: MemberQuery): Sql {
  const conditions: Sql[] = [];
  const word = (q ?? '').trim().toLowerCase().replaceAll('\0', '');
  if (accountId) conditions.push(sql`m.account_id = ${accountId}`);
  if (access === 'admin') conditions.push(sql`m.is_admin`);
  if (access === 'downline') conditions.push(sql`m.view_downline`);
  if (access === 'own') conditions.push(sql`not m.is_admin and not m.view_downline`);
  if (enabled) conditions.push(sql`(m.enabled and u.enabled) = ${enabled === 'true'}`);
  if (word) conditions.push(sql`position(${word} in lower(concat_ws(' ', u.name, u.user_name, u.email))) > 0`);
  return conditions.length === 0 ? emptySql : sql`and ${joinSql(conditions, ' and ')}`;
}

/** One user that the actor may see; undefined for any other, and for anything that is no id. */
export async function findMember(tx: Tx, memberId: string): Promise<MemberRow | undefined> {
  if (!isId(memberId)) return undefined;
  return tx.row<MemberRow>(sql`
    select ${COLUMNS} from ${SOURCE}
    where m.tenant_id = ${tx.ctx.tenant.id} and m.id = ${memberId} and ${tx.ctx.visible('read', 'Member', 'm')}`);
}

/** Whom a member may be put below: everybody in the account who is not the member and not below. At most 500, by name. */
export const parentChoices = (tx: Tx, accountId: Id, memberId?: Id): Promise<{ id: Id; name: string }[]> =>
  tx.rows<{ id: Id; name: string }>(sql`
    with recursive below(id) as (
      select id from accounts.members where tenant_id = ${tx.ctx.tenant.id} and id = ${memberId ?? null}::uuid
      union
      select m.id from accounts.members m join below on m.parent_id = below.id where m.tenant_id = ${tx.ctx.tenant.id})
    select m.id, u.name from accounts.members m join portico.users u on u.tenant_id = m.tenant_id and u.id = m.user_id
    where m.tenant_id = ${tx.ctx.tenant.id} and m.account_id = ${accountId} and m.id not in (select id from below)
    order by lower(u.name) collate "C", m.id limit 500`);
