import { CalendarDay, daysAfter } from '@portico/kit';
import { PERIODS, type Period } from './periods.ts';

/** Days of a statement, both included; `custom` when they were chosen one by one. */
export interface ChosenSpan {
  readonly period: Period | 'custom';
  readonly from: string;
  readonly to: string;
}

/** The days that a name means on a day: a span that goes on ends today. */
export function spanOf(period: Period, today: string): ChosenSpan {
  const [year, month] = today.split('-').map(Number) as [number, number];
  const quarter = month - ((month - 1) % 3);
  const span = (from: string, to = today): ChosenSpan => ({ period, from, to });
  const before = (first: string, from: string) => span(from, daysAfter(first, -1));
  switch (period) {
    case 'last-90-days':
      return span(daysAfter(today, -90));
    case 'this-month':
      return span(firstOf(year, month));
    case 'last-month':
      return before(firstOf(year, month), firstOf(year, month - 1));
    case 'this-quarter':
      return span(firstOf(year, quarter));
    case 'last-quarter':
      return before(firstOf(year, quarter), firstOf(year, quarter - 3));
    case 'this-year':
      return span(firstOf(year, 1));
  }
}

// A month below January is one of the year before.
const firstOf = (year: number, month: number): string =>
  month < 1 ? firstOf(year - 1, month + 12) : `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`;

/**
 * The span that an address asks for: the days in `from` and `to` before the name in `period`. What is none counts as not
 * given; days in the wrong order are the last one alone.
 */
export function chosenSpan(address: URLSearchParams, today: string): ChosenSpan {
  const dayIn = (name: string): string | undefined => CalendarDay.safeParse(address.get(name)).data;
  const [from, to] = [dayIn('from'), dayIn('to')];
  if (!from && !to) return spanOf(PERIODS.find((name) => name === address.get('period')) ?? 'last-90-days', today);
  const last = to ?? today;
  const first = from ?? daysAfter(last, -90);
  return { period: 'custom', from: first > last ? last : first, to: last };
}
