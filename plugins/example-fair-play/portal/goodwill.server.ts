import { type Ctx, formInput, type Submitted } from '@portico/kit/server';
import { leads } from '@portico/plugin-leads/api';
import { listNotes, NoteQuery } from '../goodwill-note.queries.ts';
import { WriteNote, writeNote } from '../write-note.ts';

interface LeadTab {
  readonly leadId: string;
}

/** A lead that was never delivered has no such tab: nobody could have been disappointed by it. */
export async function load(ctx: Ctx, { leadId }: LeadTab) {
  if (!(await ctx.use(leads).deliveredLead(leadId))) return undefined;
  const { data } = await ctx.inTenant((tx) => listNotes(tx, NoteQuery.parse({ leadId, limit: 100 })));
  return { notes: data };
}

export async function submit(ctx: Ctx, form: FormData, { leadId }: LeadTab): Promise<Submitted> {
  await writeNote(ctx, WriteNote.parse({ ...formInput(form), leadId }));
  return { ok: true, say: 'example-fair-play.saved' };
}
