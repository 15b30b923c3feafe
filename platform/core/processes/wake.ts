import { WorkflowNotFoundError, type Client } from '@temporalio/client';
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
 * the same and none can overtake another; dropped when the row has ended meanwhile. A clock whose row has ended is told so,
 * and ends at once: it may be asleep for a day.
 */
export async function wakeProcess(context: HostContext, temporal: Client, claimed: Claimed): Promise<void> {
  const row = await context.inTenant((tx) =>
    tx.row<{ kind: string; is_over: boolean }>(sql`select kind, ended_at is not null as is_over from portico.processes where id = ${claimed.refId}`),
  );
  if (row && !row.is_over) await signalWithStart(temporal, context, row.kind, claimed.refId);
  else if (row && isClock(context, row.kind)) await tellItIsOver(temporal, workflowIdOf(context.tenant.id, row.kind, claimed.refId));
  await context.inTenant(async (tx) => void (await doneWith(tx as HostTx, claimed)));
}

const isClock = ({ host }: HostContext, kind: string): boolean => 'clock' in (host.registry.process(kind)?.process ?? {});

async function tellItIsOver(temporal: Client, workflowId: string): Promise<void> {
  try {
    await temporal.workflow.getHandle(workflowId).signal('nudge');
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error; // it has ended already, or never began
  }
}

/** People wait for cases; clocks work in the background. */
const PRIORITY = { case: 3, clock: 4 } as const;

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
    priority: { fairnessKey: tenantId, priorityKey: isClock(context, kind) ? PRIORITY.clock : PRIORITY.case },
    staticSummary: `${context.text(kind)} · ${slug}`,
  } as never);
}
