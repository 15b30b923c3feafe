import type { PageRequest } from '@portico/kit/page';
import type { Ctx } from '@portico/kit/server';
import { ListOrders, listOrders } from '../order/order.queries.ts';
import { firstPageIfLost, pageQuery } from '../page-query.ts';

/** Every order of the business. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = pageQuery(ListOrders, request.query);
  const page = await ctx.inTenant((tx) => firstPageIfLost(query, request.query.get('before'), (asked, before) => listOrders(tx, asked, before)));
  return { ...page, isNarrowed: Boolean(query.state) };
}
