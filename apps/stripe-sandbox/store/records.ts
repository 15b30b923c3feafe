/**
 * What the sandbox keeps of each object: only what can differ, in its own words. A record is never changed, a newer version
 * takes its place; so an event shows its object as it was by pointing at that version.
 */
export interface CustomerRecord {
  readonly id: string;
  readonly rev: number;
  readonly created: number;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly defaultMethod: string | null;
}

export interface MethodRecord {
  readonly id: string;
  readonly rev: number;
  readonly created: number;
  /** The name of a test card, see cards/test-cards.ts; the number is not kept. */
  readonly card: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly address: Address | null;
  readonly metadata: Metadata;
  readonly customer: string | null;
  /** Its owner once proved at the bank that it may be charged in absence. */
  readonly setUp: boolean;
  /** It was charged without a customer, or taken from one: Stripe lets nobody use it again. */
  readonly spent: boolean;
}

export interface IntentRecord {
  readonly id: string;
  readonly rev: number;
  readonly secret: string;
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly method: string | null;
  readonly allowed: readonly string[] | null;
  readonly automatic: 'always' | 'never' | null;
  readonly futureUsage: 'on_session' | 'off_session' | null;
  readonly suffix: string | null;
  readonly status: 'requires_payment_method' | 'requires_confirmation' | 'requires_action' | 'processing' | 'succeeded' | 'canceled';
  readonly charge: string | null;
  readonly error: IntentError | null;
  readonly canceledAt: number | null;
  readonly cancelReason: string | null;
}

export interface SetupRecord {
  readonly id: string;
  readonly rev: number;
  readonly secret: string;
  readonly created: number;
  readonly customer: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly method: string | null;
  readonly allowed: readonly string[] | null;
  readonly automatic: 'always' | 'never' | null;
  readonly usage: 'on_session' | 'off_session';
  readonly status: 'requires_payment_method' | 'requires_confirmation' | 'requires_action' | 'succeeded' | 'canceled';
  readonly attempt: string | null;
  readonly error: IntentError | null;
  readonly cancelReason: string | null;
}

/** Why the last try of an intent failed, with the method that was tried. */
export interface IntentError {
  readonly type: 'card_error' | 'invalid_request_error';
  readonly code: string;
  readonly declineCode: string | null;
  readonly message: string;
  readonly charge: string | null;
  readonly method: string;
}

export interface ChargeRecord {
  readonly id: string;
  readonly rev: number;
  readonly created: number;
  readonly intent: string;
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly suffix: string | null;
  readonly method: string;
  readonly card: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly address: Address | null;
  readonly authenticated: boolean;
  readonly status: 'succeeded' | 'pending' | 'failed';
  readonly refunded: number;
  readonly failureCode: string | null;
  readonly declineCode: string | null;
  readonly failureMessage: string | null;
}

export interface RefundRecord {
  readonly id: string;
  readonly rev: number;
  readonly created: number;
  readonly charge: string;
  readonly intent: string;
  readonly amount: number;
  readonly currency: string;
  readonly reason: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null;
  readonly metadata: Metadata;
  readonly status: 'pending' | 'succeeded' | 'failed';
}

export interface EndpointRecord {
  readonly id: string;
  readonly rev: number;
  readonly created: number;
  readonly url: string;
  readonly secret: string;
  readonly types: readonly string[];
  readonly enabled: boolean;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly apiVersion: string | null;
}

export interface EventRecord {
  readonly id: string;
  readonly created: number;
  readonly type: string;
  readonly kind: Kind;
  /** The version of the object that the event tells of. */
  readonly about: AnyRecord;
  readonly request: string | null;
  readonly key: string | null;
  /** What the fields were before that an update changed. */
  readonly previous: Readonly<Record<string, unknown>> | null;
}

export interface DeliveryRecord {
  readonly id: string;
  readonly event: string;
  readonly endpoint: string;
  readonly state: 'pending' | 'delivered' | 'given up';
  readonly attempts: number;
  /** What the last attempt was answered with; 0 when nothing answered. */
  readonly status: number;
  /** Epoch milliseconds of this machine's clock: of the last attempt, and of the next one. */
  readonly at: number;
  readonly next: number;
}

export interface RecordOf {
  customer: CustomerRecord;
  payment_method: MethodRecord;
  payment_intent: IntentRecord;
  setup_intent: SetupRecord;
  charge: ChargeRecord;
  refund: RefundRecord;
  webhook_endpoint: EndpointRecord;
}

export type Kind = keyof RecordOf;
export type AnyRecord = RecordOf[Kind];
export type Metadata = Readonly<Record<string, string>>;
export type Address = Readonly<Record<'city' | 'country' | 'line1' | 'line2' | 'postal_code' | 'state', string | null>>;

/** An answer that is kept under an idempotency key: the version that it showed, or its text. */
export interface KeptAnswer {
  readonly key: string;
  readonly path: string;
  readonly parameters: string;
  /** Epoch seconds of the account's own clock. */
  readonly at: number;
  readonly status: number;
  readonly kind: Kind | null;
  readonly shown: AnyRecord | null;
  readonly body: string | null;
}
