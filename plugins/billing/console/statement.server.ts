import { isId, NotFound } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import type { Ctx } from '@portico/kit/server';
import { customerNamed } from '../ledger/customer-named.queries.ts';
import { statementData } from '../views/statement-data.ts';

/**
 * The ledger of one customer (`accountId`) as its statement: staff see what is not Sent too (requirements 3.5). Without a
 * customer nothing is read: the page says where one is chosen. Throws NotFound for one that is not there.
 */
export async function load(ctx: Ctx, request: PageRequest) {
  ctx.demand('manage', 'Payment');
  const accountId = request.query.get('accountId') ?? '';
  if (accountId === '') return { of: null };
  const of = isId(accountId) ? await ctx.inTenant((tx) => customerNamed(tx, accountId)) : null;
  if (!of) throw new NotFound();
  return { of, ...(await statementData(ctx, of.accountId, request)) };
}
