import { core, type Ctx } from '@portico/kit/server';
import { stripeOf } from '../gateway/stripe-client.ts';
import type { StripeInstallation } from '../plugin.ts';

/**
 * A demonstration business is connected to the stand-in that the installation names, each to an account of its own, and hears
 * of its events. With Stripe itself it stays unconnected: nobody's keys are invented.
 */
export async function tellDemo(ctx: Ctx): Promise<void> {
  const { apiUrl } = ctx.installation<StripeInstallation>();
  if (new URL(apiUrl).hostname === 'api.stripe.com') return;
  const account = ctx.tenant.slug.replaceAll('-', '_');
  const keys = { publishableKey: `pk_test_${account}`, secretKey: `sk_test_${account}` };
  await ctx.use(core).saveSettings('stripe', keys);
  const stripe = stripeOf(ctx, keys.secretKey);
  const { secret } = await stripe.webhookEndpoints.create({ url: `${ctx.tenant.url}/api/v1/stripe/webhooks`, enabled_events: ['*'] });
  await ctx.use(core).saveSettings('stripe', { ...keys, webhookSecret: secret ?? '' });
}
