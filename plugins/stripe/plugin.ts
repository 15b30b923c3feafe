import { definePlugin } from '@portico/kit';
import { z } from 'zod';

/** A business's own account at Stripe. */
export const StripeSettings = z.object({
  publishableKey: z
    .string()
    .trim()
    .max(200)
    .regex(/^(pk_(test|live)_\w+)?$/, 'stripe.problem.publishable-key')
    .default('')
    .meta({ title: 'stripe.setting.publishable-key', description: 'stripe.setting.publishable-key-hint' }),
  secretKey: z
    .string()
    .trim()
    .max(300)
    .regex(/^((sk|rk)_(test|live)_\w+)?$/, 'stripe.problem.secret-key')
    .default('')
    .meta({ title: 'stripe.setting.secret-key', description: 'stripe.setting.secret-key-hint', secret: true }),
  webhookSecret: z
    .string()
    .trim()
    .max(300)
    .regex(/^(whsec_\w+)?$/, 'stripe.problem.webhook-secret')
    .default('')
    .meta({ title: 'stripe.setting.webhook-secret', description: 'stripe.setting.webhook-secret-hint', secret: true }),
});
export type StripeSettings = z.output<typeof StripeSettings>;

/** Where Stripe is. Operators leave it as it is; installations that have no internet name a stand-in. */
export const StripeInstallation = z.object({
  apiUrl: z.url({ protocol: /^https?$/ }).default('https://api.stripe.com'),
  jsUrl: z.url({ protocol: /^https?$/ }).default('https://js.stripe.com/v3/'),
  /** Calls that one account may make in a second, together and at one endpoint, by all processes (https://docs.stripe.com/rate-limits); 0: as fast as they come. */
  callsPerSecond: z.coerce.number().min(0).max(10_000).default(100),
  callsPerEndpoint: z.coerce.number().min(0).max(10_000).default(25),
});
export type StripeInstallation = z.output<typeof StripeInstallation>;

/** Card payments through the business's own account at Stripe. */
export default definePlugin({
  id: 'stripe',
  version: '1.0.0',
  contract: '^1.0',
  title: 'stripe.title',
  about: 'stripe.about',
  onByDefault: true,
  requires: { accounts: '^1.0', billing: '^1.0' },
  settings: StripeSettings,
  installation: StripeInstallation,
});
