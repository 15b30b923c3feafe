import type { Id, Instant } from '@portico/kit';
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

/**
 * An earlier lead of the same type with the same phone number or e-mail address, delivered to the same account: what a
 * vote on a return with the reason "duplicate" wants to know. The latest of them; undefined when there is none.
 */
export async function earlierTwin(ctx: Ctx, leadId: Id): Promise<{ leadId: Id; deliveredAt: Instant } | undefined> {
  return ctx.inTenant((tx) =>
    tx.row<{ leadId: Id; deliveredAt: Instant }>(sql`
      select twin.id as "leadId", twin.delivered_at as "deliveredAt"
      from leads.leads l
      join leads.lead_words w on w.tenant_id = ${ctx.tenant.id} and w.account_id = l.account_id and w.lead_id <> l.id
        and w.word = any(array[ltrim(l.phone, '+'), substring(lower(l.email) from '[[:alnum:]]+')])
      join leads.leads twin on twin.tenant_id = ${ctx.tenant.id} and twin.id = w.lead_id
      where l.tenant_id = ${ctx.tenant.id} and l.id = ${leadId} and ${ctx.visible('read', 'Lead', 'l')}
        and twin.lead_type_id = l.lead_type_id and twin.delivered_at < l.delivered_at
        and (twin.phone = l.phone or lower(twin.email) = lower(l.email))
      order by twin.delivered_at desc, twin.id desc limit 1`),
  );
}
