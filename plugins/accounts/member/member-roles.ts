import { userRoles, sql, type Tx } from '@portico/kit/server';
import type { Id } from '@portico/kit';

interface RoleRow {
  readonly memberId: Id;
  readonly accountId: Id;
  readonly accountName: string;
  readonly isAdmin: boolean;
  readonly billGroupIds: readonly Id[];
  readonly downlineMemberIds: readonly Id[] | null;
}

/**
 * The share of `core.roles` that accounts knows: one role for each enabled membership. Members below count on every level
 * and also when they are disabled: what was theirs is still the business of whoever stands above. Asked in every
 * request, so it is one statement over indexes.
 */
export const memberRoles = userRoles.answer(async (tx, { userId }) => {
  const rows = await rolesOf(tx, userId);
  return rows.map(({ isAdmin, downlineMemberIds, ...row }) => ({
    ...row,
    billGroupIds: [...row.billGroupIds],
    role: isAdmin ? ('account-admin' as const) : ('member' as const),
    ...(downlineMemberIds ? { downlineMemberIds: [...downlineMemberIds] } : {}),
  }));
});

const rolesOf = (tx: Tx, userId: Id): Promise<RoleRow[]> =>
  tx.rows<RoleRow>(sql`
    select m.id as "memberId", m.account_id as "accountId", a.name as "accountName", m.is_admin as "isAdmin",
      array(select g.id from accounts.bill_groups g where g.tenant_id = m.tenant_id and g.account_id = m.account_id order by g.id) as "billGroupIds",
      case when m.view_downline then array(
        with recursive below(id) as (
          select c.id from accounts.members c where c.tenant_id = m.tenant_id and c.parent_id = m.id
          union
          select c.id from accounts.members c join below on c.parent_id = below.id where c.tenant_id = m.tenant_id)
        select id from below order by id) end as "downlineMemberIds"
    from accounts.members m join accounts.accounts a on a.tenant_id = m.tenant_id and a.id = m.account_id
    where m.tenant_id = ${tx.ctx.tenant.id} and m.user_id = ${userId} and m.enabled
    order by m.id`);
