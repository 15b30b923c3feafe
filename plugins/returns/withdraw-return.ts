import type { Id } from '@portico/kit';
import { type Ctx, NotFound } from '@portico/kit/server';
import { returnApproval } from '@portico/workflows/return-approval';
import { returnSettled } from './api.ts';
import { LeadReturn } from './lead-return.model.ts';
import { AlreadyDecided } from './return-errors.ts';

/**
 * The customer keeps the lead after all, while nobody has decided. The process ends in the same transaction, so the lead
 * can be returned again at once. Withdrawing twice is once; a decided return throws AlreadyDecided.
 */
export async function withdrawReturn(ctx: Ctx, returnId: Id): Promise<LeadReturn> {
  return ctx.inTenant(async (tx) => {
    const seen = await tx.query(LeadReturn).findById(returnId);
    if (!seen) throw new NotFound();
    ctx.demand('withdraw', 'LeadReturn', seen);
    // process, its wake, the return: everybody locks in this order, so that nobody waits for somebody who waits for them
    await tx.end(returnApproval, returnId, 'withdrawn');
    const asked = await tx.query(LeadReturn).findById(returnId).forUpdate().throwIfNotFound();
    if (asked.withdrawn_at) return asked;
    if (asked.decision) throw new AlreadyDecided({ outcome: asked.decision, decidedAt: asked.decided_at ?? '' });
    await asked.$query(tx.sql).patch({ withdrawn_at: tx.ctx.clock.now() });
    await tx.publish(returnSettled, { returnId, leadId: asked.lead_id, outcome: 'withdrawn' as const });
    await tx.audit('returns.withdrawn', null, { returnId });
    return asked;
  });
}
