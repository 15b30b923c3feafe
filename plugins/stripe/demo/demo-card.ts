import type { Ctx } from '@portico/kit/server';
import type { GatewayMethod } from '@portico/plugin-billing/api';
import { stripeOf } from '../gateway/stripe-client.ts';
import type { StripeInstallation, StripeSettings } from '../plugin.ts';

/** By this name each charge has a card of its own (https://docs.stripe.com/testing): one that is charged without a customer is used up. */
const TEST_CARD: GatewayMethod = { gatewayMethod: 'pm_card_visa', brand: 'Visa', lastFour: '4242' };

/** Another of Stripe's names: it is kept, and each charge of it is declined. */
const DECLINES_LATER = 'pm_card_chargeCustomerFail';

// A stand-in answers in Stripe's place, and something is connected to it.
function isStandIn(ctx: Ctx): boolean {
  const { apiUrl } = ctx.installation<StripeInstallation>();
  return new URL(apiUrl).hostname !== 'api.stripe.com' && ctx.settings<StripeSettings>().secretKey !== '';
}

/** Stripe's own test card, where a stand-in answers in its place; none at Stripe itself, and none while nothing is connected. */
export const demoCard = (ctx: Ctx): GatewayMethod | undefined => (isStandIn(ctx) ? TEST_CARD : undefined);

/** Confirms a set-up with one of Stripe's test cards, under the same condition; answers the set-up. */
export async function demoSetUp(ctx: Ctx, clientSecret: string, declines: boolean): Promise<string | undefined> {
  if (!isStandIn(ctx)) return undefined;
  const [setup = ''] = clientSecret.split('_secret');
  const { id } = await stripeOf(ctx).setupIntents.confirm(setup, { payment_method: declines ? DECLINES_LATER : TEST_CARD.gatewayMethod });
  return id;
}
