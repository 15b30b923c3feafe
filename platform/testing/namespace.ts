import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

/** A namespace of its own on the run's Temporal server, so that test files do not meet. Its name is the database's. */
export async function openNamespace(address: string, name: string): Promise<string> {
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({ namespace: name, workflowExecutionRetentionPeriod: { seconds: 86_400 as never } });
    const until = performance.now() + 20_000;
    while (!(await isKnown(connection, name))) {
      if (performance.now() > until) throw new Error(`Temporal did not make the namespace ${name} known within 20 s`);
      await pause(100);
    }
    return name;
  } finally {
    await connection.close();
  }
}

// The server makes a new namespace known to its parts one after the other: listing workflows asks the last of them.
async function isKnown(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 });
    return true;
  } catch (error) {
    if ((error as { code?: number }).code === 5) return false; // gRPC NOT_FOUND
    throw error;
  }
}
