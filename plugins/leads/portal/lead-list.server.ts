import { z } from 'zod';
import type { PageRequest } from '@portico/kit/page';
import type { Ctx, Submitted } from '@portico/kit/server';
import { textIn } from '../form-text.ts';
import { assignableMembers } from '../lead/assignable-members.ts';
import { AssignLead, assignLeads } from '../lead/assign-lead.ts';
import { ListLeads, listLeads, type LeadLine, type ShownLead } from '../lead/lead-list.queries.ts';
import { leadReach } from '../lead/lead-reach.ts';
import { firstPageIfLost, pageQuery } from '../page-query.ts';
import { typesForChoice } from '../type/lead-type.queries.ts';

// Made once: a schema is compiled when it is first used, which costs more than a hundred uses.
const PageQuery = ListLeads.omit({ unmatched: true });

/** The leads that the user may see, and whose they are. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = pageQuery(PageQuery, request.query);
  const reach = leadReach(ctx.actor);
  return ctx.inTenant(async (tx) => {
    const page = await firstPageIfLost(query, request.query.get('before'), (asked, before) => listLeads(tx, asked, { before, withCount: true }));
    const accountId = reach.kind === 'account' || reach.kind === 'members' ? reach.accountId : undefined;
    return {
      ...page,
      data: page.data.map(shown),
      types: await typesForChoice(tx),
      assignable: accountId ? await assignableMembers(tx, accountId) : [],
      whose:
        reach.kind === 'members'
          ? { kind: reach.below > 0 ? ('downline' as const) : ('own' as const), count: reach.below }
          : { kind: 'account' as const, count: 0 },
      accountName: ctx.actor.roles.find((role) => role.accountId)?.accountName ?? '',
      isNarrowed: Boolean(query.q || query.from || query.to || query.type || query.order),
    };
  });
}

const shown = ({ accountId: _account, orderId: _order, assigneeId: _assignee, ...line }: LeadLine): ShownLead => line;

/** Gives the picked leads to a user. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const ids = z.array(z.uuid()).max(100).parse(form.getAll('ids'));
  if (ids.length === 0) return { ok: false, fields: {}, say: ctx.text('leads.problem.none-picked') };
  await assignLeads(ctx, ids, AssignLead.parse({ memberId: textIn(form, 'memberId') ?? null }));
  return { ok: true, say: 'leads.assigned-many', values: { count: ids.length } };
}
