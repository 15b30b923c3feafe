import { sql, type Ctx } from '@portico/kit/server';
import type { Id } from '@portico/kit';
import { sortKey } from './sort-keys.ts';

/**
 * A user has another name: lists that are sorted by who works on a lead go by the new one. The name is read now, not
 * taken from the event, so that an older event changes nothing.
 */
export async function followRename(ctx: Ctx, { userId }: { readonly userId: Id }): Promise<void> {
  await ctx.inTenant(async (tx) => {
    const tenant = ctx.tenant.id;
    const members = await tx.rows<{ id: Id; name: string }>(sql`select id, name from accounts.member_v1 where tenant_id = ${tenant} and user_id = ${userId}`);
    for (const { id, name } of members) {
      const key = sortKey(name);
      await tx.run(sql`update leads.leads set assignee_key = ${key} where tenant_id = ${tenant} and assignee_id = ${id} and assignee_key <> ${key}`);
    }
  });
}
