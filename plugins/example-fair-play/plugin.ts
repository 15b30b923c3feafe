import { z } from 'zod';
import { definePlugin } from '@portico/kit';
import { leadTabs } from '@portico/plugin-leads/api';

/** How generous this business is. */
export const FairPlaySettings = z.object({
  hours: z
    .int()
    .min(1)
    .max(24 * 30)
    .default(24)
    .meta({ title: 'example-fair-play.setting.hours', description: 'example-fair-play.setting.hours-hint' }),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .default('Out of my area')
    .meta({ title: 'example-fair-play.setting.reason', description: 'example-fair-play.setting.reason-hint' }),
});
export type FairPlaySettings = z.output<typeof FairPlaySettings>;

const read = { action: 'read', subject: 'ExampleFairPlayNote' } as const;

export default definePlugin({
  id: 'example-fair-play',
  version: '1.0.0',
  contract: '^1.0',
  title: 'example-fair-play.title',
  about: 'example-fair-play.about',
  requires: { accounts: '^1.0', leads: '^1.0', returns: '^1.0' },
  uses: { billing: '^1.0' },
  settings: FairPlaySettings,
  subjects: {
    ExampleFairPlayNote: {
      columns: { member: 'member_id', account: 'account_id' },
      actions: { read: 'downline', write: 'downline' },
    },
  },
  pages: [
    {
      area: 'portal',
      path: '',
      view: 'note-list',
      title: 'example-fair-play.goodwill',
      may: read,
      menu: { text: 'example-fair-play.goodwill', icon: 'star', order: 60 },
    },
  ],
  slots: [
    { slot: leadTabs, area: 'portal', view: 'goodwill', title: 'example-fair-play.goodwill', may: read },
    { slot: leadTabs, area: 'console', view: 'goodwill', title: 'example-fair-play.goodwill', may: read },
  ],
});
