import { Model } from 'objection';
import type { Id, Instant } from '@portico/kit';

/** A customer of the business: an organisation or a person. */
export class Account extends Model {
  static override tableName = 'accounts.accounts';
  declare id: Id;
  /** Human number, counted from 1 within the business. */
  declare number: number;
  declare name: string;
  /** The name as it is searched and sorted by: `nameKey(name)`. */
  declare name_key: string;
  declare created_at: Instant;
}

/** A part of an account with its own invoices; every account has at least one. */
export class BillGroup extends Model {
  static override tableName = 'accounts.bill_groups';
  declare id: Id;
  declare account_id: Id;
  declare name: string;
  declare created_at: Instant;
}

/** A name as lists search and sort it: lower case, single spaces, compatibility forms folded (full-width letters are letters). */
export const nameKey = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
