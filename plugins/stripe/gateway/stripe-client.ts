import { defineError } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import Stripe from 'stripe';
import type { StripeInstallation, StripeSettings } from '../plugin.ts';
import { openHttpClient } from './http-client.ts';

/** The business has not connected its Stripe account yet. */
export class StripeNotConnected extends defineError('stripe.not-connected', 503) {}

/** Stripe gave no clear answer; what was asked for may have been done or not. */
export class StripeUnreachable extends defineError('stripe.unreachable', 503) {}

// One call fits into a step's time, and a retry of ours finds out first what became of it: the library never repeats by itself.
const TIMEOUT_MS = 20_000;
const httpClient = openHttpClient(TIMEOUT_MS);
const clients = new Map<string, Stripe>();

/** Stripe as this business reaches it: by the key that it has set, unless another one is given. Throws StripeNotConnected. The same key gives the same client. */
export function stripeOf(ctx: Ctx, secretKey = ctx.settings<StripeSettings>().secretKey): Stripe {
  if (secretKey === '') throw new StripeNotConnected();
  const { apiUrl } = ctx.installation<StripeInstallation>();
  const key = `${apiUrl} ${secretKey}`;
  const known = clients.get(key);
  if (known) return known;
  // businesses are many and keys change: the bound only keeps the map from growing for ever
  if (clients.size > 1_000) clients.clear();
  const client = new Stripe(secretKey, optionsFor(new URL(apiUrl)));
  clients.set(key, client);
  return client;
}

function optionsFor({ hostname, port, protocol }: URL): Stripe.StripeConfig {
  const isPlain = protocol === 'http:';
  return {
    host: hostname,
    port: port || (isPlain ? '80' : '443'),
    protocol: isPlain ? 'http' : 'https',
    maxNetworkRetries: 0,
    timeout: TIMEOUT_MS,
    telemetry: false,
    httpClient,
  };
}
