import type { Id, Instant } from '@portico/kit';
import { Model } from 'objection';

/** A mailed offer to one person of a customer to come to the portal. Its link is made of id and generation, and stored nowhere. */
export class Invitation extends Model {
  static override tableName = 'accounts.invitations';
  declare id: Id;
  declare account_id: Id;
  declare user_id: Id;
  /** What it was made for: the first payment, or the act of staff. */
  declare cause: Id;
  /** Who of the business asked for it by hand; null when the first payment did. */
  declare invited_by: Id | null;
  declare state: InvitationState;
  /** Raised when it is sent again: older links are dead. */
  declare generation: number;
  declare created_at: Instant;
  /** When the present generation began. */
  declare invited_at: Instant;
  declare remind_at: Instant;
  declare expires_at: Instant;
  declare sent_at: Instant | null;
  declare reminded_at: Instant | null;
  /** The last mail that the person asked for by the page of a dead link. */
  declare asked_at: Instant | null;
  declare accepted_at: Instant | null;
}

export const INVITATION_STATES = ['open', 'accepted', 'expired'] as const;
export type InvitationState = (typeof INVITATION_STATES)[number];
