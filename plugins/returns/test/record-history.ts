import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Client } from '@temporalio/client';

/** Where the histories of this case stand, one per outcome. */
export const HISTORIES = fileURLToPath(new URL('../../../workflows/return-approval/histories/', import.meta.url));

/**
 * Keeps the history of a finished workflow, to be replayed by later versions. Only with `PORTICO_RECORD=1`: histories
 * are a promise to runs that are under way, and are not renewed by the way.
 */
export async function recordHistory(temporal: Client, workflowId: string, outcome: string): Promise<void> {
  if (process.env['PORTICO_RECORD'] !== '1') return;
  const history = historyToJSON(await temporal.workflow.getHandle(workflowId).fetchHistory());
  const compact: unknown = JSON.parse(history.replace(WORKER_NAME, 'worker'));
  writeFileSync(path.join(HISTORIES, `${outcome}.json`), `${JSON.stringify(compact, null, 1)}\n`);
}

/** `<process>@<machine>`: which machine ran it is nobody's business. */
const WORKER_NAME = /\b\d+@[\w.-]+/g;
