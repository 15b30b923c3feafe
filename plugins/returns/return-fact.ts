import type { Ctx } from '@portico/kit/server';
import { leadFacts, leads } from '@portico/plugin-leads/api';
import { returnOfSeenLead } from './lead-return.queries.ts';
import type { ReturnSettings } from './plugin.ts';
import { windowClosesAt } from './return-window.ts';

type Fact = { label: string; text: string; at?: string };

/** The lead page says until when the lead can be returned, or what became of its return (S3). */
export const returnFact = leadFacts.change(async (ctx, { leadId, facts }) => {
  const fact = await factOf(ctx, leadId);
  return { leadId, facts: fact ? [...facts, fact] : facts };
});

/** What the lead's page says of its return; undefined for a lead that the actor does not see, or that cannot be returned. */
export async function factOf(ctx: Ctx, leadId: string): Promise<Fact | undefined> {
  const lead = await ctx.use(leads).deliveredLead(leadId);
  if (!lead) return undefined;
  const asked = await ctx.inTenant((tx) => returnOfSeenLead(tx, lead));
  if (asked && asked.status !== 'withdrawn')
    return { label: ctx.text('returns.fact.returned'), text: ctx.text(`returns.status.${asked.status}`), at: asked.requestedAt };
  if (!lead.acceptsReturns) return undefined;
  const closesAt = windowClosesAt(lead.deliveredAt, ctx.settings<ReturnSettings>().windowHours);
  return ctx.clock.now() > closesAt
    ? { label: ctx.text('returns.fact.closed'), text: '', at: closesAt }
    : { label: ctx.text('returns.fact.until'), text: '', at: closesAt };
}
