import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { lockOrder } from './change-order.ts';

/** Staff close an order for good: nothing opens it again, also not room that is given back. Repeating it changes nothing. */
export async function closeOrder(ctx: Ctx, orderId: Id): Promise<void> {
  ctx.demand('manage', 'LeadOrder');
  await ctx.inTenant(async (tx) => {
    const order = await lockOrder(tx, orderId, 'manage');
    if (order.state === 'closed') return;
    await order.$query(tx.sql).patch({ state: 'closed', closed_at: ctx.clock.now() });
    await tx.audit('leads.order-closed', null, { orderId });
  });
}
