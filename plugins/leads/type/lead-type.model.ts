import type { Id, Instant } from '@portico/kit';
import { Model } from 'objection';

/** A kind of lead: roofing, gutters. `key` is what sources post; `name` is what people read. */
export class LeadType extends Model {
  static override tableName = 'leads.lead_types';
  declare id: Id;
  declare key: string;
  declare name: string;
  declare look_back_days: number;
  declare archived_at: Instant | null;
  declare created_at: Instant;
}
