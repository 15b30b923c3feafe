import { isId, type Id, type Instant } from '@portico/kit';
import { sql, walkList, type Ctx, type ListPlace, type SortKey, type Sql, type Tx, type WalkedPage } from '@portico/kit/server';
import { nameKey } from './account.model.ts';

/** A customer as a list shows it. */
export interface AccountRow {
  readonly id: Id;
  readonly number: number;
  readonly name: string;
  readonly createdAt: Instant;
  readonly userCount: number;
}

/** What a list of customers is asked for. */
export interface AccountQuery extends ListPlace {
  /** The beginning of a name. */
  readonly q?: string | undefined;
  readonly sort: AccountSort;
}

/** The orders of the list of customers. */
export const ACCOUNT_SORTS = ['name', '-name', 'created', '-created'] as const;
export type AccountSort = (typeof ACCOUNT_SORTS)[number];

const orderOf = (sort: AccountSort): SortKey =>
  sort.endsWith('name') ? { key: sql`a.name_key`, type: 'text' } : { key: sql`a.created_at`, type: 'timestamptz' };

/** Customers that the actor may see, by name or date, one page. Each order has an index of its own. */
export async function listAccounts(tx: Tx, query: AccountQuery): Promise<WalkedPage<AccountRow>> {
  const keyset = keysetOf(query);
  const { rows, nextCursor, previousCursor } = keyset.page(await tx.rows<AccountRecord>(accountListSql(tx.ctx, query)));
  return { data: rows.map(asRow), nextCursor, previousCursor };
}

const keysetOf = (query: AccountQuery) => walkList<AccountRecord>(orderOf(query.sort), sql`a.id`, query);

/** The statement of the list, apart so that its plan can be looked at. */
export function accountListSql(ctx: Ctx, query: AccountQuery): Sql {
  const keyset = keysetOf(query);
  return sql`
    select a.id, a.number, a.name, a.created_at, ${orderOf(query.sort).key} as sort_key,
      (select count(*)::int from accounts.members m where m.tenant_id = a.tenant_id and m.account_id = a.id) as user_count
    from accounts.accounts a
    where a.tenant_id = ${ctx.tenant.id} and ${ctx.visible('read', 'Account', 'a')} and ${beginsWith(query.q)} and ${keyset.where}
    ${keyset.orderAndLimit}`;
}

// A range instead of `^@`: an index serves it under row-level security also when the plan is a generic one.
function beginsWith(q: string | undefined) {
  const key = nameKey(q ?? '').replaceAll('\0', '');
  return key ? sql`a.name_key >= ${key} and a.name_key < ${`${key}\u{10ffff}`}` : sql`true`;
}

interface AccountRecord {
  readonly id: Id;
  readonly number: number;
  readonly name: string;
  readonly created_at: Instant;
  readonly user_count: number;
  readonly sort_key: string;
}

const asRow = ({ id, number, name, created_at, user_count }: AccountRecord): AccountRow => ({ id, number, name, createdAt: created_at, userCount: user_count });

/** A customer with its bill groups. */
export interface AccountDetails extends AccountRow {
  readonly billGroups: readonly { id: Id; name: string }[];
}

/** One customer that the actor may see; undefined for any other, and for anything that is no id. */
export async function findAccount(tx: Tx, accountId: string): Promise<AccountDetails | undefined> {
  if (!isId(accountId)) return undefined;
  const { ctx } = tx;
  const found = await tx.row<Omit<AccountRecord, 'sort_key'> & { bill_groups: { id: Id; name: string }[] }>(sql`
    select a.id, a.number, a.name, a.created_at,
      (select count(*)::int from accounts.members m where m.tenant_id = a.tenant_id and m.account_id = a.id) as user_count,
      (select json_agg(json_build_object('id', g.id, 'name', g.name) order by g.created_at, g.id)
         from accounts.bill_groups g where g.tenant_id = a.tenant_id and g.account_id = a.id) as bill_groups
    from accounts.accounts a
    where a.tenant_id = ${ctx.tenant.id} and a.id = ${accountId} and ${ctx.visible('read', 'Account', 'a')}`);
  return found && { ...asRow({ ...found, sort_key: '' }), billGroups: found.bill_groups };
}
