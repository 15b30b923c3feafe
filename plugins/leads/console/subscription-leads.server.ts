/** The same as the customer sees. */
export { load } from '../portal/subscription-leads.server.ts';
