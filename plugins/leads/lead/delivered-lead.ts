import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import type { DeliveredLead } from '../api.ts';

/** The delivery of a lead that the actor may see; undefined for any other, and for a lead that was never delivered. */
export async function deliveredLead(ctx: Ctx, leadId: Id): Promise<DeliveredLead | undefined> {
  return ctx.inTenant((tx) =>
    tx.row<DeliveredLead>(sql`
      select l.id as "leadId", d.id as "deliveryId", d.order_id as "orderId", o.number as "orderNumber", d.account_id as "accountId",
        d.bill_group_id as "billGroupId", l.assignee_id as "memberId", l.name, t.name as "typeName", l.town, d.delivered_at as "deliveredAt",
        o.accepts_returns as "acceptsReturns"
      from leads.leads l
      join leads.lead_deliveries d on d.tenant_id = ${ctx.tenant.id} and d.id = l.delivery_id
      join leads.lead_orders o on o.tenant_id = ${ctx.tenant.id} and o.id = d.order_id
      join leads.lead_types t on t.tenant_id = ${ctx.tenant.id} and t.id = l.lead_type_id
      where l.tenant_id = ${ctx.tenant.id} and l.id = ${leadId} and ${ctx.visible('read', 'Lead', 'l')}`),
  );
}

/** Whether a lead that the actor may see went to no order yet; false for a lead that the actor may not see. */
export async function isUnmatched(ctx: Ctx, leadId: Id): Promise<boolean> {
  const found = await ctx.inTenant((tx) =>
    tx.row(
      sql`select l.id from leads.leads l where l.tenant_id = ${ctx.tenant.id} and l.id = ${leadId} and l.delivery_id is null and ${ctx.visible('read', 'Lead', 'l')}`,
    ),
  );
  return found !== undefined;
}
