import { Model } from 'objection';
import type { Id, Instant } from '@portico/kit';

/** A user in an account: what the person may see there, and who stands above. */
export class Member extends Model {
  static override tableName = 'accounts.members';
  declare id: Id;
  declare account_id: Id;
  declare user_id: Id;
  /** Admin Access: everything inside the account. */
  declare is_admin: boolean;
  /** View Downline: also what belongs to members below. */
  declare view_downline: boolean;
  /** The member above, in the same account; a tree. */
  declare parent_id: Id | null;
  declare enabled: boolean;
  declare created_at: Instant;
}
