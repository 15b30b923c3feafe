import { Model } from 'objection';
import { z } from 'zod';
import type { Id, Instant } from '@portico/kit';
import type { Vote } from '@portico/kit/server';
import type { ReturnOutcome } from '@portico/workflows/return-approval';

/** What a plugin answered when it was asked about a return. */
export interface ReturnVerdict {
  readonly answer: 'approve' | 'deny' | 'review';
  readonly because: string;
}

/** How a return stands; `pending`, `approved` and `denied` are the three of. */
export const ReturnStatus = z.enum(['pending', 'approved', 'denied', 'withdrawn'], 'portico.problem.choice');
export type ReturnStatus = z.output<typeof ReturnStatus>;

/** A request to give a delivered lead back. */
export class LeadReturn extends Model {
  static override tableName = 'returns.lead_returns';
  static override jsonAttributes = ['votes'];

  declare id: Id;
  declare lead_id: Id;
  declare delivery_id: Id;
  declare order_id: Id;
  declare account_id: Id;
  declare bill_group_id: Id;
  declare member_id: Id | null;
  declare requested_by: Id;
  declare reason: string;
  declare note: string;
  declare requested_at: Instant;
  declare delivered_at: Instant;
  declare decide_by: Instant;
  declare at_deadline: ReturnOutcome;
  declare decision: ReturnOutcome | null;
  declare because: string | null;
  declare decided_at: Instant | null;
  declare decided_by: 'staff' | 'plugins' | 'deadline' | null;
  declare decided_by_user: Id | null;
  declare withdrawn_at: Instant | null;
  declare booked_at: Instant | null;
  declare votes: readonly Vote<ReturnVerdict>[];
  declare status: ReturnStatus;
}
