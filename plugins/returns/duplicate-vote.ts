import { dayOf } from '@portico/kit';
import { leads } from '@portico/plugin-leads/api';
import { returnVerdict } from './api.ts';
import type { ReturnSettings } from './plugin.ts';

/** A lead that this customer was given twice goes back without a question; everything else is for others to judge. */
export const duplicateVote = returnVerdict.vote(async (ctx, { leadId, reason }) => {
  const { duplicateReason } = ctx.settings<ReturnSettings>();
  if (duplicateReason === '' || reason !== duplicateReason) return 'abstain';
  const twin = await ctx.use(leads).earlierTwin(leadId);
  if (!twin) return 'abstain';
  return { answer: 'approve', because: ctx.text('returns.because.duplicate', { day: dayOf(twin.deliveredAt, ctx.tenant.zone) }) };
});
