import type { Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { doneWith, type Claimed } from '../dispatch/due-work.ts';

/** Where workflows of every process are queued: shared by all businesses, fair by key. */
export const TASK_QUEUE = 'portico';

/** The id of a workflow names its business first. */
export const workflowIdOf = (tenantId: Id, kind: string, processId: Id): string => `${tenantId}/${kind}/${processId}`;

/**
 * The one message to a workflow: look at the rows again. Starts it when it is not running, so start, nudge and repair are
 * the same and none can overtake another; dropped when the row has ended meanwhile.
 */
export async function wakeProcess(context: HostContext, temporal: Client, claimed: Claimed): Promise<void> {
  const row = await context.inTenant((tx) =>
    tx.row<{ kind: string; subject: Id }>(sql`select kind, subject from portico.processes where id = ${claimed.refId} and ended_at is null`),
  );
  if (row) await signalWithStart(temporal, context, row.kind, claimed.refId);
  await context.inTenant(async (tx) => void (await doneWith(tx as HostTx, claimed)));
}

/** Starts or nudges the workflow of a process row. Only ids travel; the summary is for who reads Temporal's own pages. */
export async function signalWithStart(temporal: Client, context: HostContext, kind: string, processId: Id): Promise<void> {
  const { id: tenantId, slug } = context.tenant;
  await temporal.workflow.signalWithStart(kind, {
    workflowId: workflowIdOf(tenantId, kind, processId),
    taskQueue: TASK_QUEUE,
    args: [{ tenantId, processId }],
    signal: 'nudge',
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    priority: { fairnessKey: tenantId, priorityKey: 3 },
    staticSummary: `${context.text(kind)} · ${slug}`,
  } as never);
}
