import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { ListFailedCharges, listFailedCharges } from '../collection/failed-charges.queries.ts';
import { customerNamed } from '../ledger/customer-named.queries.ts';

/** The charges that failed and wait for something, or those that are over. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListFailedCharges, request.query);
  const isNarrowed = Boolean(query.state || query.accountId);
  return ctx.inTenant(async (tx) => ({ ...(await listFailedCharges(tx, query)), isNarrowed, of: await customerNamed(tx, query.accountId) }));
}
