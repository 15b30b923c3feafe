import type { Id, Instant } from '@portico/kit';
import type { CollectionState, LastRule } from '@portico/workflows/collection';
import { Model } from 'objection';

/** How a collection came to its end. */
export type CollectionEnd = 'paid' | 'void' | 'written-off' | 'given-up' | 'left-to-customer';

/** An invoice that was not settled at the first call, until it is. Its schedule and last rule are those of the day it began. */
export class Collection extends Model {
  static override tableName = 'billing.collections';
  declare id: Id;
  declare invoice_id: Id;
  declare account_id: Id;
  declare bill_group_id: Id;
  declare state: CollectionState;
  declare failed_at: Instant;
  /** The try that it stands on. */
  declare attempt_id: Id;
  declare retry_days: readonly number[];
  declare last_rule: LastRule;
  declare give_up_at: Instant;
  declare ask_again_at: Instant | null;
  /** Questions and tries in a row that brought nothing new: each waits longer than the one before. */
  declare asks: number;
  declare new_method_at: Instant | null;
  declare automatic: boolean;
  declare tried_at: Instant | null;
  declare tries: number;
  declare failures: number;
  declare try_again_at: Instant | null;
  declare trying_id: Id | null;
  declare before_state: 'declined' | 'hard-declined' | 'needs-customer' | null;
  declare ended_at: Instant | null;
  declare ended_because: CollectionEnd | null;
}
