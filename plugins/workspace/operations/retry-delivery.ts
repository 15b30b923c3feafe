import { isId, NotFound } from '@portico/kit';
import { core, type Ctx } from '@portico/kit/server';

/** Staff send a parked event or mail out again, with the same id. Throws NotFound when it is not parked, so a second call does too. */
export async function retryDelivery(ctx: Ctx, deliveryId: string): Promise<void> {
  ctx.demand('retry', 'ParkedDelivery');
  if (!isId(deliveryId)) throw new NotFound();
  await ctx.use(core).retryParked(deliveryId);
}
