import { Model } from 'objection';
import type { Id, Instant } from '@portico/kit';

/** A kind word about a lead, for the people who decide about it later. */
export class GoodwillNote extends Model {
  static override tableName = 'example_fair_play.goodwill_notes';

  declare id: Id;
  declare lead_id: Id;
  declare account_id: Id;
  declare member_id: Id | null;
  declare text: string;
  declare written_by: Id;
  declare written_by_name: string;
  declare written_at: Instant;
}
