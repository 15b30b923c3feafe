import { defineClock } from '@portico/kit';

/** One workflow for each business, asleep until its next lead order renews by date; filled ones wake it. */
export const orderRenewal = defineClock('leads.order-renewal');
