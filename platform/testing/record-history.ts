import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Client } from '@temporalio/client';

/**
 * Keeps the history of a workflow as `<folder>/<outcome>.json`, to be replayed by later versions. Only with
 * `PORTICO_RECORD=1`: histories are a promise to runs that are under way, and are not renewed by the way.
 */
export async function recordHistory(
  temporal: Client,
  workflow: { readonly id: string; readonly runId?: string },
  folder: string,
  outcome: string,
): Promise<void> {
  if (process.env['PORTICO_RECORD'] !== '1') return;
  const history = historyToJSON(await temporal.workflow.getHandle(workflow.id, workflow.runId).fetchHistory());
  const compact: unknown = JSON.parse(history.replace(WORKER_NAME, 'worker'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${outcome}.json`), `${JSON.stringify(compact, null, 1)}\n`);
}

/** `<process>@<machine>`: which machine ran it is nobody's business. */
const WORKER_NAME = /\b\d+@[\w.-]+/g;
