import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';

/**
 * A lead was delivered: whoever it is assigned to gets a mail, or, while it is nobody's, every account admin; only those
 * who switched it on. The delivery keeps that it was told: the event may come again, the mail does not.
 */
export async function tellAboutNewLead(ctx: Ctx, { deliveryId, leadId }: { readonly deliveryId: Id; readonly leadId: Id }): Promise<void> {
  await ctx.inTenant(async (tx) => {
    const tenant = ctx.tenant.id;
    const told = await tx.rows<{ userId: Id; name: string; town: string; type: string; account: string; order: number }>(sql`
      select m.user_id as "userId", l.name, l.town, t.name as type, a.name as account, o.number as "order"
      from leads.leads l
      join leads.lead_deliveries d on d.tenant_id = ${tenant} and d.id = ${deliveryId} and d.notified_at is null
      join leads.lead_types t on t.tenant_id = ${tenant} and t.id = l.lead_type_id
      join leads.lead_orders o on o.tenant_id = ${tenant} and o.id = l.order_id
      join accounts.account_v1 a on a.tenant_id = ${tenant} and a.id = l.account_id
      join accounts.member_v1 m on m.tenant_id = ${tenant} and m.account_id = l.account_id and m.enabled
        and case when l.assignee_id is null then m.is_admin else m.id = l.assignee_id end
      join leads.notification_settings n on n.tenant_id = ${tenant} and n.user_id = m.user_id and n.new_lead_mail
      where l.tenant_id = ${tenant} and l.id = ${leadId}`);
    if (told.length === 0) return;
    const isFirst = await tx.run(
      sql`update leads.lead_deliveries set notified_at = ${ctx.clock.now()} where tenant_id = ${tenant} and id = ${deliveryId} and notified_at is null`,
    );
    if (isFirst === 0) return;
    for (const { userId, name, town, type, account, order } of told) {
      await tx.mail('new-lead', userId, {
        leadName: name,
        place: town || ctx.text('leads.no-town'),
        typeName: type,
        accountName: account,
        orderNumber: order,
        leadUrl: `${ctx.tenant.url}/leads/${leadId}`,
      });
    }
  });
}
