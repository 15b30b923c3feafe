import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { ListFailedCharges, listFailedCharges } from '../collection/failed-charges.queries.ts';

/** The charges that failed and wait for something, or those that are over. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListFailedCharges, request.query);
  return { ...(await ctx.inTenant((tx) => listFailedCharges(tx, query))), isNarrowed: Boolean(query.state) };
}
