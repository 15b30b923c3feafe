import type { ChargeOutcome } from '@portico/plugin-billing/api';
import Stripe from 'stripe';
import { StripeNotConnected, StripeUnreachable } from './stripe-client.ts';

/** Codes of declines after which no further try with the same card is of any use (requirements 3.4; Stripe's list of decline codes). */
const HARD: ReadonlySet<string> = new Set([
  'expired_card',
  'incorrect_number',
  'invalid_number',
  'invalid_account',
  'lost_card',
  'stolen_card',
  'pickup_card',
  'restricted_card',
  'fraudulent',
  'merchant_blacklist',
  'new_account_information_available',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'stop_payment_order',
  'card_not_supported',
  'currency_not_supported',
]);

/** How an intent stands, in billing's words. Undefined: it was never confirmed. */
export function outcomeOf(intent: Stripe.PaymentIntent): ChargeOutcome | undefined {
  const gatewayRef = intent.id;
  switch (intent.status) {
    case 'succeeded':
      return { kind: 'paid', gatewayRef };
    case 'processing':
      return { kind: 'processing', gatewayRef };
    case 'requires_action':
      return { kind: 'needs-customer', gatewayRef, clientSecret: intent.client_secret ?? '' };
    case 'canceled':
      return { kind: 'called-off' };
    case 'requires_payment_method':
      return intent.last_payment_error ? declined(intent.last_payment_error, gatewayRef) : undefined;
    default:
      return undefined;
  }
}

function declined(error: { code?: string; decline_code?: string }, gatewayRef: string): ChargeOutcome {
  const code = error.decline_code ?? error.code ?? 'declined';
  const asksCustomer = error.code === 'authentication_required' || code === 'authentication_required';
  return { kind: 'declined', why: asksCustomer ? 'needs-customer' : HARD.has(code) ? 'hard' : 'soft', code, gatewayRef };
}

/** What an error of a call says about the try: a card that was declined is an outcome; undefined for everything else. */
export function outcomeOfError(error: unknown): ChargeOutcome | undefined {
  if (!(error instanceof Stripe.errors.StripeCardError)) return undefined;
  const intent = error.payment_intent;
  if (intent) return outcomeOf(intent as Stripe.PaymentIntent) ?? declined({ code: error.code, decline_code: error.decline_code } as never, intent.id);
  return declined({ code: error.code, decline_code: error.decline_code } as never, '');
}

/** Nobody knows what became of the call: no answer, or one that only says "later". It may be made again with the same key. */
export function isUncertain(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeConnectionError || error instanceof Stripe.errors.StripeAPIError) return true;
  if (error instanceof Stripe.errors.StripeRateLimitError) return true;
  // the same key is in flight at this very moment
  return error instanceof Stripe.errors.StripeError && error.statusCode === 409;
}

/** The key is wrong, was withdrawn, or may not do this: nothing was done, and nothing will be until the business mends it. */
export const isRefusedKey = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeAuthenticationError || error instanceof Stripe.errors.StripePermissionError;

/**
 * Makes calls whose outcome nobody records, and says in words what kept them from an answer. Throws StripeUnreachable when
 * there was none, StripeNotConnected when Stripe refuses the key; every other error as it is.
 */
export async function answered<T>(calls: () => Promise<T>): Promise<T> {
  try {
    return await calls();
  } catch (error) {
    if (isRefusedKey(error)) throw new StripeNotConnected();
    if (isUncertain(error)) throw new StripeUnreachable();
    throw error;
  }
}

/**
 * What Stripe refuses for this one order, a card that may not be used again or an amount that it does not take, is that
 * order's own outcome. A key that was used with other parameters is a fault of ours: it is looked into, and nothing more is
 * tried. What concerns every order, keys that are wrong or withdrawn, is thrown on.
 */
export function refusalOf(error: unknown): ChargeOutcome {
  if (error instanceof Stripe.errors.StripeIdempotencyError) return { kind: 'unknown', because: error.message };
  if (error instanceof Stripe.errors.StripeInvalidRequestError) return { kind: 'declined', why: 'hard', code: error.code ?? 'invalid_request' };
  throw error;
}
