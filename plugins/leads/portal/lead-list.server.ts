import { z } from 'zod';
import { isId, NotFound, type Id } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx, type Submitted, type Tx } from '@portico/kit/server';
import { textIn } from '../form-text.ts';
import { assignableMember, assignableMembers, type AssignableChoices, memberMeant } from '../lead/assignable-members.ts';
import { AssignLead, assignLeads } from '../lead/assign-lead.ts';
import { ListLeads, listLeads, type LeadLine, type ShownLead } from '../lead/lead-list.queries.ts';
import { leadReach } from '../lead/lead-reach.ts';
import { typesForChoice } from '../type/lead-type.queries.ts';

// Made once: a schema is compiled when it is first used, which costs more than a hundred uses.
const PageQuery = ListLeads.omit({ unmatched: true });

/** The leads that the user may see, and whose they are. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(PageQuery, request.query);
  const reach = leadReach(ctx.actor);
  return ctx.inTenant(async (tx) => {
    const page = await listLeads(tx, query, { withCount: true });
    const accountId = accountOf(ctx);
    return {
      ...page,
      data: page.data.map(shown),
      types: await typesForChoice(tx),
      ...(await peopleToAssign(tx, accountId, request.query.get('assignTo'))),
      whose:
        reach.kind === 'members'
          ? { kind: reach.below > 0 ? ('downline' as const) : ('own' as const), count: reach.below }
          : { kind: 'account' as const, count: 0 },
      accountName: ctx.actor.roles.find((role) => role.accountId)?.accountName ?? '',
      isNarrowed: Boolean(query.q || query.from || query.to || query.type || query.order),
    };
  });
}

/** Whom leads can be given to; and, of whom the page of a user asked for, the id, if leads can be given to that user. */
async function peopleToAssign(tx: Tx, accountId: Id | undefined, askedFor: string | null): Promise<{ assignable: AssignableChoices; assignTo?: Id }> {
  if (!accountId) return { assignable: { choices: [], more: 0 } };
  const { choices, more } = await assignableMembers(tx, accountId);
  const wanted = askedFor && isId(askedFor) ? await assignableMember(tx, accountId, askedFor) : undefined;
  if (!wanted) return { assignable: { choices, more } };
  const isListed = choices.some(({ memberId }) => memberId === wanted.memberId);
  return { assignable: { choices: isListed ? choices : [wanted, ...choices], more: isListed ? more : more - 1 }, assignTo: wanted.memberId };
}

const shown = ({ accountId: _account, orderId: _order, assigneeId: _assignee, ...line }: LeadLine): ShownLead => line;

/** The one account whose leads the user sees; undefined for whoever belongs to several. */
function accountOf(ctx: Ctx): Id | undefined {
  const reach = leadReach(ctx.actor);
  return reach.kind === 'account' || reach.kind === 'members' ? reach.accountId : undefined;
}

/** Gives the picked leads to a user, who is picked or written. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const memberId = await memberIn(ctx, form);
  const ids = z.array(z.uuid()).max(100).parse(form.getAll('ids'));
  if (ids.length === 0) return { ok: false, fields: {}, say: ctx.text('leads.problem.none-picked') };
  await assignLeads(ctx, ids, AssignLead.parse({ memberId }));
  return { ok: true, say: 'leads.assigned-many', values: { count: ids.length } };
}

async function memberIn(ctx: Ctx, form: FormData): Promise<Id | null> {
  const text = textIn(form, 'memberId') ?? null;
  if (text === null || isId(text)) return text;
  const accountId = accountOf(ctx);
  if (!accountId) throw new NotFound();
  return ctx.inTenant((tx) => memberMeant(tx, accountId, text));
}
