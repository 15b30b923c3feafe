import { isId, type Id, type Instant } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

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
}

const SELECT = sql`
  select s.id, s.user_id as "userId", u.name, u.user_name as "userName", u.email, s.role, u.enabled, s.created_at as "createdAt"
  from workspace.staff s join portico.users u on u.tenant_id = s.tenant_id and u.id = s.user_id`;

/** The team, owners first, then by name; at most 500: a business has fewer people than that. */
export const listStaff = (tx: Tx): Promise<StaffRow[]> =>
  tx.rows<StaffRow>(sql`${SELECT}
    where s.tenant_id = ${tx.ctx.tenant.id} and ${tx.ctx.visible('read', 'Staff', 's')}
    order by s.role, lower(u.name) collate "C", s.id limit 500`);

/** One of the team; undefined for anybody else, and for anything that is no id. */
export async function findStaff(tx: Tx, staffId: string): Promise<StaffRow | undefined> {
  if (!isId(staffId)) return undefined;
  return tx.row<StaffRow>(sql`${SELECT} where s.tenant_id = ${tx.ctx.tenant.id} and s.id = ${staffId} and ${tx.ctx.visible('read', 'Staff', 's')}`);
}
