import type { Id, Instant } from '@portico/kit';
import { Model } from 'objection';
import type { SubscriptionState } from '../subscription/subscription.model.ts';

export type CancellationState = 'asked' | 'refused' | 'waiting' | 'undone' | 'ended' | 'taken-back';

/** Somebody's wish that a subscription ends: asked of staff, waiting for its hour, or settled. */
export class Cancellation extends Model {
  static override tableName = 'billing.cancellations';
  declare id: Id;
  declare subscription_id: Id;
  declare account_id: Id;
  declare bill_group_id: Id;
  declare state: CancellationState;
  declare mode: 'at-once' | 'period-end' | 'on-request';
  /** People asked for it, or the rule for what is not paid. */
  declare because: 'asked' | 'unpaid';
  declare reason: string;
  declare asked_by: Id;
  declare asked_at: Instant;
  declare takes_effect_at: Instant | null;
  declare was_state: SubscriptionState | null;
  declare settled_at: Instant | null;
  declare settled_by: Id | null;
}
