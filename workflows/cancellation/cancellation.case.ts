import { defineCase, done, step, type Instant } from '@portico/kit';

/** What the database knows of a cancellation that has begun. */
export interface CancellationFacts {
  readonly requestedAt: Instant;
  /** The end of the undo window, or of the billing period. */
  readonly takesEffectAt: Instant;
  readonly undone: boolean;
  /** The rule for unpaid invoices ended it: there was no request to confirm. */
  readonly unpaid?: boolean;
}

export type CancellationStep = 'confirm-request' | 'apply-effects' | 'confirm-end';

/** Until it takes effect nothing is done that could not be undone without a trace. */
export const cancellation = defineCase<CancellationFacts, CancellationStep>({
  kind: 'billing.cancellation',
  version: 1,
  next(facts, taken) {
    if (facts.undone) return done('undone');
    if (!facts.unpaid && !taken.has('confirm-request')) return step('confirm-request', facts.requestedAt);
    if (!taken.has('apply-effects')) return step('apply-effects', facts.takesEffectAt, 'billing.cancellation.until-then');
    if (!taken.has('confirm-end')) return step('confirm-end', facts.takesEffectAt);
    return done('cancelled');
  },
});
