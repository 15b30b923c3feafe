/** How records look on the wire. The types are the official SDK's: a field that Stripe does not have, or leaves never out, does not compile. */
import { documentation } from './documentation.ts';
import type { Stripe } from './wire.ts';
import { cardNamed, type TestCard } from '../cards/test-cards.ts';
import type { Account } from '../store/account.ts';
import type {
  AnyRecord,
  ChargeRecord,
  CustomerRecord,
  EndpointRecord,
  EventRecord,
  IntentError,
  IntentRecord,
  Kind,
  MethodRecord,
  RecordOf,
  RefundRecord,
  SetupRecord,
} from '../store/records.ts';

/** The version of the API whose shapes these are: that of the SDK the product uses. */
export const apiVersion = '2026-10-28.endive';

const renderers: { [K in Kind]: (record: RecordOf[K], account: Account) => object } = {
  customer,
  payment_method: paymentMethod,
  payment_intent: paymentIntent,
  setup_intent: setupIntent,
  charge,
  refund,
  webhook_endpoint: webhookEndpoint,
};

/** Any object as Stripe would answer it. */
export function render(kind: Kind, record: AnyRecord, account: Account): object {
  return (renderers[kind] as (record: AnyRecord, account: Account) => object)(record, account);
}

export function customer(row: CustomerRecord): Stripe.Customer {
  return {
    id: row.id,
    object: 'customer',
    address: null,
    balance: 0,
    created: row.created,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: row.description,
    discount: null,
    email: row.email,
    invoice_prefix: row.id.slice(4, 12).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: row.defaultMethod, footer: null, rendering_options: null },
    livemode: false,
    metadata: row.metadata,
    name: row.name,
    next_invoice_sequence: 1,
    phone: row.phone,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}

const cardOf = (name: string): TestCard => cardNamed(name)!;
/** The same card has the same fingerprint in every account, so that a test can tell cards apart. */
const fingerprintOf = (card: TestCard): string => `Sandbox${card.number.slice(-9)}`;
const isAmex = (card: TestCard): boolean => card.brand === 'amex';

export function paymentMethod(row: MethodRecord): Stripe.PaymentMethod {
  const card = cardOf(row.card);
  return {
    id: row.id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: row.address ?? noAddress, email: row.email, name: row.name, phone: row.phone, tax_id: null },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: row.customer ? 'pass' : 'unchecked' },
      country: 'US',
      display_brand: isAmex(card) ? 'american_express' : card.brand,
      exp_month: row.expMonth,
      exp_year: row.expYear,
      fingerprint: fingerprintOf(card),
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: row.created,
    customer: row.customer,
    customer_account: null,
    livemode: false,
    metadata: row.metadata,
    type: 'card',
  };
}

const noAddress = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
const automatic = (allowed: 'always' | 'never' | null) => allowed && { allow_redirects: allowed, enabled: true };

