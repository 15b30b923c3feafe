import type { Id, Instant } from '@portico/kit';
import { Model } from 'objection';

export type OrderState = 'open' | 'paused' | 'closed';

/** A purchase of leads, by number or by money. Money is minor units of its currency; days are the business's. */
export class LeadOrder extends Model {
  static override tableName = 'leads.lead_orders';
  declare id: Id;
  declare number: number;
  declare account_id: Id;
  declare bill_group_id: Id;
  declare lead_type_id: Id;
  declare counts: 'leads' | 'money';
  declare total: number;
  declare received: number;
  declare price_minor: number;
  declare currency: string;
  declare starts_on: string;
  declare ends_on: string | null;
  declare starts_at: Instant;
  declare ends_at: Instant | null;
  declare state: OrderState;
  declare renewal: boolean;
  declare auto_charge: boolean;
  /** Its renewal was begun, and it never renews again. */
  declare renewed: boolean;
  /** Why it does not renew until somebody looks. */
  declare renewal_attention: 'billing-off' | 'too-many' | null;
  declare accepts_returns: boolean;
  declare places: string[];
  declare paid_minor: number;
  declare created_at: Instant;
  declare closed_at: Instant | null;
  /** Of the plan that opened it; null for one that staff sold. */
  declare subscription_id: Id | null;
  declare plan_id: Id | null;
}

/** How many more leads fit. */
export const roomOf = (order: Pick<LeadOrder, 'counts' | 'total' | 'received' | 'price_minor'>): number =>
  order.counts === 'leads' ? order.total - order.received : Math.floor(order.total / order.price_minor) - order.received;

/** What an order costs in all, in minor units. */
export const priceOf = ({ counts, total, price_minor }: Pick<LeadOrder, 'counts' | 'total' | 'price_minor'>): number =>
  counts === 'leads' ? total * price_minor : total;

/** The state at an instant: an order whose last day is over is closed, whoever looks first. */
export const stateOf = (order: Pick<LeadOrder, 'state' | 'ends_at'>, now: Instant): OrderState =>
  order.ends_at !== null && order.ends_at <= now ? 'closed' : order.state;

/** A payment on an order that staff recorded by hand, or the row that takes one back: its amount is below zero. */
export class OrderPayment extends Model {
  static override tableName = 'leads.order_payments';
  declare id: Id;
  declare order_id: Id;
  declare amount_minor: number;
  declare currency: string;
  declare paid_on: string;
  declare note: string;
  /** The payment that this row takes back; its note says why. */
  declare reverses_id: Id | null;
  declare recorded_by: Id;
  declare recorded_at: Instant;
  /** When it was booked in billing's ledger, and by which invoice. */
  declare booked_at: Instant | null;
  declare invoice_number: number | null;
}
