import { core, type Ctx, type Submitted } from '@portico/kit/server';
import { retryDelivery } from '../operations/retry-delivery.ts';

/** Deliveries that were given up after their tries. */
export const load = async (ctx: Ctx) => ({ parked: await ctx.use(core).parked(), canRetry: ctx.may('retry', 'ParkedDelivery') });

/** Sends one out again. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  await retryDelivery(ctx, String(form.get('deliveryId')));
  return { ok: true, say: 'workspace.delivery-retried' };
}
