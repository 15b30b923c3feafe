import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Temporal } from 'temporal-polyfill';
import { returnVerdict } from '../api.ts';
import { returnCap, windowClosesAt } from '../return-window.ts';

const inNewYork = (instant: string): string => Temporal.Instant.from(instant).toZonedDateTimeISO('America/New_York').toPlainDateTime().toString();

describe('The return window (requirements 3.7)', () => {
  it('of 120 hours over the change of clocks closes at 11:00 in New York', () => {
    const deliveredAt = Temporal.ZonedDateTime.from('2026-10-30T12:00[America/New_York]').toInstant().toString();
    expect(inNewYork(windowClosesAt(deliveredAt, 120))).toBe('2026-11-04T11:00:00');
  });
});

describe('The cap (requirements 3.7)', () => {
  it('of 10 percent of 95 delivered leads is 9', () => {
    expect(returnCap(95, 10)).toBe(9);
  });
  it('is never more than the percentage, and never a whole lead less', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.integer({ min: 0, max: 100 }), (delivered, percent) => {
        const cap = returnCap(delivered, percent);
        expect(cap * 100).toBeLessThanOrEqual(delivered * percent);
        expect((cap + 1) * 100).toBeGreaterThan(delivered * percent);
      }),
    );
  });
});

describe('Votes on a return (S3)', () => {
  const vote = fc.record({
    answer: fc.constantFrom('approve' as const, 'deny' as const, 'review' as const),
    because: fc.string({ minLength: 1, maxLength: 20 }),
  });
  const strength = { deny: 2, review: 1, approve: 0 };

  it('combine to the strongest: deny before review before approve, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(vote, { minLength: 1 }), (votes) => {
        const verdict = returnVerdict.combine(votes);
        expect(strength[verdict!.answer]).toBe(Math.max(...votes.map(({ answer }) => strength[answer])));
        expect(returnVerdict.combine([...votes].reverse())).toEqual(verdict);
      }),
    );
  });
  it('that nobody casts, or that fail, leave it to staff', () => {
    expect(returnVerdict.combine([])).toBeUndefined();
    expect(returnVerdict.fallback.answer).toBe('review');
    expect(returnVerdict.whenFailed).toMatchObject({ answer: 'review' });
  });
});
