import type { PageRequest } from '@portico/kit/page';
import type { Ctx, Submitted } from '@portico/kit/server';
import { paymentsPage, readOrder } from '../order/order.queries.ts';
import { submitOrder } from '../views/submit-order.ts';

/** One order with a page of its payments. */
export async function load(ctx: Ctx, request: PageRequest) {
  const orderId = request.params['orderId']!;
  return ctx.inTenant(async (tx) => ({
    order: await readOrder(tx, orderId),
    ...(await paymentsPage(tx, orderId, request.query)),
  }));
}

/** Pause and resume. */
export const submit = (ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> => submitOrder(ctx, form, request.params['orderId']!);
