/** The official SDK's types of what goes over the wire. */
// check-allow no-plugin-id: the name of the SDK's package
export type { default as Stripe } from 'stripe';
