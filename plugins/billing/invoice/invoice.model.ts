import { startOfDay, daysAfter, type Id, type Instant } from '@portico/kit';
import { Model } from 'objection';

export type InvoiceState = 'draft' | 'issued' | 'paid' | 'void' | 'written-off';

/** One printed line: `amount` is `quantity` times `unit`, in minor units. `from` and `to` are the first and the last day that it is for. */
export interface InvoiceLine {
  readonly description: string;
  readonly quantity: number;
  readonly unit: number;
  readonly amount: number;
  readonly from?: string;
  readonly to?: string;
}

/** Who sells, as printed. */
export interface Seller {
  readonly name: string;
  readonly contact: string;
  readonly email: string;
  readonly phone: string;
}

/** Who buys, as printed. */
export interface Buyer {
  readonly number: number;
  readonly name: string;
  readonly billGroup: string;
}

/**
 * What a bill group is asked to pay. *Issued* is numbered and booked; *Sent* is visible to the customer and counted. From
 * issue on the printed columns never change: the database refuses it.
 */
export class Invoice extends Model {
  static override tableName = 'billing.invoices';
  static override jsonAttributes = ['lines', 'seller', 'buyer'];
  declare id: Id;
  declare account_id: Id;
  declare bill_group_id: Id;
  declare subscription_id: Id | null;
  /** What another plugin asked for it by. */
  declare cause: Id | null;
  declare currency: string;
  declare state: InvoiceState;
  declare number: number | null;
  declare issued_at: Instant | null;
  declare issued_on: string | null;
  declare due_on: string | null;
  declare due_at: Instant | null;
  declare sent_at: Instant | null;
  declare lines: readonly InvoiceLine[];
  declare seller: Seller;
  declare buyer: Buyer;
  declare note: string;
  declare total_minor: number;
  declare paid_minor: number;
  declare credited_minor: number;
  declare written_off_minor: number;
  declare open_minor: number;
  declare paid_at: Instant | null;
  declare closed_because: string | null;
  declare created_at: Instant;
}

/** A line of so many at a price. */
export const lineOf = (description: string, quantity: number, unit: number, days?: { readonly from: string; readonly to: string }): InvoiceLine => ({
  description,
  quantity,
  unit,
  amount: quantity * unit,
  ...days,
});

/** What lines add up to. */
export const totalOf = (lines: readonly InvoiceLine[]): number => lines.reduce((sum, { amount }) => sum + amount, 0);

/** The first instant at which what is due on a day is past due: when that day is over in the business's zone (requirements 3.5). */
export const pastDueFrom = (dueOn: string, zone: string): Instant => startOfDay(daysAfter(dueOn, 1), zone);

/** Past due: Sent, not wholly paid, and its due day is over. */
export const isPastDue = (invoice: Pick<Invoice, 'state' | 'sent_at' | 'due_at' | 'open_minor'>, now: Instant): boolean =>
  invoice.state === 'issued' && invoice.sent_at !== null && invoice.open_minor > 0 && invoice.due_at !== null && invoice.due_at <= now;
