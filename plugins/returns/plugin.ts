import { z } from 'zod';
import { definePlugin } from '@portico/kit';
import { leadTabs } from '@portico/plugin-leads/api';
import { returnApproval } from '@portico/workflows/return-approval';

/** A business's rules for returns; the console's form is made from this. */
export const ReturnSettings = z.object({
  reasons: z
    .array(z.string().trim().min(1).max(80))
    .min(1)
    .max(20)
    .default(['Out of my area', 'Wrong number', 'Duplicate'])
    .meta({ title: 'returns.setting.reasons', description: 'returns.setting.reasons-hint' }),
  windowHours: z
    .int()
    .min(1)
    .max(24 * 90)
    .default(120)
    .meta({ title: 'returns.setting.window-hours', description: 'returns.setting.window-hours-hint' }),
  capPercent: z.int().min(0).max(100).default(10).meta({ title: 'returns.setting.cap-percent', description: 'returns.setting.cap-percent-hint' }),
  decisionHours: z
    .int()
    .min(1)
    .max(24 * 90)
    .default(48)
    .meta({ title: 'returns.setting.decision-hours', description: 'returns.setting.decision-hours-hint' }),
  atDeadline: z.enum(['approve', 'deny']).default('approve').meta({ title: 'returns.setting.at-deadline', description: 'returns.setting.at-deadline-hint' }),
  duplicateReason: z
    .string()
    .trim()
    .max(80)
    .default('Duplicate')
    .meta({ title: 'returns.setting.duplicate-reason', description: 'returns.setting.duplicate-reason-hint' }),
});
export type ReturnSettings = z.output<typeof ReturnSettings>;

const read = { action: 'read', subject: 'LeadReturn' } as const;
const decide = { action: 'decide', subject: 'LeadReturn' } as const;

/** What mails about a return say of it. Fields that end in `At` are instants. */
const AboutReturn = z.object({ returnId: z.uuid(), leadName: z.string(), reason: z.string() });
const AboutWaiting = AboutReturn.extend({ customer: z.string(), note: z.string(), decideByAt: z.string() });

export default definePlugin({
  id: 'returns',
  version: '1.0.0',
  contract: '^1.0',
  title: 'returns.title',
  about: 'returns.about',
  onByDefault: true,
  requires: { accounts: '^1.0', leads: '^1.0' },
  settings: ReturnSettings,
  subjects: {
    LeadReturn: {
      columns: { member: 'member_id', billGroup: 'bill_group_id', account: 'account_id' },
      actions: { read: 'downline', request: 'own', withdraw: 'own', decide: 'tenant' },
    },
  },
  pages: [
    {
      area: 'portal',
      path: '',
      view: 'return-list',
      title: 'returns.title',
      may: read,
      menu: { text: 'returns.title', icon: 'return', below: 'leads.leads' },
    },
    { area: 'portal', path: ':returnId', view: 'return-detail', title: 'returns.detail.title', may: read },
    {
      area: 'console',
      path: '',
      view: 'return-queue',
      title: 'returns.title',
      may: decide,
      menu: { text: 'returns.title', icon: 'return', order: 25 },
    },
    { area: 'console', path: ':returnId', view: 'return-case', title: 'returns.detail.title', may: decide },
  ],
  slots: [
    { slot: leadTabs, area: 'portal', view: 'lead-return', title: 'returns.tab', may: read },
    { slot: leadTabs, area: 'console', view: 'lead-return-case', title: 'returns.tab', may: decide },
  ],
  processes: [returnApproval],
  emails: {
    'return-requested': { data: AboutReturn.extend({ decideByAt: z.string() }), subject: 'returns.mail.requested' },
    'return-waiting': { data: AboutWaiting, subject: 'returns.mail.waiting' },
    'return-still-waiting': { data: AboutWaiting, subject: 'returns.mail.still-waiting' },
    'return-nearly-due': { data: AboutWaiting, subject: 'returns.mail.nearly-due' },
    'return-decided': {
      data: AboutReturn.extend({ outcome: z.string(), because: z.string() }),
      subject: 'returns.mail.decided',
    },
  },
});
