import type { Ctx } from '@portico/kit/server';
import { sql } from '@portico/kit/server';
import { z } from 'zod';

/** What a user is told by mail. */
export const NotificationSetting = z.object({ newLeadMail: z.boolean() });
export type NotificationSetting = z.output<typeof NotificationSetting>;

/** The signed-in user's own setting; off until the user switches it on. */
export async function readNotificationSetting(ctx: Ctx): Promise<NotificationSetting> {
  ctx.demand('change', 'LeadNotification');
  return ctx.inTenant(async (tx) => {
    const row = await tx.row<{ new_lead_mail: boolean }>(
      sql`select n.new_lead_mail from leads.notification_settings n where n.tenant_id = ${ctx.tenant.id} and n.user_id = ${ctx.actor.id}`,
    );
    return { newLeadMail: row?.new_lead_mail ?? false };
  });
}

/** Switches the new-lead mail of the signed-in user on or off. */
export async function saveNotificationSetting(ctx: Ctx, { newLeadMail }: NotificationSetting): Promise<void> {
  ctx.demand('change', 'LeadNotification');
  await ctx.inTenant((tx) =>
    tx.run(sql`insert into leads.notification_settings (id, user_id, new_lead_mail) values (${ctx.newId()}, ${ctx.actor.id}, ${newLeadMail})
      on conflict (tenant_id, user_id) do update set new_lead_mail = excluded.new_lead_mail`),
  );
}
