import { z } from 'zod';
import type { Id } from '@portico/kit';
import { type Ctx, NotFound, type Tx } from '@portico/kit/server';
import { returnApproval, type ReturnOutcome } from '@portico/workflows/return-approval';
import { returnSettled } from './api.ts';
import { LeadReturn } from './lead-return.model.ts';
import { AlreadyDecided, AlreadyWithdrawn } from './return-errors.ts';

const because = z.string().trim().max(200).default('');

/** What staff decide: a denial needs its reason, because the customer reads it (S3). */
export const ReturnDecision = z
  .object({ outcome: z.enum(['approved', 'denied']), because })
  .refine((decision) => decision.outcome === 'approved' || decision.because !== '', {
    path: ['because'],
    message: 'returns.problem.because-missing',
  });
export type ReturnDecision = z.output<typeof ReturnDecision>;

/**
 * Staff decide. Whoever comes second, another tab, a plugin or the deadline, changes nothing: the same outcome is
 * answered as it stands with `changed: false`, another one throws AlreadyDecided or AlreadyWithdrawn.
 */
export async function decideReturn(ctx: Ctx, returnId: Id, decision: ReturnDecision): Promise<{ asked: LeadReturn; changed: boolean }> {
  return ctx.inTenant(async (tx) => {
    const seen = await tx.query(LeadReturn).findById(returnId);
    if (!seen) throw new NotFound();
    ctx.demand('decide', 'LeadReturn', seen);
    // process, its wake, the return: everybody locks in this order, so that nobody waits for somebody who waits for them
    await tx.nudge(returnApproval, returnId);
    const asked = await tx.query(LeadReturn).findById(returnId).forUpdate().throwIfNotFound();
    if (asked.withdrawn_at) throw new AlreadyWithdrawn({ withdrawnAt: asked.withdrawn_at });
    if (asked.decision === decision.outcome) return { asked, changed: false };
    if (asked.decision) throw new AlreadyDecided({ outcome: asked.decision, decidedAt: asked.decided_at ?? '' });
    await recordDecision(tx, asked, { ...decision, by: 'staff', user: ctx.actor.id });
    return { asked, changed: true };
  });
}

/** A decision and who made it. */
export interface RecordedDecision {
  readonly outcome: ReturnOutcome;
  readonly because: string;
  readonly by: 'staff' | 'plugins' | 'deadline';
  readonly user?: Id;
}

/** Somebody settled the return while a step was on its way; the step is tried again and finds that out. */
export class Overtaken extends Error {}

/**
 * The one writer of a decision: staff, plugins and the deadline all come through here, with the row locked. A row that
 * is settled already throws Overtaken, so that nothing of the transaction stays.
 */
export async function recordDecision(tx: Tx, asked: LeadReturn, { outcome, because, by, user }: RecordedDecision): Promise<void> {
  if (asked.decision || asked.withdrawn_at) throw new Overtaken(`return ${asked.id} is settled already`);
  await asked.$query(tx.sql).patch({
    decision: outcome,
    because,
    decided_at: tx.ctx.clock.now(),
    decided_by: by,
    decided_by_user: user ?? null,
  });
  await tx.publish(returnSettled, { returnId: asked.id, leadId: asked.lead_id, outcome });
  await tx.audit('returns.decided', null, { returnId: asked.id, outcome, because, by });
}
