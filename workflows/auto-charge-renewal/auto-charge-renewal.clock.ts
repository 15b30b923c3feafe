import { defineClock } from '@portico/kit';

/** One workflow for each business, asleep until its earliest renewal is due (R-0.19, R-0.23; requirements 3.9). */
export const autoChargeRenewal = defineClock('billing.auto-charge-renewal');
