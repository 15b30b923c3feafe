import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { mailAboutLead, type LeadMail } from './mail-about-lead.ts';

/**
 * A lead was given to somebody, who gets a mail if that is switched on: once per lead and person, not for what
 * they gave themselves, and only while the lead is still theirs. People above them in the tree are not told.
 */
export async function tellAssignee(
  ctx: Ctx,
  { leadId, memberId, assignedBy }: { readonly leadId: Id; readonly memberId: Id; readonly assignedBy: Id },
): Promise<void> {
  await ctx.inTenant(async (tx) => {
    const tenant = ctx.tenant.id;
    const mail = await tx.row<LeadMail>(sql`
      select m.user_id as "userId", l.id as "leadId", l.name, l.town, t.name as type, a.name as account, o.number as "order"
      from leads.leads l
      join leads.lead_types t on t.tenant_id = ${tenant} and t.id = l.lead_type_id
      join leads.lead_orders o on o.tenant_id = ${tenant} and o.id = l.order_id
      join accounts.account_v1 a on a.tenant_id = ${tenant} and a.id = l.account_id
      join accounts.member_v1 m on m.tenant_id = ${tenant} and m.id = l.assignee_id and m.enabled and m.user_id <> ${assignedBy}
      join leads.notification_settings n on n.tenant_id = ${tenant} and n.user_id = m.user_id and n.new_lead_mail
      where l.tenant_id = ${tenant} and l.id = ${leadId} and l.assignee_id = ${memberId}`);
    if (mail) await mailAboutLead(tx, 'lead-assigned', mail);
  });
}
