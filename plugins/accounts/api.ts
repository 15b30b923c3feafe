/** What other plugins may use of accounts: events and, by SQL, the views `accounts.account_v1`, `bill_group_v1`, `member_v1`. */
import { z } from 'zod';
import { defineEvent, definePluginApi, type Id } from '@portico/kit';

/** A customer was created, with its first bill group and its first account admin. */
export const accountCreated = defineEvent('accounts.account-created', {
  payload: z.object({ accountId: z.uuid() }),
  subject: (p) => p.accountId,
});

/** What accounts offers to other plugins. */
export interface AccountsApi {
  /** Every account by name, for a choice in the console; at most 500. */
  accountsForChoice(): Promise<readonly { accountId: Id; name: string; billGroups: readonly { billGroupId: Id; name: string }[] }[]>;
}
export const accounts = definePluginApi<AccountsApi>('accounts');
