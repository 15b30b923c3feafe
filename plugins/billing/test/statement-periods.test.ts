import { expect, test } from 'vitest';
import { PERIODS } from '../ledger/periods.ts';
import { chosenSpan, spanOf } from '../ledger/statement-periods.ts';

test.each([
  ['last-90-days', '2026-11-23', '2026-08-25', '2026-11-23'],
  ['this-month', '2026-11-23', '2026-11-01', '2026-11-23'],
  ['last-month', '2026-03-31', '2026-02-01', '2026-02-28'],
  ['last-month', '2028-03-01', '2028-02-01', '2028-02-29'],
  ['last-month', '2026-01-05', '2025-12-01', '2025-12-31'],
  ['this-quarter', '2026-05-02', '2026-04-01', '2026-05-02'],
  ['last-quarter', '2026-05-02', '2026-01-01', '2026-03-31'],
  ['last-quarter', '2026-02-02', '2025-10-01', '2025-12-31'],
  ['this-year', '2026-02-02', '2026-01-01', '2026-02-02'],
] as const)('%s on %s is %s to %s', (period, today, from, to) => {
  expect(spanOf(period, today)).toEqual({ period, from, to });
});

const asked = (text: string) => chosenSpan(new URLSearchParams(text), '2026-11-23');

test('an address names a span, or days, which come first; what is neither counts as not given', () => {
  expect(asked('period=last-month').from).toBe('2026-10-01');
  expect(asked('period=last-month&from=2026-01-01&to=2026-01-31')).toEqual({ period: 'custom', from: '2026-01-01', to: '2026-01-31' });
  expect(asked('period=nonsense').period).toBe(PERIODS[0]);
  expect(asked('from=2026-13-01').period).toBe(PERIODS[0]);
  expect(asked('from=2026-11-01')).toEqual({ period: 'custom', from: '2026-11-01', to: '2026-11-23' });
  expect(asked('from=2026-12-01&to=2026-11-01')).toEqual({ period: 'custom', from: '2026-11-01', to: '2026-11-01' });
});
