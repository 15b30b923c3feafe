import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { ListOrders, listOrders } from '../order/order.queries.ts';

/** Every order of the business. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListOrders, request.query);
  const page = await ctx.inTenant((tx) => listOrders(tx, query));
  return { ...page, isNarrowed: Boolean(query.state) };
}
