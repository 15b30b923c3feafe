import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Instant } from './ids.ts';

const HOUR_MS = 3_600_000;
const milliseconds = (instant: Instant): number => Temporal.Instant.from(instant).epochMilliseconds;

/** The instant as this code writes it: UTC with milliseconds. Throws RangeError on anything that is no instant. */
export const instantOf = (epochMilliseconds: number): Instant =>
  Temporal.Instant.fromEpochMilliseconds(epochMilliseconds).toString({ fractionalSecondDigits: 3 });

/** Elapsed hours later (negative: earlier), to the millisecond: 120 hours are 120 hours, whatever the clocks do (requirements 3.7). */
export const hoursAfter = (instant: Instant, hours: number): Instant => instantOf(Math.round(milliseconds(instant) + hours * HOUR_MS));

/** Elapsed hours from one instant to another. */
export const hoursBetween = (from: Instant, to: Instant): number => (milliseconds(to) - milliseconds(from)) / HOUR_MS;

/** Milliseconds from one instant to another; negative when `to` is earlier. */
export const msBetween = (from: Instant, to: Instant): number => milliseconds(to) - milliseconds(from);

/** The calendar day of an instant in a zone, `2026-11-22`. */
export const dayOf = (instant: Instant, zone: string): string => Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString();

/** The first instant of a calendar day in a zone, also on days whose clock skips midnight. */
export const startOfDay = (day: string, zone: string): Instant => instantOf(Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone }).epochMilliseconds);

/** Noon of a calendar day in a zone: when a day's renewals are billed, far from every change of the clocks (requirements 3.9). */
export const noonOf = (day: string, zone: string): Instant =>
  instantOf(Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: '12:00' }).epochMilliseconds);

/** The unit of an interval that is billed again and again. */
export type IntervalUnit = 'day' | 'week' | 'month' | 'year';

/**
 * The day on which the n-th interval after an anchor begins (n = 0: the anchor). Counted from the anchor, never from the
 * last one, and cut to the length of the month: from 31 January, 28 February and then 31 March (requirements 3.10).
 */
export function intervalStart(anchor: string, unit: IntervalUnit, count: number, n: number): string {
  const units = { day: 'days', week: 'weeks', month: 'months', year: 'years' } as const;
  return Temporal.PlainDate.from(anchor)
    .add({ [units[unit]]: count * n }, { overflow: 'constrain' })
    .toString();
}

/** From the first of these days to before the last: business is done there, and every calendar and database on the way agrees on them. */
const [FIRST_DAY, AFTER_LAST_DAY] = ['1900-01-01', '3000-01-01'];

/** A calendar day as people and programs give it, `2026-11-22`, from 1900 to 2999. Anything else is a problem at its field. */
export const CalendarDay = z.iso.date('portico.problem.day').refine((day) => day >= FIRST_DAY && day < AFTER_LAST_DAY, 'portico.problem.day');

/** Calendar days from one day to another; below zero when it comes before. */
export const daysBetween = (from: string, to: string): number => Temporal.PlainDate.from(from).until(to).days;

/** So many calendar days later. */
export const daysAfter = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

/** Whether a text names a zone of the IANA list. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return /^[A-Za-z]+(\/[A-Za-z0-9_+-]+)*$/.test(zone);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Adds an ISO 8601 duration (`P3D`, `PT90M`) to an instant, in a zone for its calendar parts. Throws RangeError on nonsense. */
export const addDuration = (instant: Instant, duration: string, zone: string): Instant =>
  instantOf(Temporal.Instant.from(instant).toZonedDateTimeISO(zone).add(Temporal.Duration.from(duration)).epochMilliseconds);
