import { hoursAfter, type Instant } from '@portico/kit';

/** When a lead can no longer be returned: elapsed hours after delivery, not calendar days (requirements 3.7). */
export const windowClosesAt = (deliveredAt: Instant, windowHours: number): Instant => hoursAfter(deliveredAt, windowHours);

/** How many leads of a cycle may come back: percent of those delivered, rounded down. 10 % of 95 is 9 (requirements 3.7). */
export const returnCap = (delivered: number, capPercent: number): number => Math.floor((delivered * capPercent) / 100);
