/** What other plugins may use of returns. */
import { z } from 'zod';
import { defineDecision, defineEvent } from '@portico/kit';

/** A customer asked to give a lead back. */
export const returnRequested = defineEvent('returns.requested', {
  payload: z.object({ returnId: z.uuid(), leadId: z.uuid(), accountId: z.uuid() }),
  subject: (p) => p.leadId,
});

/** A return was decided, or withdrawn, by whoever came first. */
export const returnSettled = defineEvent('returns.settled', {
  payload: z.object({ returnId: z.uuid(), leadId: z.uuid(), outcome: z.enum(['approved', 'denied', 'withdrawn']) }),
  subject: (p) => p.leadId,
});

const Verdict = z.object({ answer: z.enum(['approve', 'deny', 'review']), because: z.string().min(1).max(200) });

/** Asked once, by the return's process. Deny beats review beats approve; a broken voter leaves it to staff (issue: stories, S3). */
export const returnVerdict = defineDecision('returns.verdict', {
  question: z.object({
    returnId: z.uuid(),
    leadId: z.uuid(),
    accountId: z.uuid(),
    reason: z.string(),
    note: z.string(),
    hoursSinceDelivery: z.number(),
  }),
  verdict: Verdict,
  // among equal answers the first by text, so that the order of the voters does not matter
  combine: (verdicts) =>
    (['deny', 'review', 'approve'] as const).flatMap((answer) =>
      verdicts.filter((v) => v.answer === answer).sort((a, b) => (a.because < b.because ? -1 : 1)),
    )[0],
  fallback: { answer: 'review', because: 'No plugin had a view' },
  whenFailed: { answer: 'review', because: 'A plugin could not answer' },
  budgetMs: 800,
});
