import { defineCase, done, hoursAfter, hoursBetween, step, type Instant, type Taken } from '@portico/kit';

/** How a return ends when it is decided. */
export type ReturnOutcome = 'approved' | 'denied';

/** A decision that stands, and since when. */
export interface StandingDecision {
  readonly outcome: ReturnOutcome;
  readonly at: Instant;
}

/** What the database knows of a return that is waiting. Its terms were pinned when it was asked for. */
export interface ReturnFacts {
  readonly requestedAt: Instant;
  readonly decideBy: Instant;
  readonly atDeadline: ReturnOutcome;
  readonly decision: StandingDecision | null;
  readonly withdrawn: boolean;
}

/** The steps of a return that nobody touches, in their order (stories, S3). */
export type ReturnStep =
  | 'confirm-to-customer'
  | 'ask-plugins'
  | 'tell-staff'
  | 'remind-staff'
  | 'warn-owner'
  | 'apply-deadline-rule'
  | 'book-outcome'
  | 'tell-customer';

const WARNING_HOURS = 4;
const later = (one: Instant, other: Instant): Instant => (one > other ? one : other);

/** Half of the time that staff have. */
const remindAt = ({ requestedAt, decideBy }: ReturnFacts): Instant => hoursAfter(requestedAt, hoursBetween(requestedAt, decideBy) / 2);

/** Four hours before the time is over; where there is so little time, never before staff were reminded. */
const warnAt = (facts: ReturnFacts): Instant => later(remindAt(facts), hoursAfter(facts.decideBy, -WARNING_HOURS));

const afterDecision = ({ outcome, at }: StandingDecision, taken: Taken<ReturnStep>) => {
  if (outcome === 'approved' && !taken.has('book-outcome')) return step<ReturnStep>('book-outcome', at);
  if (!taken.has('tell-customer')) return step<ReturnStep>('tell-customer', at);
  return done(outcome);
};

/** Plugins first, then people, then the clock: a return is decided in time, whoever sleeps. */
export const returnApproval = defineCase<ReturnFacts, ReturnStep>({
  kind: 'returns.approval',
  version: 1,
  next(facts, taken) {
    if (facts.withdrawn) return done('withdrawn');
    if (facts.decision) return afterDecision(facts.decision, taken);
    if (!taken.has('confirm-to-customer')) return step('confirm-to-customer', facts.requestedAt);
    if (!taken.has('ask-plugins')) return step('ask-plugins', facts.requestedAt);
    if (!taken.has('tell-staff')) return step('tell-staff', facts.requestedAt);
    if (!taken.has('remind-staff')) return step('remind-staff', remindAt(facts), 'returns.step.nobody-decided');
    if (!taken.has('warn-owner')) return step('warn-owner', warnAt(facts), 'returns.step.nobody-decided');
    return step('apply-deadline-rule', facts.decideBy, 'returns.step.deadline');
  },
  assume: {
    'apply-deadline-rule': (facts, at) => ({ ...facts, decision: { outcome: facts.atDeadline, at } }),
  },
});
