import { isId, NotFound } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import type { Ctx } from '@portico/kit/server';
import { customerNamed } from '../ledger/customer-named.queries.ts';
import { statementData } from '../views/statement-data.ts';

/** The ledger of one customer (`accountId`) as its statement: staff see what is not Sent too (requirements 3.5). Throws NotFound without a customer. */
export async function load(ctx: Ctx, request: PageRequest) {
  ctx.demand('manage', 'Payment');
  const accountId = request.query.get('accountId') ?? '';
  const of = isId(accountId) ? await ctx.inTenant((tx) => customerNamed(tx, accountId)) : null;
  if (!of) throw new NotFound();
  return { of, ...(await statementData(ctx, of.accountId, request)) };
}
