import { z } from 'zod';
import { type Ctx, NotFound } from '@portico/kit/server';
import { leads } from '@portico/plugin-leads/api';
import { GoodwillNote } from './goodwill-note.model.ts';

export const WriteNote = z.object({
  leadId: z.uuid(),
  text: z.string().trim().min(1, 'example-fair-play.problem.text-missing').max(1_000),
});
export type WriteNote = z.output<typeof WriteNote>;

/** Somebody who may see a delivered lead writes a note about it. Throws NotFound for any other lead. */
export async function writeNote(ctx: Ctx, { leadId, text }: WriteNote): Promise<GoodwillNote> {
  const lead = await ctx.use(leads).deliveredLead(leadId);
  if (!lead) throw new NotFound();
  ctx.demand('write', 'ExampleFairPlayNote', { account_id: lead.accountId, member_id: lead.memberId });
  return ctx.inTenant(async (tx) => {
    const note = await tx
      .query(GoodwillNote)
      .insertAndFetch({
        id: ctx.newId(),
        lead_id: leadId,
        account_id: lead.accountId,
        member_id: lead.memberId,
        text,
        written_by: ctx.actor.id,
        written_by_name: ctx.actor.name,
        written_at: ctx.clock.now(),
      })
      .execute();
    await tx.audit('example-fair-play.note-written', null, { noteId: note.id, leadId });
    return note;
  });
}
