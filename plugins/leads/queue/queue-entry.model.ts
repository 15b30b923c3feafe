import type { Id, Instant } from '@portico/kit';
import { Model } from 'objection';

export const QUEUE_STATES = ['queued', 'called', 'held', 'withdrawn'] as const;
export type QueueState = (typeof QUEUE_STATES)[number];
export const CALL_RESULTS = ['reached', 'no-answer', 'wrong-number', 'appointment', 'not-interested'] as const;
export type CallResult = (typeof CALL_RESULTS)[number];

/** A delivered lead of a plan that the business's people call for the customer. */
export class QueueEntry extends Model {
  static override tableName = 'leads.queue_entries';
  declare id: Id;
  declare lead_id: Id;
  declare delivery_id: Id;
  declare account_id: Id;
  declare bill_group_id: Id;
  declare subscription_id: Id;
  declare plan_id: Id | null;
  declare state: QueueState;
  declare queued_at: Instant;
  /** The cancellation that withdrew it, or the delivery of a lead that was returned. */
  declare withdrawn_cause: Id | null;
  declare returned: boolean;
  declare called_at: Instant | null;
  declare called_by: Id | null;
  declare called_by_name: string;
  declare result: CallResult | null;
  declare note: string;
}
