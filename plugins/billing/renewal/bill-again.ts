import { NotFound, type Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { autoChargeRenewal } from '@portico/workflows/auto-charge-renewal';

/**
 * Staff have looked at a subscription that the clock held back: it is billed again from its next due period on, at once where
 * one is due. Throws NotFound. One that is not held back stays as it is.
 */
export async function billAgain(ctx: Ctx, subscriptionId: Id): Promise<void> {
  ctx.demand('manage', 'Subscription');
  await ctx.inTenant(async (tx) => {
    const row = await tx.row<{ attention: string | null }>(
      sql`select attention from billing.subscriptions where tenant_id = ${ctx.tenant.id} and id = ${subscriptionId} for update`,
    );
    if (!row) throw new NotFound();
    if (row.attention === null) return;
    await tx.run(sql`update billing.subscriptions set attention = null where tenant_id = ${ctx.tenant.id} and id = ${subscriptionId}`);
    await tx.audit('billing.billed-again', { because: row.attention }, { subscriptionId });
    await tx.nudge(autoChargeRenewal);
  });
}
