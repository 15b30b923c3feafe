import { InvalidInput, NotFound, type Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { LastAccountAdmin } from './member-errors.ts';

/**
 * Locks an account, so that whoever changes its members does so one after the other: a tree and "the last account admin"
 * are about several rows, which no lock of one member holds together. Throws NotFound.
 */
export async function lockAccount(tx: Tx, accountId: Id): Promise<void> {
  const locked = await tx.row(sql`select id from accounts.accounts where tenant_id = ${tx.ctx.tenant.id} and id = ${accountId} for no key update`);
  if (!locked) throw new NotFound();
}

/**
 * Demands that a member may stand below another: of the same account, and not below itself. Call it under
 * `lockAccount`. `memberId` is undefined for a member that does not exist yet. Throws InvalidInput at `parentId`.
 */
export async function demandParent(tx: Tx, accountId: Id, parentId: Id, memberId: Id | undefined): Promise<void> {
  const above = await tx.rows<{ id: Id }>(sql`
    with recursive above(id, parent_id) as (
      select id, parent_id from accounts.members where tenant_id = ${tx.ctx.tenant.id} and account_id = ${accountId} and id = ${parentId}
      union
      select m.id, m.parent_id from accounts.members m join above on m.id = above.parent_id where m.tenant_id = ${tx.ctx.tenant.id})
    select id from above`);
  if (above.length === 0) throw new InvalidInput({ parentId: { key: 'accounts.problem.parent' } });
  if (above.some(({ id }) => id === memberId)) throw new InvalidInput({ parentId: { key: 'accounts.problem.loop' } });
}

/** Demands that an account has an enabled account admin besides one member. Call it under `lockAccount`. */
export async function demandOtherAdmin(tx: Tx, accountId: Id, memberId: Id): Promise<void> {
  const other = await tx.row(sql`
    select 1 as found from accounts.members m join portico.users u on u.tenant_id = m.tenant_id and u.id = m.user_id
    where m.tenant_id = ${tx.ctx.tenant.id} and m.account_id = ${accountId} and m.id <> ${memberId} and m.is_admin and m.enabled and u.enabled
    limit 1`);
  if (!other) throw new LastAccountAdmin();
}
