import { isId, type Id, type Instant } from '@portico/kit';
import { sql, walkList, type ListPlace, type SortKey, type Tx, type WalkedPage } from '@portico/kit/server';

/** Somebody of the team as lists and the page show it. */
export interface StaffRow {
  readonly id: Id;
  readonly userId: Id;
  readonly name: string;
  readonly userName: string | null;
  readonly email: string | null;
  readonly role: 'owner' | 'staff';
  readonly enabled: boolean;
  readonly createdAt: Instant;
  /** When they last were here with a session, to five minutes; null: never. */
  readonly lastSeenAt: Instant | null;
}

const COLUMNS = sql`
  s.id, s.user_id as "userId", u.name, u.user_name as "userName", u.email, s.role, u.enabled, s.created_at as "createdAt", u.seen_at as "lastSeenAt"`;
const SOURCE = sql`workspace.staff s join portico.users u on u.tenant_id = s.tenant_id and u.id = s.user_id`;

/** The orders of the team: owners first and then by name, by name, by the day they joined. */
export const STAFF_SORTS = ['role', '-role', 'name', '-name', 'since', '-since'] as const;
export type StaffQuery = ListPlace & { readonly sort: (typeof STAFF_SORTS)[number] };

const orderOf = ({ sort }: StaffQuery): SortKey => {
  if (sort.endsWith('since')) return { key: sql`s.created_at`, type: 'timestamptz' };
  return { key: sort.endsWith('role') ? sql`(s.role || ' ' || lower(u.name)) collate "C"` : sql`lower(u.name) collate "C"`, type: 'text' };
};

/** The team, one page. A business has few people, so that no order needs an index of its own. */
export async function listStaff(tx: Tx, query: StaffQuery): Promise<WalkedPage<StaffRow>> {
  const order = orderOf(query);
  const keyset = walkList<StaffRow & { sort_key: string }>(order, sql`s.id`, query);
  const found = await tx.rows<StaffRow & { sort_key: string }>(sql`
    select ${COLUMNS}, ${order.key} as sort_key from ${SOURCE}
    where s.tenant_id = ${tx.ctx.tenant.id} and ${tx.ctx.visible('read', 'Staff', 's')} and ${keyset.where}
    ${keyset.orderAndLimit}`);
  const { rows, nextCursor, previousCursor } = keyset.page(found);
  return { data: rows.map(({ sort_key: _, ...row }) => row), nextCursor, previousCursor };
}

/** One of the team; undefined for anybody else, and for anything that is no id. */
export async function findStaff(tx: Tx, staffId: string): Promise<StaffRow | undefined> {
  if (!isId(staffId)) return undefined;
  return tx.row<StaffRow>(
    sql`select ${COLUMNS} from ${SOURCE} where s.tenant_id = ${tx.ctx.tenant.id} and s.id = ${staffId} and ${tx.ctx.visible('read', 'Staff', 's')}`,
  );
}
