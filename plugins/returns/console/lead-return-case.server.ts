import { NotFound } from '@portico/kit';
import type { Ctx, Submitted } from '@portico/kit/server';
import { latestReturnOfLead } from '../lead-return.queries.ts';
import { readReturnTab } from '../read-return-tab.ts';
import { submitDecision } from '../return-forms.ts';

interface LeadTab {
  readonly leadId: string;
}

export const load = (ctx: Ctx, { leadId }: LeadTab) => readReturnTab(ctx, leadId);

export async function submit(ctx: Ctx, form: FormData, { leadId }: LeadTab): Promise<Submitted> {
  const latest = await ctx.inTenant((tx) => latestReturnOfLead(tx, leadId));
  if (!latest) throw new NotFound();
  return submitDecision(ctx, form, latest.id);
}
