import { NotFound, type Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';

/** Staff take a key away from a source; it is refused from then on. Repeating it changes nothing. Throws NotFound. */
export async function revokeSourceKey(ctx: Ctx, sourceId: Id, keyId: Id): Promise<void> {
  ctx.demand('manage', 'LeadSource');
  await ctx.inTenant(async (tx) => {
    const key = (await tx.keys.list({ sourceId })).find((one) => one.id === keyId);
    if (!key) throw new NotFound();
    if (key.revokedAt) return;
    await tx.keys.revoke(keyId);
    await tx.audit('leads.source-key-revoked', null, { sourceId, keyId });
  });
}
