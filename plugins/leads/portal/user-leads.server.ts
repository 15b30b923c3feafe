import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { assignableMember } from '../lead/assignable-members.ts';
import { assignedLeads } from '../lead/assigned-leads.ts';

/** What the user has to work on, and whether the user can be given more. */
export const load = (ctx: Ctx, { memberId }: { readonly memberId: Id }) =>
  ctx.inTenant(async (tx) => {
    const member = await tx.row<{ account_id: Id }>(sql`select account_id from accounts.member_v1 where tenant_id = ${ctx.tenant.id} and id = ${memberId}`);
    const isAssignable = member !== undefined && (await assignableMember(tx, member.account_id, memberId)) !== undefined;
    return { ...(await assignedLeads(tx, memberId)), isAssignable };
  });
