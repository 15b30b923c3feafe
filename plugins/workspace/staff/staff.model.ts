import { Model } from 'objection';
import type { Id, Instant } from '@portico/kit';

/** A user who works for the business. Whether the person may sign in is the user's own flag. */
export class Staff extends Model {
  static override tableName = 'workspace.staff';
  declare id: Id;
  declare user_id: Id;
  declare role: 'owner' | 'staff';
  declare created_at: Instant;
}
