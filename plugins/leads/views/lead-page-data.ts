import type { Id } from '@portico/kit';
import { msBetween } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { leadFacts, leadTabs } from '../api.ts';
import { assignableMembers } from '../lead/assignable-members.ts';
import { freshAssignment, UNDO_MINUTES } from '../lead/assign-lead.ts';
import { countryOf, phoneText } from '../lead/contact-keys.ts';
import { leadTimeline } from '../lead/lead-timeline.ts';
import { readLead, type LeadDetails } from '../lead/lead.queries.ts';

/** A label and a text on the page of a lead. */
export interface LeadFact {
  readonly label: string;
  readonly text: string;
  readonly at?: string;
}

/** What the pages of a lead show, in portal and console alike: the lead, its past, its tabs, and whom it can be given to. */
export async function leadPageData(ctx: Ctx, leadId: Id) {
  const own = await ctx.inTenant(async (tx) => {
    const lead = await readLead(tx, leadId);
    return {
      lead,
      timeline: await leadTimeline(tx, leadId),
      assignable: lead.accountId && ctx.may('assign', 'Lead', lead) ? await assignableMembers(tx, lead.accountId) : { choices: [], more: 0 },
      fresh: await freshAssignment(tx, leadId),
      now: ctx.clock.now(),
    };
  });
  const { fresh, now, ...data } = own;
  return {
    ...data,
    phoneText: own.lead.phone && phoneText(own.lead.phone, countryOf(ctx.tenant.locale)),
    facts: await factsOf(ctx, own.lead),
    tabs: await ctx.slot(leadTabs, { leadId }),
    mayWork: ctx.may('work', 'Lead', assigneeRow(own.lead)),
    undo: fresh
      ? { ...fresh, secondsLeft: Math.max(0, UNDO_MINUTES * 60 - Math.floor(msBetween(fresh.at, now) / 1_000)), secondsTotal: UNDO_MINUTES * 60 }
      : null,
  };
}

const assigneeRow = ({ accountId, assigneeId }: LeadDetails) => ({ accountId, assigneeId });

/** What is known of a lead beside its contact, and what other plugins add at the end. Theirs never take ours away. */
async function factsOf(ctx: Ctx, lead: LeadDetails): Promise<readonly LeadFact[]> {
  const address = [lead.street, [lead.town, lead.postalCode].filter(Boolean).join(' ')].filter(Boolean).join(', ');
  const own: LeadFact[] = [
    ...(address ? [{ label: ctx.text('leads.fact.address'), text: address }] : []),
    ...Object.entries(lead.fields).map(([label, text]) => ({ label, text })),
    ...(lead.note ? [{ label: ctx.text('leads.fact.note'), text: lead.note }] : []),
  ];
  const { facts } = await ctx.filter(leadFacts, { leadId: lead.id, facts: own });
  const isKept = own.every((fact, at) => facts[at]?.label === fact.label && facts[at]?.text === fact.text);
  return isKept ? facts : own;
}
