import type { PageRequest } from '@portico/kit/page';
import { addressQuery, core, type Ctx, type Submitted } from '@portico/kit/server';
import { ParkedQuery } from '../operations/operations.routes.ts';
import { retryDelivery } from '../operations/retry-delivery.ts';

/** Deliveries that were given up after their tries. */
export async function load(ctx: Ctx, { query }: PageRequest) {
  const page = await ctx.use(core).parked(addressQuery(ParkedQuery, query));
  return { ...page, canRetry: ctx.may('retry', 'ParkedDelivery') };
}

/** Sends one out again. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  await retryDelivery(ctx, String(form.get('deliveryId')));
  return { ok: true, say: 'workspace.delivery-retried' };
}
