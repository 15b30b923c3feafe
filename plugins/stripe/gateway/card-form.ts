import type { Ctx } from '@portico/kit/server';
import type { CardForm } from '@portico/plugin-billing/api';
import type { StripeInstallation, StripeSettings } from '../plugin.ts';
import { StripeNotConnected } from './stripe-client.ts';

/** What a page needs for Stripe's own card fields: a script, and the frames that it opens. Throws StripeNotConnected. */
export function cardForm(ctx: Ctx): CardForm {
  const { publishableKey, secretKey } = ctx.settings<StripeSettings>();
  if (publishableKey === '' || secretKey === '') throw new StripeNotConnected();
  const { apiUrl, jsUrl } = ctx.installation<StripeInstallation>();
  const [script, api] = [new URL(jsUrl).origin, new URL(apiUrl).origin];
  // Stripe asks for hooks.stripe.com in frames, for the banks' own questions
  const frames = script === 'https://js.stripe.com' ? ['https://hooks.stripe.com'] : [];
  return { scriptUrl: jsUrl, publishableKey, sources: { script: [script], frame: [...new Set([script, ...frames])], connect: [...new Set([api, script])] } };
}
