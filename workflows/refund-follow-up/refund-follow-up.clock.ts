import { defineClock } from '@portico/kit';

/** One workflow for each business, asleep until a refund that waits for the bank is to be asked for again (requirements 3.6). */
export const refundFollowUp = defineClock('billing.refund-follow-up');
