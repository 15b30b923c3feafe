import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { lockOrder } from './change-order.ts';
import { stateOf } from './lead-order.model.ts';
import { OrderClosed } from './order-errors.ts';

/** No lead is delivered against the order until it is resumed. A paused one stays paused. Throws OrderClosed. */
export async function pauseOrder(ctx: Ctx, orderId: Id): Promise<void> {
  ctx.demand('pause', 'LeadOrder');
  await ctx.inTenant(async (tx) => {
    const order = await lockOrder(tx, orderId, 'pause');
    const state = stateOf(order, ctx.clock.now());
    if (state === 'closed') throw new OrderClosed({ order: order.number });
    if (state === 'paused') return;
    await order.$query(tx.sql).patch({ state: 'paused' });
    await tx.audit('leads.order-paused', null, { orderId });
  });
}
