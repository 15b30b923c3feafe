import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { again, type Claimed } from '../dispatch/due-work.ts';
import { signalWithStart, workflowIdOf } from './wake.ts';

const EVERY_MS = 5 * 60_000;
/** So many are looked at in one go; the next go begins behind them. */
const AT_ONCE = 200;

/**
 * Finds live processes whose workflow is not running (Temporal lost its state, a wake was dropped) and wakes them. Each
 * business has one permanent piece of due work for it.
 */
export async function reconcile(context: HostContext, temporal: Client, claimed: Claimed): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  let woken = 0;
  for (;;) {
    const rows = await context.inTenant((tx) =>
      tx.rows<{ id: Id; kind: string }>(sql`select id, kind from portico.processes where ended_at is null and id > ${after} order by id limit ${AT_ONCE}`),
    );
    for (const row of rows) {
      if (await isRunning(temporal, workflowIdOf(context.tenant.id, row.kind, row.id))) continue;
      await signalWithStart(temporal, context, row.kind, row.id);
      woken += 1;
    }
    if (rows.length < AT_ONCE) break;
    after = rows.at(-1)!.id;
  }
  if (woken > 0) context.log.warn('processes without a workflow were woken', { woken });
  await context.inTenant(async (tx) => void (await again(tx as HostTx, claimed, EVERY_MS)));
}

async function isRunning(temporal: Client, workflowId: string): Promise<boolean> {
  try {
    return (await temporal.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
