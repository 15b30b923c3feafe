import type { Id } from '@portico/kit';
import type { Ctx, StepOutcome, Tx } from '@portico/kit/server';
import type { ChargeOutcome } from '../api.ts';
import { settleIn } from '../payment/settle-outcomes.ts';
import { Collection } from './collection.model.ts';
import { askLater } from './follow-attempts.ts';
import { charge } from './try-again.ts';

/** A try that nobody knows the end of, and what the gateway says of it now. */
export interface AskedGateway {
  readonly attemptId: Id;
  readonly outcome?: ChargeOutcome;
}

/** Asks the gateway how the payment stands. It looks before it acts: what it never began is charged now, what it began is not again. */
export async function askGateway(ctx: Ctx, id: Id): Promise<AskedGateway> {
  const { attempt_id: attemptId } = await ctx.inTenant((tx) => tx.query(Collection).findById(id).throwIfNotFound());
  const outcome = await charge(ctx, attemptId, false);
  return { attemptId, ...(outcome ? { outcome } : {}) };
}

/** Writes the answer down; without news the next question waits longer. */
export async function writeAsked(tx: Tx, id: Id, { attemptId, outcome }: AskedGateway): Promise<StepOutcome | undefined> {
  const moved = outcome ? await settleIn(tx, new Map([[attemptId, outcome]])) : [];
  if (moved.length > 0) return undefined;
  const row = await tx.query(Collection).findById(id).forUpdate().throwIfNotFound();
  if (row.ended_at === null) await row.$query(tx.sql).patch(askLater(tx, row));
  return 'skipped';
}
