import { accounts } from '@portico/plugin-accounts/api';
import { paymentReceived } from '../api.ts';

/**
 * A customer has paid for the first time, by whatever road: its account admin is invited to the portal. The payment
 * is the cause, so told twice it is still one invitation; a payment that failed is never told at all.
 */
export const invitePayer = paymentReceived.react(
  async (ctx, { paymentId, accountId }) => {
    await ctx.use(accounts).inviteAdmins({ accountId, cause: paymentId });
  },
  { when: ({ first }) => first },
);
