import type { Id, Instant } from '@portico/kit';
import { Model } from 'objection';

/** Who sends leads: a website, a partner. Holds the API keys that may post leads and nothing else. */
export class LeadSource extends Model {
  static override tableName = 'leads.lead_sources';
  declare id: Id;
  declare name: string;
  declare enabled: boolean;
  declare created_at: Instant;
}
