import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { again, type Claimed } from '../dispatch/due-work.ts';
import { liftLeftHolds } from '../hooks/effects/freeze.ts';
import { settleClocks } from './clock/clock-rows.ts';
import { signalWithStart, workflowIdOf } from './wake.ts';

const EVERY_MS = 5 * 60_000;
/** So many are looked at in one go; the next go begins behind them. */
const AT_ONCE = 200;
/** One question to Temporal takes some milliseconds; one after the other, many processes would outlast the lease. */
const SIDE_BY_SIDE = 16;

/**
 * Finds live processes whose workflow is not running, or is behind (Temporal lost its state, or came back with an older one; a
 * wake was dropped) and wakes them; gives
 * clocks that came with a new version their row; lifts what undone changes could not lift. Each business has one permanent piece of due work for it.
 */
export async function reconcile(context: HostContext, temporal: Client, claimed: Claimed): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  let woken = 0;
  for (;;) {
    const rows = await context.inTenant((tx) =>
      tx.rows<LiveRow>(sql`select id, kind, state = 'live' and next_at <= ${tx.ctx.clock.now()}::timestamptz as overdue from portico.processes
        where ended_at is null and id > ${after} order by id limit ${AT_ONCE}`),
    );
    for (let at = 0; at < rows.length; at += SIDE_BY_SIDE) {
      const lost = await Promise.all(rows.slice(at, at + SIDE_BY_SIDE).map((row) => wakeIfLost(temporal, context, row)));
      woken += lost.filter(Boolean).length;
    }
    if (rows.length < AT_ONCE) break;
    after = rows.at(-1)!.id;
  }
  if (woken > 0) context.log.warn('processes without a workflow were woken', { woken });
  await context.inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    await settleClocks(tx);
    await liftLeftHolds(tx);
    await again(tx, claimed, EVERY_MS);
  });
}

interface LiveRow {
  readonly id: Id;
  readonly kind: string;
  /** Something should have happened by now. */
  readonly overdue: boolean | null;
}

// One that runs and is overdue may have missed its nudge, as when Temporal came back with an older copy of its state: to be
// told once more costs it one look at its rows. Answers whether it did not run.
async function wakeIfLost(temporal: Client, context: HostContext, { id, kind, overdue }: LiveRow): Promise<boolean> {
  const runs = await isRunning(temporal, workflowIdOf(context.tenant.id, kind, id));
  if (!runs || overdue) await signalWithStart(temporal, context, kind, id);
  return !runs;
}

async function isRunning(temporal: Client, workflowId: string): Promise<boolean> {
  try {
    return (await temporal.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
