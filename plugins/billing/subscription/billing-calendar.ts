import { intervalStart, noonOf, type Instant, type IntervalUnit } from '@portico/kit';

/** What decides when a subscription renews. */
export interface Rhythm {
  /** The day that all others are counted from. */
  readonly anchor_on: string;
  readonly interval_unit: IntervalUnit;
  readonly interval_count: number;
  readonly zone: string;
}

/** A period as days: from `startsOn` to the day before `endsOn`. */
export interface PeriodDays {
  readonly startsOn: string;
  readonly endsOn: string;
}

/** The n-th period of a rhythm, the first being 0: it ends where the next begins, so that no day is billed twice or never (requirements 3.9, 3.10). */
export const periodAt = (rhythm: Rhythm, n: number): PeriodDays => ({ startsOn: startAt(rhythm, n), endsOn: startAt(rhythm, n + 1) });

const startAt = ({ anchor_on, interval_unit, interval_count }: Rhythm, n: number): string => intervalStart(anchor_on, interval_unit, interval_count, n);

/** The day and the instant (noon there) at which a rhythm's n-th period is billed. */
export function renewalAt(rhythm: Rhythm, n: number): { readonly renews_on: string; readonly renews_at: Instant } {
  const renews_on = startAt(rhythm, n);
  return { renews_on, renews_at: noonOf(renews_on, rhythm.zone) };
}
