import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

/** Who is told of a lead, and what. */
export interface LeadMail {
  readonly userId: Id;
  readonly leadId: Id;
  readonly name: string;
  readonly town: string;
  readonly type: string;
  readonly account: string;
  readonly order: number;
}

/** Queues the mail, unless this person was told of this lead before; the unique notice decides among handlers at the same instant. */
export async function mailAboutLead(tx: Tx, template: 'new-lead' | 'lead-assigned', mail: LeadMail): Promise<void> {
  const { ctx } = tx;
  const isFirst = await tx.run(sql`insert into leads.lead_notices (id, lead_id, user_id, at)
    values (${ctx.newId()}, ${mail.leadId}, ${mail.userId}, ${ctx.clock.now()}) on conflict (tenant_id, lead_id, user_id) do nothing`);
  if (isFirst === 0) return;
  await tx.mail(template, mail.userId, {
    leadName: mail.name,
    place: mail.town || ctx.text('leads.no-town'),
    typeName: mail.type,
    accountName: mail.account,
    orderNumber: mail.order,
    leadUrl: `${ctx.tenant.url}/leads/${mail.leadId}`,
  });
}
