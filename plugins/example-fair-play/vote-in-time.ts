import { returnVerdict } from '@portico/plugin-returns/api';
import type { FairPlaySettings } from './plugin.ts';

/** This business takes a lead from outside the area back without asking anyone, if the customer was quick. */
export const voteInTime = returnVerdict.vote(async (ctx, { reason, hoursSinceDelivery }) => {
  const settings = ctx.settings<FairPlaySettings>();
  if (reason !== settings.reason || hoursSinceDelivery > settings.hours) return 'abstain';
  return { answer: 'approve', because: ctx.text('example-fair-play.because', { hours: settings.hours }) };
});
