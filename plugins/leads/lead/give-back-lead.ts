import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';

/**
 * Gives the room of a delivery back to its order, once: a repeated cause, or a delivery that was given back before,
 * changes nothing and answers false. A closed order's figures change; it stays closed (issue: S2).
 */
export async function giveBackLead(ctx: Ctx, deliveryId: Id, cause: Id): Promise<boolean> {
  return ctx.inTenant(async (tx) => {
    const { tenant, clock } = ctx;
    const given = await tx.row<{ order_id: Id }>(sql`
      update leads.lead_deliveries d set given_back_at = ${clock.now()}, given_back_cause = ${cause}
      where d.tenant_id = ${tenant.id} and d.id = ${deliveryId} and d.given_back_at is null
        and not exists (select from leads.lead_deliveries other where other.tenant_id = ${tenant.id} and other.given_back_cause = ${cause})
      returning d.order_id`);
    if (!given) return false;
    await tx.run(sql`update leads.lead_orders set received = received - 1 where tenant_id = ${tenant.id} and id = ${given.order_id}`);
    return true;
  });
}
