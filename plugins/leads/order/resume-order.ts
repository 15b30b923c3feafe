import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { orderRenewal } from '@portico/workflows/order-renewal';
import { lockOrder } from './change-order.ts';
import { stateOf } from './lead-order.model.ts';
import { OrderClosed } from './order-errors.ts';

/** A paused order takes leads again. An open one stays open. Throws OrderClosed. */
export async function resumeOrder(ctx: Ctx, orderId: Id): Promise<void> {
  ctx.demand('pause', 'LeadOrder');
  await ctx.inTenant(async (tx) => {
    const order = await lockOrder(tx, orderId, 'pause');
    const state = stateOf(order, ctx.clock.now());
    if (state === 'closed') throw new OrderClosed({ order: order.number });
    if (state === 'open') return;
    await order.$query(tx.sql).patch({ state: 'open' });
    if (order.renewal) await tx.nudge(orderRenewal); // it may have been filled when it was paused
    await tx.audit('leads.order-resumed', null, { orderId });
  });
}
