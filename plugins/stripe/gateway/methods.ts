import { InvalidInput } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import type { GatewayMethod, Payer } from '@portico/plugin-billing/api';
import Stripe from 'stripe';
import { customerOf } from './customers.ts';
import { placeFor } from './call-lanes.ts';
import { stripeOf } from './stripe-client.ts';

/** Begins to keep a card without charging it: the card form confirms the secret, and the bank may ask its owner. */
export async function beginToKeep(ctx: Ctx, payer: Payer): Promise<{ clientSecret: string }> {
  const stripe = stripeOf(ctx);
  const customer = await customerOf(ctx, stripe, payer);
  await placeFor(ctx, 'POST /v1/setup_intents');
  const intent = await stripe.setupIntents.create({
    customer,
    usage: 'off_session',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { billGroup: payer.billGroupId },
  });
  return { clientSecret: intent.client_secret ?? '' };
}

/** The card that a method (`pm_…`) or a confirmed set-up (`seti_…`) stands for. Throws InvalidInput at `card` when there is none. */
export async function readMethod(ctx: Ctx, reference: string): Promise<GatewayMethod> {
  const stripe = stripeOf(ctx);
  try {
    await placeFor(ctx, reference.startsWith('seti_') ? 'GET /v1/setup_intents/:intent' : 'GET /v1/payment_methods/:method');
    const method = reference.startsWith('seti_') ? await methodOfSetup(stripe, reference) : await stripe.paymentMethods.retrieve(reference);
    if (!method?.card) throw noSuchCard();
    const { brand, last4, exp_month: expiresMonth, exp_year: expiresYear } = method.card;
    return { gatewayMethod: method.id, brand: brandName(brand), lastFour: last4, expiresMonth, expiresYear };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError) throw noSuchCard();
    throw error;
  }
}

async function methodOfSetup(stripe: Stripe, reference: string): Promise<Stripe.PaymentMethod | undefined> {
  const intent = await stripe.setupIntents.retrieve(reference, { expand: ['payment_method'] });
  if (intent.status !== 'succeeded' || intent.payment_method === null || typeof intent.payment_method === 'string') return undefined;
  return intent.payment_method;
}

const noSuchCard = (): InvalidInput => new InvalidInput({ card: { key: 'stripe.problem.card' } });

const BRANDS: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
};
const brandName = (brand: string): string => BRANDS[brand] ?? brand;

/** Forgets a card. One that is forgotten already, or that Stripe does not know, is forgotten. */
export async function forgetMethod(ctx: Ctx, gatewayMethod: string): Promise<void> {
  try {
    await placeFor(ctx, 'POST /v1/payment_methods/:method/detach');
    await stripeOf(ctx).paymentMethods.detach(gatewayMethod);
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
  }
}
