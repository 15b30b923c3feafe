import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { mailAboutLead, type LeadMail } from './mail-about-lead.ts';

/**
 * A lead was delivered: while it is nobody's, every account admin who switched it on gets a mail. Whoever it is
 * assigned to hears of it from the assignment. The delivery keeps that it was told: the event may come again, the mail does not.
 */
export async function tellAboutNewLead(ctx: Ctx, { deliveryId, leadId }: { readonly deliveryId: Id; readonly leadId: Id }): Promise<void> {
  await ctx.inTenant(async (tx) => {
    const tenant = ctx.tenant.id;
    const told = await tx.rows<LeadMail>(sql`
      select m.user_id as "userId", l.id as "leadId", l.name, l.town, t.name as type, a.name as account, o.number as "order"
      from leads.leads l
      join leads.lead_deliveries d on d.tenant_id = ${tenant} and d.id = ${deliveryId} and d.notified_at is null
      join leads.lead_types t on t.tenant_id = ${tenant} and t.id = l.lead_type_id
      join leads.lead_orders o on o.tenant_id = ${tenant} and o.id = l.order_id
      join accounts.account_v1 a on a.tenant_id = ${tenant} and a.id = l.account_id
      join accounts.member_v1 m on m.tenant_id = ${tenant} and m.account_id = l.account_id and m.enabled and m.is_admin
      join leads.notification_settings n on n.tenant_id = ${tenant} and n.user_id = m.user_id and n.new_lead_mail
      where l.tenant_id = ${tenant} and l.id = ${leadId} and l.assignee_id is null`);
    if (told.length === 0) return;
    const isFirst = await tx.run(
      sql`update leads.lead_deliveries set notified_at = ${ctx.clock.now()} where tenant_id = ${tenant} and id = ${deliveryId} and notified_at is null`,
    );
    if (isFirst === 0) return;
    for (const mail of told) await mailAboutLead(tx, 'new-lead', mail);
  });
}
