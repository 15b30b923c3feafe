import type { Id, Instant, IntervalUnit } from '@portico/kit';
import { Model } from 'objection';

export type SubscriptionState = 'pending' | 'active' | 'paused' | 'cancelling' | 'ended';

/** A plan that a bill group has. Days are those of `zone`; renewals are counted from `anchor_on`, never from the last one. */
export class Subscription extends Model {
  static override tableName = 'billing.subscriptions';
  declare id: Id;
  declare number: number;
  declare account_id: Id;
  declare bill_group_id: Id;
  declare plan_id: Id;
  declare currency: string;
  declare state: SubscriptionState;
  declare interval_unit: IntervalUnit;
  declare interval_count: number;
  declare anchor_on: string;
  declare zone: string;
  declare periods: number;
  declare renews_on: string;
  declare renews_at: Instant;
  declare attention: string | null;
  declare paused_at: Instant | null;
  declare paused_because: 'unpaid' | null;
  declare cancels_at: Instant | null;
  declare ended_at: Instant | null;
  declare ended_because: string | null;
  declare created_at: Instant;
}

/** What a subscription consists of; each line is printed on its invoices. */
export class SubscriptionItem extends Model {
  static override tableName = 'billing.subscription_items';
  declare id: Id;
  declare subscription_id: Id;
  declare position: number;
  declare description: string;
  declare quantity: number;
  declare unit_minor: number;
}

/** A period that was billed: from `starts_on` to the day before `ends_on`. One for each start, whatever happens. */
export class BillingPeriod extends Model {
  static override tableName = 'billing.billing_periods';
  declare id: Id;
  declare subscription_id: Id;
  declare starts_on: string;
  declare ends_on: string;
  declare invoice_id: Id;
  declare batch_id: Id | null;
  declare opened_at: Instant;
  declare paid_at: Instant | null;
}
