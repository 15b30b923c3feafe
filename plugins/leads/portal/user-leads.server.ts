import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { assignedLeads } from '../lead/assigned-leads.ts';

/** What the user has to work on. */
export const load = (ctx: Ctx, { memberId }: { readonly memberId: Id }) => ctx.inTenant((tx) => assignedLeads(tx, memberId));
