import type { IntentRecord, SetupRecord } from '../store/records.ts';

/** What an error says beside its message. */
export interface ErrorDetails {
  readonly code?: string;
  readonly declineCode?: string | null;
  readonly param?: string;
  readonly charge?: string | null;
  readonly intent?: IntentRecord;
  readonly setup?: SetupRecord;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The call did not begin: nothing is kept under its idempotency key. */
  readonly unbegun?: true;
}

/** An answer that is no success, as Stripe gives it. Thrown: the call changes nothing. Returned: what it changed stays. */
export class StripeError extends Error {
  readonly status: number;
  readonly type: 'invalid_request_error' | 'card_error' | 'api_error' | 'idempotency_error';
  readonly details: ErrorDetails;

  constructor(status: number, type: StripeError['type'], message: string, details: ErrorDetails = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.details = details;
  }
}

/** A parameter that makes no sense by itself: found before the call begins. */
export const invalid = (message: string, param: string, code?: string): StripeError =>
  new StripeError(400, 'invalid_request_error', message, { param, code, unbegun: true });

/** What a call asks cannot be done in this state of things. */
export const refused = (message: string, details: ErrorDetails = {}): StripeError => new StripeError(400, 'invalid_request_error', message, details);

const nouns = {
  customer: 'customer',
  payment_method: 'PaymentMethod',
  payment_intent: 'payment_intent',
  setup_intent: 'setupintent',
  charge: 'charge',
  refund: 'refund',
  event: 'event',
  webhook_endpoint: 'webhook endpoint',
};

/** An id that the account does not know: 404 in the path, 400 as a parameter. */
export const missing = (kind: keyof typeof nouns, id: string, param?: string): StripeError =>
  new StripeError(param === undefined ? 404 : 400, 'invalid_request_error', `No such ${nouns[kind]}: '${id}'`, {
    code: 'resource_missing',
    param: param ?? (kind === 'payment_intent' || kind === 'setup_intent' ? 'intent' : 'id'),
  });
