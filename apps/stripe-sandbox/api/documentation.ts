/** Where messages point to. */
// check-allow no-plugin-id: the address of Stripe's own pages
export const documentation = 'https://stripe.com/docs';
