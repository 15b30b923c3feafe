import type { Ctx } from '@portico/kit/server';
import type { GatewayMethod } from '@portico/plugin-billing/api';
import type { StripeInstallation, StripeSettings } from '../plugin.ts';

/** By this name each charge has a card of its own (https://docs.stripe.com/testing): one that is charged without a customer is used up. */
const TEST_CARD: GatewayMethod = { gatewayMethod: 'pm_card_visa', brand: 'Visa', lastFour: '4242' };

/** Stripe's own test card, where a stand-in answers in its place; none at Stripe itself, and none while nothing is connected. */
export function demoCard(ctx: Ctx): GatewayMethod | undefined {
  const { apiUrl } = ctx.installation<StripeInstallation>();
  const isStandIn = new URL(apiUrl).hostname !== 'api.stripe.com';
  return isStandIn && ctx.settings<StripeSettings>().secretKey !== '' ? TEST_CARD : undefined;
}
