import type { Id, Instant } from '@portico/kit';
import { Model } from 'objection';

/** The renewal of an order. Its id is the cause of its charge, and becomes the id of the order that opens. */
export class OrderRenewal extends Model {
  static override tableName = 'leads.order_renewals';
  declare id: Id;
  declare order_id: Id;
  declare batch_id: Id;
  /** Begun; its invoice is out and waits to be paid; the next order is open. */
  declare state: 'begun' | 'charging' | 'done';
  declare begun_at: Instant;
  declare invoice_number: number | null;
}
