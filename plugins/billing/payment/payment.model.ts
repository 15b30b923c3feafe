import type { Id, Instant } from '@portico/kit';
import { Model } from 'objection';

export type AttemptState = 'created' | 'needs-customer' | 'processing' | 'unknown' | 'succeeded' | 'failed' | 'called-off';

/** A try to take money: committed before the gateway hears of it, and its id is the gateway's key for ever (requirements 3.13). */
export class PaymentAttempt extends Model {
  static override tableName = 'billing.payment_attempts';
  declare id: Id;
  declare account_id: Id;
  declare bill_group_id: Id;
  declare amount_minor: number;
  declare currency: string;
  declare method_id: Id | null;
  declare gateway_method: string;
  declare keep_method: boolean;
  /** The words of the auto-pay that its owner agreed to with it. */
  declare auto_pay_mandate: string | null;
  /** When its card was kept as its owner had wanted. */
  declare kept_at: Instant | null;
  declare described: string;
  declare off_session: boolean;
  declare because: 'renewal' | 'auto-pay' | 'retry' | 'person';
  declare cause: Id | null;
  declare state: AttemptState;
  declare is_live: boolean;
  declare decline_code: string | null;
  declare decline_why: 'soft' | 'hard' | 'needs-customer' | null;
  declare gateway_ref: string | null;
  declare batch_id: Id | null;
  declare created_by: Id | null;
  declare created_at: Instant;
  declare settled_at: Instant | null;
}

/** What of an attempt is for which invoice; one live attempt for each invoice. */
export class AttemptInvoice extends Model {
  static override tableName = 'billing.attempt_invoices';
  declare id: Id;
  declare attempt_id: Id;
  declare invoice_id: Id;
  declare amount_minor: number;
  declare is_live: boolean;
}

export type PaymentRoad = 'card' | 'transfer' | 'cash' | 'check' | 'other';

/** Money that came in. `road`: by which way; `described`: as the customer reads it. */
export class Payment extends Model {
  static override tableName = 'billing.payments';
  declare id: Id;
  declare number: number;
  declare account_id: Id;
  declare bill_group_id: Id;
  declare road: PaymentRoad;
  declare amount_minor: number;
  declare currency: string;
  declare refunded_minor: number;
  declare received_on: string;
  declare received_at: Instant;
  declare attempt_id: Id | null;
  declare described: string;
  declare note: string;
  declare cause: Id | null;
  declare recorded_by: Id | null;
}

/** A card that a bill group keeps at the gateway. */
export class PaymentMethod extends Model {
  static override tableName = 'billing.payment_methods';
  declare id: Id;
  declare account_id: Id;
  declare bill_group_id: Id;
  declare gateway_method: string;
  declare brand: string;
  declare last_four: string;
  declare expires_month: number | null;
  declare expires_year: number | null;
  declare added_at: Instant;
  declare removed_at: Instant | null;
}

/** How a bill group pays. */
export class BillGroupTerms extends Model {
  static override tableName = 'billing.bill_group_terms';
  declare id: Id;
  declare account_id: Id;
  declare bill_group_id: Id;
  declare auto_pay: boolean;
  declare auto_pay_since: Instant | null;
  declare auto_pay_by: Id | null;
  declare auto_pay_mandate: string | null;
  declare default_method_id: Id | null;
}
