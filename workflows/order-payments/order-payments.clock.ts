import { defineClock } from '@portico/kit';

/** One workflow for each business: what staff recorded on lead orders is booked in billing's ledger, old rows and new ones. */
export const orderPayments = defineClock('leads.order-payments');
