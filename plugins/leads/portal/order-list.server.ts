import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx, type Submitted } from '@portico/kit/server';
import { ListOrders, listOrders } from '../order/order.queries.ts';
import { submitOrder } from '../views/submit-order.ts';

/** The customer's orders. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListOrders, request.query);
  const page = await ctx.inTenant((tx) => listOrders(tx, query));
  return { ...page, isNarrowed: Boolean(query.state), mayPause: ctx.may('pause', 'LeadOrder') };
}

/** Pause and resume. */
export const submit = (ctx: Ctx, form: FormData): Promise<Submitted> => submitOrder(ctx, form);
