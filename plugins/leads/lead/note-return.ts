import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { lockOrderBook } from '../order/order-book.ts';
import { followReturn } from '../queue/follow-return.ts';
import type { ReturnState } from './lead.model.ts';

/**
 * Notes on a lead what became of its return, for lists; in the call queue it leaves, or comes back. An older or the same
 * `seq` as the one noted changes nothing.
 */
export async function noteReturn(ctx: Ctx, leadId: Id, state: ReturnState | null, seq: number): Promise<void> {
  await ctx.inTenant(async (tx) => {
    await lockOrderBook(tx);
    const isNews = await tx.run(
      sql`update leads.leads set return_state = ${state}, return_seq = ${seq} where tenant_id = ${ctx.tenant.id} and id = ${leadId} and return_seq < ${seq}`,
    );
    if (isNews > 0) await followReturn(tx, leadId, state);
  });
}
