import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { z } from 'zod';
import { lockLead } from './lead.queries.ts';
import { LeadStatusChange } from './lead.model.ts';

/** How far the work on a lead has come. */
export const ChangeLeadStatus = z.object({ status: z.enum(['new', 'contacted', 'appointment', 'won', 'lost'], 'leads.problem.status') });
export type ChangeLeadStatus = z.output<typeof ChangeLeadStatus>;

/** Notes how far the work on a lead has come. Saying what stands changes nothing. Throws NotFound. */
export async function changeLeadStatus(ctx: Ctx, leadId: Id, { status }: ChangeLeadStatus): Promise<void> {
  ctx.demand('work', 'Lead');
  await ctx.inTenant(async (tx) => {
    const lead = await lockLead(tx, leadId, 'work');
    if (lead.status === status) return;
    await lead.$query(tx.sql).patch({ status });
    await tx
      .query(LeadStatusChange)
      .insert({ id: ctx.newId(), lead_id: leadId, status, changed_by: ctx.actor.id, changed_by_name: ctx.actor.name, at: ctx.clock.now() });
  });
}
