import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecast, hoursAfter, instantOf, takenOf, type Instant } from '@portico/kit';
import { returnApproval, type ReturnFacts, type ReturnStep } from '../return-approval.case.ts';

interface Took {
  readonly step: ReturnStep;
  readonly at: Instant;
}

const requestedAt = '2026-11-20T09:00:00.000Z';
const untouched: ReturnFacts = {
  requestedAt,
  decideBy: hoursAfter(requestedAt, 48),
  atDeadline: 'approved',
  decision: null,
  withdrawn: false,
};

const anyFacts = fc
  .record({
    askedMs: fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 }),
    decisionHours: fc.integer({ min: 1, max: 24 * 90 }),
    atDeadline: fc.constantFrom('approved' as const, 'denied' as const),
    decided: fc.option(fc.record({ outcome: fc.constantFrom('approved' as const, 'denied' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) })),
    withdrawn: fc.boolean(),
  })
  .map(({ askedMs, decisionHours, atDeadline, decided, withdrawn }): ReturnFacts => {
    const asked = instantOf(askedMs);
    const decision = decided && { outcome: decided.outcome, at: hoursAfter(asked, Math.floor(decided.share * decisionHours)) };
    return { requestedAt: asked, decideBy: hoursAfter(asked, decisionHours), atDeadline, decision, withdrawn: withdrawn && !decision };
  });

const planned = (facts: ReturnFacts, taken: readonly Took[] = [], most?: number) => forecast(returnApproval, facts, taken, most);

/** Does what a worker does with nobody else about: look at the facts, take the step, write what the step writes. */
function drive(facts: ReturnFacts, most: number): Took[] {
  const took: Took[] = [];
  for (let turn = 0; turn < most; turn += 1) {
    const next = returnApproval.next(facts, takenOf(took));
    if ('done' in next) return took;
    took.push({ step: next.step, at: next.at });
    if (next.step === 'apply-deadline-rule') facts = { ...facts, decision: { outcome: facts.atDeadline, at: next.at } };
  }
  throw new Error('the case does not end');
}

describe('A return that nobody touches (S3, R-1.33)', () => {
  it('is confirmed, asked about, told, reminded at half time, warned 4 h before, decided by the rule, booked and told', () => {
    expect(planned(untouched)).toEqual([
      { step: 'confirm-to-customer', at: requestedAt },
      { step: 'ask-plugins', at: requestedAt },
      { step: 'tell-staff', at: requestedAt },
      { step: 'remind-staff', at: '2026-11-21T09:00:00.000Z', because: 'returns.step.nobody-decided' },
      { step: 'warn-owner', at: '2026-11-22T05:00:00.000Z', because: 'returns.step.nobody-decided' },
      { step: 'apply-deadline-rule', at: '2026-11-22T09:00:00.000Z', because: 'returns.step.deadline' },
      { step: 'book-outcome', at: '2026-11-22T09:00:00.000Z' },
      { step: 'tell-customer', at: '2026-11-22T09:00:00.000Z' },
    ]);
  });

  it('gives no room back when the business denies at the deadline', () => {
    const keys = planned({ ...untouched, atDeadline: 'denied' }).map(({ step }) => step);
    expect(keys.slice(-2)).toEqual(['apply-deadline-rule', 'tell-customer']);
  });

  it('warns the owner after the reminder, not before, when staff have 6 hours or less', () => {
    const steps = planned({ ...untouched, decideBy: hoursAfter(requestedAt, 6) });
    const at = (key: ReturnStep) => steps.find(({ step }) => step === key)?.at;
    expect(at('remind-staff')).toBe('2026-11-20T12:00:00.000Z');
    expect(at('warn-owner')).toBe('2026-11-20T12:00:00.000Z');
  });
});

describe('A return that somebody settles (R-1.33)', () => {
  it('that staff approve gives room back, tells the customer, and is over', () => {
    const decision = { outcome: 'approved' as const, at: hoursAfter(requestedAt, 3) };
    const steps = planned({ ...untouched, decision }, [{ step: 'confirm-to-customer', at: requestedAt }]);
    expect(steps).toEqual([
      { step: 'book-outcome', at: decision.at },
      { step: 'tell-customer', at: decision.at },
    ]);
    expect(returnApproval.next({ ...untouched, decision }, takenOf(steps))).toEqual({ done: 'approved' });
  });

  it('that staff deny only tells the customer', () => {
    const decision = { outcome: 'denied' as const, at: hoursAfter(requestedAt, 3) };
    expect(planned({ ...untouched, decision })).toEqual([{ step: 'tell-customer', at: decision.at }]);
  });

  it('that the customer withdraws is over at once', () => {
    expect(returnApproval.next({ ...untouched, withdrawn: true }, takenOf([]))).toEqual({ done: 'withdrawn' });
  });
});

describe('Whatever the facts are', () => {
  it('the instants of the steps never fall', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const instants = planned(facts, [], 50).map(({ at }) => at);
        expect(instants).toEqual([...instants].sort());
      }),
    );
  });

  it('the chain ends within 50 steps, and the timeline shows all of it', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(planned(facts)).toHaveLength(drive(facts, 50).length);
      }),
    );
  });

  it('the forecast from each state is what a worker then does', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const whole = drive(facts, 50);
        for (const [position] of whole.entries()) {
          const taken = whole.slice(0, position);
          const rule = taken.find(({ step }) => step === 'apply-deadline-rule');
          const then = rule ? { ...facts, decision: { outcome: facts.atDeadline, at: rule.at } } : facts;
          const steps = planned(then, taken).map(({ step, at }) => ({ step, at }));
          expect(steps).toEqual(whole.slice(position));
        }
      }),
    );
  });
});
