import type { Id } from '@portico/kit';
import { type Ctx, NotFound, type ProcessTimeline } from '@portico/kit/server';
import { returnApproval } from '@portico/workflows/return-approval';
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
