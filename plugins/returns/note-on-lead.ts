import { leads } from '@portico/plugin-leads/api';
import { returnRequested, returnSettled } from './api.ts';

/** Lists of leads show that one is being given back. */
export const notePending = returnRequested.react((ctx, { leadId }, { seq }) => ctx.use(leads).noteReturn(leadId, 'pending', seq));

/** And what became of it; one that was withdrawn leaves no mark. */
export const noteSettled = returnSettled.react((ctx, { leadId, outcome }, { seq }) =>
  ctx.use(leads).noteReturn(leadId, outcome === 'withdrawn' ? null : outcome, seq),
);