export function paymentIntent(row: IntentRecord, account: Account): Stripe.PaymentIntent {
  return {
    id: row.id,
    object: 'payment_intent',
    allowed_payment_method_types: row.allowed as string[] | null,
    amount: row.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: row.status === 'succeeded' ? row.amount : 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: automatic(row.automatic),
    canceled_at: row.canceledAt,
    cancellation_reason: row.cancelReason,
    capture_method: 'automatic_async',
    client_secret: row.secret,
    confirmation_method: 'automatic',
    created: row.created,
    currency: row.currency,
    customer: row.customer,
    customer_account: null,
    description: row.description,
    excluded_payment_method_types: null,
    last_payment_error: row.error && intentError(row.error, account),
    latest_charge: row.charge,
    livemode: false,
    managed_payments: null,
    metadata: row.metadata,
    next_action: nextAction(row),
    on_behalf_of: null,
    payment_method: row.method,
    payment_method_configuration_details: null,
    payment_method_options: { card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_record: null,
    processing: row.status === 'processing' ? { type: 'card', card: {} } : null,
    receipt_email: null,
    review: null,
    setup_future_usage: row.futureUsage,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: row.suffix,
    status: row.status,
    transfer_data: null,
    transfer_group: null,
  };
}

/** What is in `use_stripe_sdk` is between Stripe and its script, which opens a dialog. */
function nextAction(row: IntentRecord | SetupRecord): Stripe.PaymentIntent.NextAction | null {
  if (row.status !== 'requires_action') return null;
  return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', source: row.id } };
}

export function setupIntent(row: SetupRecord, account: Account): Stripe.SetupIntent {
  return {
    id: row.id,
    object: 'setup_intent',
    allowed_payment_method_types: row.allowed as string[] | null,
    application: null,
    automatic_payment_methods: automatic(row.automatic),
    cancellation_reason: row.cancelReason,
    client_secret: row.secret,
    created: row.created,
    customer: row.customer,
    customer_account: null,
    description: row.description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: row.error && intentError(row.error, account),
    latest_attempt: row.attempt,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: row.metadata,
    next_action: nextAction(row) as Stripe.SetupIntent.NextAction | null,
    on_behalf_of: null,
    payment_method: row.method,
    payment_method_configuration_details: null,
    payment_method_options: { card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: row.status,
    usage: row.usage,
  };
}

/** The error of an intent, as it stands in the intent and in the answer of the call. */
export function intentError(error: IntentError, account: Account): Stripe.PaymentIntent.LastPaymentError & Stripe.SetupIntent.LastSetupError {
  const method = account.payment_method.get(error.method);
  return {
    ...(error.charge ? { charge: error.charge } : {}),
    code: error.code as Stripe.PaymentIntent.LastPaymentError['code'] & Stripe.SetupIntent.LastSetupError['code'],
    ...(error.declineCode ? { decline_code: error.declineCode } : {}),
    doc_url: docUrl(error.code),
    message: error.message,
    ...(method ? { payment_method: paymentMethod(method) } : {}),
    type: error.type,
  };
}

export const docUrl = (code: string): string => `${documentation}/error-codes/${code.replaceAll('_', '-')}`;

export function charge(row: ChargeRecord): Stripe.Charge {
  const paid = row.status === 'succeeded';
  return {
    id: row.id,
    object: 'charge',
    amount: row.amount,
    amount_captured: paid ? row.amount : 0,
    amount_refunded: row.refunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { address: row.address ?? noAddress, email: row.email, name: row.name, phone: row.phone, tax_id: null },
    calculated_statement_descriptor: 'SANDBOX',
    captured: row.status !== 'failed',
    created: row.created,
    currency: row.currency,
    customer: row.customer,
    description: row.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: row.failureCode,
    failure_message: row.failureMessage,
    fraud_details: {},
    livemode: false,
    metadata: row.metadata,
    on_behalf_of: null,
    outcome: outcome(row),
    paid,
    payment_intent: row.intent,
    payment_method: row.method,
    payment_method_details: { type: 'card', card: chargedCard(row) },
    radar_options: {},
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: row.refunded === row.amount,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: row.suffix,
    status: row.status,
    transfer_data: null,
    transfer_group: null,
  };
}

function outcome(row: ChargeRecord): Stripe.Charge.Outcome {
  const failed = row.status === 'failed';
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: failed ? 'declined_by_network' : 'approved_by_network',
    reason: failed ? (row.declineCode ?? row.failureCode) : null,
    risk_level: 'normal',
    risk_score: 7,
    seller_message: failed ? 'The bank did not return any further details with this decline.' : 'Payment complete.',
    type: failed ? 'issuer_declined' : 'authorized',
  };
}

function chargedCard(row: ChargeRecord): Stripe.Charge.PaymentMethodDetails.Card {
  const card = cardOf(row.card);
  return {
    amount_authorized: row.status === 'failed' ? null : row.amount,
    authorization_code: null,
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: null },
    country: 'US',
    electronic_commerce_indicator: null,
    exp_month: row.expMonth,
    exp_year: row.expYear,
    fingerprint: fingerprintOf(card),
    funding: card.funding,
    installments: null,
    last4: card.number.slice(-4),
    mandate: null,
    network: card.brand,
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: row.authenticated ? secure : null,
    transaction_link_id: null,
    wallet: null,
  };
}

const secure: Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
};

export function refund(row: RefundRecord, account: Account): Stripe.Refund {
  return {
    id: row.id,
    object: 'refund',
    amount: row.amount,
    balance_transaction: null,
    charge: row.charge,
    created: row.created,
    currency: row.currency,
    customer: account.charge.get(row.charge)?.customer ?? null,
    customer_account: null,
    ...(row.status === 'failed' ? { failure_reason: 'expired_or_canceled_card' } : {}),
    metadata: row.metadata,
    payment_intent: row.intent,
    payment_method: account.charge.get(row.charge)?.method ?? null,
    ...(row.status === 'pending' ? { pending_reason: 'processing' as const } : {}),
    reason: row.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: row.status,
    transfer_reversal: null,
  };
}

/** Its secret is told once, when it is made. */
export function webhookEndpoint(row: EndpointRecord): Stripe.WebhookEndpoint {
  return {
    id: row.id,
    object: 'webhook_endpoint',
    api_version: row.apiVersion,
    application: null,
    created: row.created,
    description: row.description,
    enabled_events: row.types as string[],
    livemode: false,
    metadata: row.metadata,
    status: row.enabled ? 'enabled' : 'disabled',
    url: row.url,
  };
}

export function event(row: EventRecord, account: Account, waiting: number): object {
  return {
    id: row.id,
    object: 'event',
    api_version: apiVersion,
    created: row.created,
    data: { object: render(row.kind, row.about, account), ...(row.previous ? { previous_attributes: row.previous } : {}) },
    livemode: false,
    pending_webhooks: waiting,
    request: { id: row.request, idempotency_key: row.key },
    type: row.type,
  } satisfies Omit<Stripe.EventBase, 'type' | 'data'> & { type: string; data: unknown };
}
