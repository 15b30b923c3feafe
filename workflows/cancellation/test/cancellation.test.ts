import { forecast, hoursAfter, instantOf, takenOf } from '@portico/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cancellation, type CancellationStep } from '../cancellation.case.ts';

const requestedAt = '2026-11-20T09:00:00.000Z';

describe('A cancellation that nobody undoes (S5)', () => {
  it('is confirmed, takes effect when its time is over, and the end is confirmed', () => {
    const takesEffectAt = '2026-11-20T09:10:00.000Z';
    expect(forecast(cancellation, { requestedAt, takesEffectAt, undone: false })).toEqual([
      { step: 'confirm-request', at: requestedAt },
      { step: 'apply-effects', at: takesEffectAt, because: 'billing.cancellation.until-then' },
      { step: 'confirm-end', at: takesEffectAt },
    ]);
  });

  it('undone, it is over at any step', () => {
    const facts = { requestedAt, takesEffectAt: requestedAt, undone: true };
    for (const steps of [[], ['confirm-request']] as const)
      expect(cancellation.next(facts, takenOf<CancellationStep>(steps.map((step) => ({ step, at: requestedAt }))))).toEqual({ done: 'undone' });
  });

  it('ends, and its instants never fall, whatever the window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 }), fc.integer({ min: 0, max: 10_000 }), fc.boolean(), (ms, hours, undone) => {
        const asked = instantOf(ms);
        const planned = forecast(cancellation, { requestedAt: asked, takesEffectAt: hoursAfter(asked, hours), undone });
        const instants = planned.map(({ at }) => at);
        expect(instants).toEqual(instants.toSorted());
        expect(planned.length).toBe(undone ? 0 : 3);
      }),
    );
  });
});
