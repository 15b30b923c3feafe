import { chargeStep, isChargeable, minorDigits, noonOf, parseMoney, payoutStep, splitMoney } from '@portico/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPastDue, pastDueFrom } from '../invoice/invoice.model.ts';
import { periodAt, renewalAt, type Rhythm } from '../subscription/billing-calendar.ts';

const rhythm = (anchor_on: string, interval_unit: Rhythm['interval_unit'], zone = 'America/New_York', interval_count = 1): Rhythm => ({
  anchor_on,
  interval_unit,
  interval_count,
  zone,
});
const starts = (of: Rhythm, count: number) => Array.from({ length: count }, (_, n) => periodAt(of, n).startsOn);

describe('the days on which a subscription renews', () => {
  it.each([
    ['31 in 2027', rhythm('2027-01-31', 'month'), ['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30', '2027-05-31', '2027-06-30', '2027-07-31']],
    ['30 in 2028', rhythm('2028-01-30', 'month'), ['2028-01-30', '2028-02-29', '2028-03-30']],
    ['29 February, yearly', rhythm('2028-02-29', 'year'), ['2028-02-29', '2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29']],
    ['every 3 months from the 31st', rhythm('2026-11-30', 'month', 'UTC', 3), ['2026-11-30', '2027-02-28', '2027-05-30']],
  ])('are counted from the anchor, never from the last one: %s (requirements 3.10)', (_name, of, days) => {
    expect(starts(of, days.length)).toEqual(days);
  });

  it('leave no hole and no overlap, whatever the anchor and the interval are', () => {
    const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2090-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
    const unit = fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'year' as const);
    fc.assert(
      fc.property(day, unit, fc.integer({ min: 1, max: 24 }), fc.integer({ min: 0, max: 60 }), (anchor, every, count, n) => {
        const of = rhythm(anchor, every, 'UTC', count);
        expect(periodAt(of, n).endsOn).toBe(periodAt(of, n + 1).startsOn);
        expect(periodAt(of, n).endsOn > periodAt(of, n).startsOn).toBe(true);
      }),
    );
  });

  it.each([
    ['2026-10-25', 'America/New_York', '2026-10-25T16:00:00.000Z'],
    ['2026-11-01', 'America/New_York', '2026-11-01T17:00:00.000Z'],
    ['2026-11-30', 'Pacific/Pago_Pago', '2026-11-30T23:00:00.000Z'],
    ['2026-12-01', 'Asia/Tokyo', '2026-12-01T03:00:00.000Z'],
  ])('are billed at noon of the subscription’s own zone: %s in %s (requirements 3.9)', (day, zone, instant) => {
    expect(noonOf(day, zone)).toBe(instant);
    expect(renewalAt(rhythm(day, 'month', zone), 0)).toEqual({ renews_on: day, renews_at: instant });
  });
});

describe('an amount of money', () => {
  it.each([
    ['JPY', '500', 500n],
    ['USD', '10.00', 1_000n],
    ['KWD', '5.120', 5_120n],
    ['ISK', '5', 500n],
  ])('is counted in the currency’s own minor units: %s %s (requirements 3.11)', (currency, text, amount) => {
    expect(parseMoney(text, currency)).toEqual({ amount, currency });
    expect(isChargeable({ amount, currency })).toBe(true);
  });

  it.each([
    ['USD', '19.99', 1_999n],
    ['USD', '-1,15', -115n],
    ['KWD', '4.35', 4_350n],
    ['KWD', '9999999999999.999', 9_999_999_999_999_999n],
  ])('is read digit by digit, where a floating-point number is short of a unit or has none for it: %s %s', (currency, text, amount) => {
    expect(parseMoney(text, currency)).toEqual({ amount, currency });
  });

  it.each([
    ['KWD', 5_124n],
    ['ISK', 501n],
    ['UGX', 150n],
  ])('cannot be charged when it is no multiple of the step: %s (requirements 3.11)', (currency, amount) => {
    expect(isChargeable({ amount, currency })).toBe(false);
  });

  it('is split into parts that add up, the remainder in the first (requirements 3.11)', () => {
    expect(splitMoney({ amount: 1_000n, currency: 'USD' }, 3).map(({ amount }) => amount)).toEqual([334n, 333n, 333n]);
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom('USD', 'JPY', 'KWD', 'ISK'),
        (whole, parts, currency) => {
          const amount = whole * chargeStep(currency);
          const split = splitMoney({ amount, currency }, parts);
          expect(split.reduce((sum, part) => sum + part.amount, 0n)).toBe(amount);
          expect(split.every(isChargeable)).toBe(true);
        },
      ),
    );
  });

  it('knows what is paid out whole', () => {
    expect([payoutStep('HUF'), payoutStep('TWD'), payoutStep('USD'), minorDigits('HUF')]).toEqual([100n, 100n, 1n, 2]);
  });
});

describe('an invoice that is due on 30 November in New York', () => {
  const invoice = { state: 'issued', sent_at: '2026-11-16T12:00:00.000Z', due_at: pastDueFrom('2026-11-30', 'America/New_York'), open_minor: 100 } as const;
  it('is not past due at 03:00 UTC of 1 December, and is at 05:00 (requirements 3.5; R-2.6, R-2.7)', () => {
    expect(isPastDue(invoice, '2026-12-01T03:00:00.000Z')).toBe(false);
    expect(isPastDue(invoice, '2026-12-01T05:00:00.000Z')).toBe(true);
    expect(isPastDue({ ...invoice, sent_at: null }, '2026-12-02T05:00:00.000Z')).toBe(false);
    expect(isPastDue({ ...invoice, open_minor: 0 }, '2026-12-02T05:00:00.000Z')).toBe(false);
  });
});
