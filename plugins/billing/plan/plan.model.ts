import type { Id, Instant, IntervalUnit } from '@portico/kit';
import { Model } from 'objection';

export type PlanState = 'draft' | 'live' | 'archived';

/** What is sold again and again: draft while it can be changed, live while it can be sold, archived for good. */
export class Plan extends Model {
  static override tableName = 'billing.plans';
  declare id: Id;
  declare name: string;
  declare name_key: string;
  declare about: string;
  declare state: PlanState;
  declare interval_unit: IntervalUnit;
  declare interval_count: number;
  declare created_at: Instant;
  declare live_at: Instant | null;
  declare archived_at: Instant | null;
}

/** What a plan costs in one currency, each interval; minor units. */
export class Price extends Model {
  static override tableName = 'billing.prices';
  declare id: Id;
  declare plan_id: Id;
  declare currency: string;
  declare amount_minor: number;
}

/** How a plan is found again by its name, whatever the case. */
export const planKey = (name: string): string => name.toLowerCase();
