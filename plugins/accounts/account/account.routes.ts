import { z } from 'zod';
import { NotFound } from '@portico/kit';
import { get, listQuery, post, type Ctx, type Route } from '@portico/kit/server';
import { ACCOUNT_SORTS, findAccount, listAccounts } from './account.queries.ts';
import { CreateAccount, createAccount } from './create-account.ts';

const AccountListed = z.object({ id: z.uuid(), number: z.int(), name: z.string(), createdAt: z.string(), userCount: z.int() });
/** A customer as the API answers it. */
const AccountView = AccountListed.extend({ billGroups: z.array(z.object({ id: z.uuid(), name: z.string() })) });
/** The answer to a new customer names its first account admin too. */
const CreatedView = AccountView.extend({ accountAdmin: z.object({ memberId: z.uuid(), userId: z.uuid() }) });

/** Query parameters of the list of customers. */
export const AccountListQuery = listQuery(ACCOUNT_SORTS).extend({
  q: z.string().max(200, 'accounts.problem.too-long').optional(),
});

async function viewOf(ctx: Ctx, accountId: string) {
  const account = await ctx.inTenant((tx) => findAccount(tx, accountId));
  if (!account) throw new NotFound();
  return account;
}

const read = { action: 'read', subject: 'Account' } as const;

/** `/api/v1/accounts`. */
export const accountRoutes: readonly Route[] = [
  get(
    '',
    { name: 'list-accounts', may: read, query: AccountListQuery, answer: z.object({ data: z.array(AccountListed), nextCursor: z.string().nullable() }) },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listAccounts(tx, query));
      return { data, nextCursor };
    },
  ),
  post(
    '',
    { name: 'create-account', may: { action: 'create', subject: 'Account' }, body: CreateAccount, answer: CreatedView, status: 201 },
    async (ctx, { body }) => {
      const { accountId, memberId, userId } = await createAccount(ctx, body);
      return { ...(await viewOf(ctx, accountId)), accountAdmin: { memberId, userId } };
    },
  ),
  get('/{id}', { name: 'read-account', may: read, answer: AccountView }, (ctx, { params }) => viewOf(ctx, params['id']!)),
];
