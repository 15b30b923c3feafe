import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

/** Somebody that a lead can be given to. */
export interface Assignable {
  readonly memberId: Id;
  readonly name: string;
}

/**
 * Whom the actor may give leads of an account to: staff and account admins every enabled member, others themselves and
 * the people below them. By name.
 */
export async function assignableMembers(tx: Tx, accountId: Id): Promise<Assignable[]> {
  const { tenant, actor } = tx.ctx;
  const rolesHere = actor.roles.filter((role) => role.role === 'owner' || role.role === 'staff' || role.accountId === accountId);
  const isAnyone = actor.kind === 'system' || rolesHere.some((role) => role.role !== 'member');
  const reach = rolesHere.flatMap((role) => [...(role.memberId ? [role.memberId] : []), ...(role.downlineMemberIds ?? [])]);
  return tx.rows<Assignable>(sql`
    select m.id as "memberId", m.name from accounts.member_v1 m
    where m.tenant_id = ${tenant.id} and m.account_id = ${accountId} and m.enabled and (${isAnyone}::boolean or m.id = any(${reach}::uuid[]))
    order by lower(m.name), m.id limit 500`);
}
