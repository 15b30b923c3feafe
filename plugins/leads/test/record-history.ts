import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { recordHistory as record } from '@portico/testing';

/** Where the histories of a cancellation stand, one per outcome. */
export const HISTORIES = fileURLToPath(new URL('../../../workflows/cancellation/histories/', import.meta.url));

/** Keeps the history of a finished workflow, to be replayed by later versions (`PORTICO_RECORD=1`). */
export const recordHistory = (temporal: Client, workflowId: string, outcome: string): Promise<void> => record(temporal, { id: workflowId }, HISTORIES, outcome);
