import { forecast, hoursAfter, instantOf, takenOf, type Instant } from '@portico/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collection, nextTry, retriesAfter, type CollectionFacts, type CollectionStep } from '../collection.case.ts';

interface Took {
  readonly step: CollectionStep;
  readonly at: Instant;
}

const failedAt = '2026-11-02T17:00:00.000Z';
const ZONE = 'America/New_York';
const schedule = retriesAfter(failedAt, [2, 7, 14, 21], ZONE);
const soft: CollectionFacts = {
  settled: null,
  state: 'declined',
  automatic: true,
  mayCharge: true,
  tries: 1,
  triedAt: failedAt,
  failures: 1,
  askAgainAt: failedAt,
  tryAgainAt: null,
  newCardAt: null,
  retryAt: schedule,
  giveUpAt: schedule.at(-1)!,
  lastRule: 'pause',
  now: failedAt,
};
const keysOf = (steps: readonly Took[]) => steps.map(({ step }) => step);
const planned = (facts: CollectionFacts, taken: readonly Took[] = [], most?: number) => forecast(collection, facts, taken, most);

describe('An invoice whose card was declined softly (S4, requirements 3.4)', () => {
  it('is told, tried again after 2, 7, 14 and 21 days at the same hour there, told each time, and then let go by the rule', () => {
    const steps = planned(soft);
    expect(steps.map(({ step, at }) => [step, at.slice(0, 10)])).toEqual([
      ['tell-customer', '2026-11-02'],
      ['retry-charge', '2026-11-04'],
      ['tell-customer', '2026-11-04'],
      ['retry-charge', '2026-11-09'],
      ['tell-customer', '2026-11-09'],
      ['retry-charge', '2026-11-16'],
      ['tell-customer', '2026-11-16'],
      ['retry-charge', '2026-11-23'],
      ['pause-subscription', '2026-11-23'],
      ['tell-end', '2026-11-23'],
    ]);
  });

  it('ends with the cancellation where that is the rule, which tells of itself', () => {
    expect(keysOf(planned({ ...soft, lastRule: 'cancel' })).slice(-2)).toEqual(['retry-charge', 'cancel-subscription']);
  });

  it('keeps the hour there when the clocks change', () => {
    expect(retriesAfter('2026-10-31T16:00:00.000Z', [2], ZONE)).toEqual(['2026-11-02T17:00:00.000Z']);
  });

  it('makes one try after an outage, not all that were missed', () => {
    const late = planned({ ...soft, now: hoursAfter(failedAt, 15 * 24) });
    expect(keysOf(late)).toEqual(['tell-customer', 'retry-charge', 'tell-customer', 'retry-charge', 'pause-subscription', 'tell-end']);
  });

  it('charges a new card at once, and goes on with the schedule when that fails too', () => {
    const steps = planned({ ...soft, newCardAt: hoursAfter(failedAt, 30) }, [{ step: 'tell-customer', at: failedAt }]);
    expect(steps[0]).toEqual({ step: 'charge-new-card', at: hoursAfter(failedAt, 30), because: 'billing.collection.because.new-card' });
    expect(keysOf(steps).slice(1, 3)).toEqual(['tell-customer', 'retry-charge']);
  });

  it('is not tried while auto-pay is off', () => {
    expect(keysOf(planned({ ...soft, mayCharge: false }))).toEqual(['tell-customer', 'remind-customer', 'pause-subscription', 'tell-end']);
  });
});

describe('An invoice that only the customer can help (requirements 3.4)', () => {
  it.each(['hard-declined', 'needs-customer'] as const)('%s: told, reminded, let go; never tried again with that card', (state) => {
    expect(keysOf(planned({ ...soft, state }))).toEqual(['tell-customer', 'remind-customer', 'pause-subscription', 'tell-end']);
    expect(nextTry({ ...soft, state })).toBeUndefined();
  });
});

describe('An invoice that the bank looks at', () => {
  it.each(['processing', 'unknown'] as const)('%s: the gateway is asked, and nothing else happens meanwhile', (state) => {
    const facts = { ...soft, state, failures: 0, askAgainAt: hoursAfter(failedAt, 1), newCardAt: failedAt };
    expect(planned(facts)).toEqual([{ step: 'ask-gateway', at: hoursAfter(failedAt, 1) }]);
  });

  it('that a person paid is left to them when it failed, once they were told', () => {
    const facts = { ...soft, automatic: false };
    expect(keysOf(planned(facts))).toEqual(['tell-customer']);
    expect(collection.next(facts, takenOf([{ step: 'tell-customer', at: failedAt }]))).toEqual({ done: 'left-to-customer' });
  });
});

it('settled by whatever road, it is over at any step', () => {
  for (const step of ['tell-customer', 'retry-charge', 'pause-subscription'] as const)
    expect(collection.next({ ...soft, settled: 'paid' }, takenOf([{ step, at: failedAt }]))).toEqual({ done: 'paid' });
});

const anyFacts = fc
  .record({
    ms: fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 }),
    days: fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 5 }).map((days) => days.toSorted((a, b) => a - b)),
    state: fc.constantFrom('declined' as const, 'hard-declined' as const, 'needs-customer' as const, 'processing' as const, 'unknown' as const),
    automatic: fc.boolean(),
    mayCharge: fc.boolean(),
    failures: fc.integer({ min: 0, max: 4 }),
    newCard: fc.option(fc.integer({ min: -100, max: 900 })),
    tryAgain: fc.option(fc.integer({ min: 0, max: 900 })),
    tried: fc.integer({ min: 0, max: 900 }),
    lastRule: fc.constantFrom('keep' as const, 'pause' as const, 'cancel' as const),
    late: fc.integer({ min: 0, max: 1_500 }),
  })
  .map(({ ms, days, tried, newCard, tryAgain, late, ...rest }): CollectionFacts => {
    const began = instantOf(ms);
    const triedAt = hoursAfter(began, tried);
    const retryAt = retriesAfter(began, days, ZONE);
    return {
      ...rest,
      settled: null,
      tries: 1,
      triedAt,
      askAgainAt: hoursAfter(triedAt, 1),
      tryAgainAt: tryAgain === null ? null : hoursAfter(triedAt, tryAgain),
      newCardAt: newCard === null ? null : hoursAfter(triedAt, newCard),
      retryAt,
      giveUpAt: retryAt.at(-1) ?? began,
      now: hoursAfter(triedAt, late),
    };
  });

describe('Whatever the facts are', () => {
  it('the forecast ends, and its instants never fall', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const steps = planned(facts, [], 50);
        expect(steps.length).toBeLessThan(50);
        const instants = steps.map(({ at }) => at);
        expect(instants).toEqual(instants.toSorted());
      }),
    );
  });

  it('no step comes twice at one instant: each moves the case', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const names = planned(facts, [], 50).map(({ step, at }) => `${step} ${at}`);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});
