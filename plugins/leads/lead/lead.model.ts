import type { Id, Instant } from '@portico/kit';
import { Model } from 'objection';

export type LeadStatus = 'new' | 'contacted' | 'appointment' | 'won' | 'lost';
export type ReturnState = 'pending' | 'approved' | 'denied';

/** A lead as it stands in its row. All of delivery, order, account and bill group are null while it is unmatched. */
export class Lead extends Model {
  static override tableName = 'leads.leads';
  declare id: Id;
  declare lead_type_id: Id;
  declare source_id: Id | null;
  declare name: string;
  declare email: string | null;
  declare phone: string | null;
  declare street: string;
  declare town: string;
  declare postal_code: string;
  declare note: string;
  declare fields: Record<string, string>;
  declare words: string[];
  declare received_at: Instant;
  declare delivery_id: Id | null;
  declare order_id: Id | null;
  declare account_id: Id | null;
  declare bill_group_id: Id | null;
  declare delivered_at: Instant | null;
  declare assignee_id: Id | null;
  declare assignee_key: string;
  declare status: LeadStatus;
  declare return_state: ReturnState | null;
  declare return_seq: number;
}

/** Who gave a lead to whom, and when; the last one stands. */
export class LeadAssignment extends Model {
  static override tableName = 'leads.lead_assignments';
  declare id: Id;
  declare lead_id: Id;
  declare member_id: Id | null;
  declare assigned_by: Id;
  declare assigned_by_name: string;
  declare at: Instant;
}

/** A status that a person set. */
export class LeadStatusChange extends Model {
  static override tableName = 'leads.lead_status_changes';
  declare id: Id;
  declare lead_id: Id;
  declare status: LeadStatus;
  declare changed_by: Id;
  declare changed_by_name: string;
  declare at: Instant;
}

/** A lead given to an account against an order. */
export class LeadDelivery extends Model {
  static override tableName = 'leads.lead_deliveries';
  declare id: Id;
  declare lead_id: Id;
  declare order_id: Id;
  declare account_id: Id;
  declare bill_group_id: Id;
  declare delivered_at: Instant;
  declare price_minor: number;
  declare currency: string;
  declare notified_at: Instant | null;
  declare given_back_at: Instant | null;
  declare given_back_cause: Id | null;
}
