import type { Id } from '@portico/kit';
import { type Ctx, NotFound, type ProcessTimeline, type Vote } from '@portico/kit/server';
import { returnApproval } from '@portico/workflows/return-approval';
import type { ReturnVerdict } from './lead-return.model.ts';
import { findReturn, type ReturnRow } from './lead-return.queries.ts';

/** One return that the actor may see. Throws NotFound for any other. */
export async function readReturn(ctx: Ctx, returnId: Id): Promise<ReturnRow> {
  const row = await ctx.inTenant((tx) => findReturn(tx, returnId));
  if (!row) throw new NotFound();
  return row;
}

/** What happened with a return and what will happen if nobody does anything. Throws NotFound as `readReturn`. */
export async function readReturnTimeline(ctx: Ctx, returnId: Id): Promise<ProcessTimeline> {
  await readReturn(ctx, returnId);
  return ctx.timeline(returnApproval, returnId);
}

/** What plugins voted, for whoever may decide; undefined for everybody else, customers among them. */
export const votesSeen = (ctx: Ctx, asked: ReturnRow): readonly Vote<ReturnVerdict>[] | undefined =>
  ctx.may('decide', 'LeadReturn', rightsOf(asked)) ? asked.votes : undefined;

/** Whose a return is, as rights ask for it. */
export const rightsOf = (asked: ReturnRow) => ({ account_id: asked.accountId, bill_group_id: asked.billGroupId, member_id: asked.memberId });
