/** What other plugins may use of accounts: events and, by SQL, the views `accounts.account_v1`, `bill_group_v1`, `member_v1`. */
import { z } from 'zod';
import { defineEvent, definePluginApi, defineSlot, type Id } from '@portico/kit';

/** A customer was created, with its first bill group and its first account admin. */
export const accountCreated = defineEvent('accounts.account-created', {
  payload: z.object({ accountId: z.uuid() }),
  subject: (p) => p.accountId,
});

/** Beside a user's form on the portal's Users page: what the plugins know of the user, a card each. */
export const userParts = defineSlot<{ memberId: Id }>()('accounts.user-parts');
/** Parts of a customer's page in the console: what other plugins know of the account. */
export const customerParts = defineSlot<{ accountId: Id }>()('accounts.customer-parts');

/** A customer in a choice, with the bill groups that something can be put on. */
export interface ChoosableAccount {
  readonly accountId: Id;
  /** Human number, counted from 1 within the business. */
  readonly number: number;
  readonly name: string;
  readonly billGroups: readonly { readonly billGroupId: Id; readonly name: string }[];
}

/** What accounts offers to other plugins. */
export interface AccountsApi {
  /** The first hundred customers by name, for a choice in the console, and how many more there are. */
  accountsForChoice(): Promise<{ readonly choices: readonly ChoosableAccount[]; readonly more: number }>;
  /** Those of a number or a name, else those whose names begin so, by name; at most five. For a choice that is written, not picked. */
  accountsNamed(text: string): Promise<readonly ChoosableAccount[]>;
  /**
   * The account admin of a customer is invited to the portal by mail. `cause` is unique per business and makes one
   * invitation, ever. A customer that has an open or an accepted one, whose admin has signed in before, or whose admins no
   * mail reaches, gets none. Throws NotFound.
   */
  inviteAdmins(invite: { readonly accountId: Id; readonly cause: Id }): Promise<void>;
}
export const accounts = definePluginApi<AccountsApi>('accounts');
