import { NotFound, type Id } from '@portico/kit';
import { lineOfText, type Ctx, type Tx } from '@portico/kit/server';
import { z } from 'zod';
import { lockOrderBook } from '../order/order-book.ts';
import { putBack } from './back-in-queue.ts';
import { EntryNotQueued } from './queue-errors.ts';
import { CALL_RESULTS, QueueEntry } from './queue-entry.model.ts';

/** What came of a call. */
export const MarkCalled = z.object({
  result: z.enum(CALL_RESULTS, 'leads.problem.call-result'),
  note: lineOfText(500).default(''),
});
export type MarkCalled = z.output<typeof MarkCalled>;

/**
 * Staff called a lead and note what came of it. The same mark again changes nothing. Throws EntryNotQueued when it is not
 * to be called (any more), NotFound.
 */
export async function markCalled(ctx: Ctx, entryId: Id, { result, note }: MarkCalled): Promise<void> {
  await ctx.inTenant(async (tx) => {
    const entry = await lockEntry(tx, entryId);
    if (entry.state === 'called' && entry.result === result && entry.note === note) return;
    if (entry.state !== 'queued') throw new EntryNotQueued();
    const called = { called_at: ctx.clock.now(), called_by: ctx.actor.id, called_by_name: ctx.actor.name };
    await entry.$query(tx.sql).patch({ state: 'called', result, note, ...called });
    await tx.audit('leads.lead-called', null, { entryId, leadId: entry.lead_id, result });
  });
}

/**
 * A mark was a mistake: the lead waits to be called again, rests with its plan when that is being cancelled or has ended by
 * now, or is out when it was returned meanwhile. Repeating it changes nothing. Throws NotFound.
 */
export async function takeCallBack(ctx: Ctx, entryId: Id): Promise<void> {
  await ctx.inTenant(async (tx) => {
    await lockOrderBook(tx);
    const entry = await lockEntry(tx, entryId);
    if (entry.state !== 'called') return;
    await putBack(tx, [entryId]);
    await tx.audit('leads.call-taken-back', null, { entryId, leadId: entry.lead_id });
  });
}

async function lockEntry(tx: Tx, entryId: Id): Promise<QueueEntry> {
  const entry = await tx.query(QueueEntry).findById(entryId).forUpdate();
  if (!entry) throw new NotFound();
  tx.ctx.demand('call', 'QueueEntry', entry);
  return entry;
}
