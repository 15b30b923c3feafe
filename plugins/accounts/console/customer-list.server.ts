import { addressQuery, type Ctx } from '@portico/kit/server';
import type { PageRequest } from '@portico/kit/page';
import { AccountListQuery } from '../account/account.routes.ts';
import { listAccounts } from '../account/account.queries.ts';

/** The customers of the business, one page. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(AccountListQuery, request.query);
  const page = await ctx.inTenant((tx) => listAccounts(tx, query));
  return { ...page, canCreate: ctx.may('create', 'Account') };
}
