import type { Ctx, Submitted } from '@portico/kit/server';
import { readNotificationSetting, saveNotificationSetting } from '../notification/notification-setting.ts';

/** What the signed-in user is told by mail. */
export const load = (ctx: Ctx) => readNotificationSetting(ctx);

/** Switches the new-lead mail. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const newLeadMail = form.has('newLeadMail');
  await saveNotificationSetting(ctx, { newLeadMail });
  return { ok: true, say: newLeadMail ? 'leads.notifications.on' : 'leads.notifications.off' };
}
