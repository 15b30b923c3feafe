/** `@portico/kit/workflow`: runs inside Temporal's sandbox. No Node, no zod, no I/O, no decisions. */
import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { BATCH_QUEUE } from './case.ts';
import { LIMITS } from './limits.ts';

/** Which process row a workflow carries to its end. */
export interface ProcessRef {
  readonly tenantId: string;
  readonly processId: string;
}

/**
 * What `whatNext` answers: over; a step that is due; or how many milliseconds of business time until the next one. The
 * summary says it in the business's words: Temporal's own pages show it at the step and at the wait.
 */
export type Turn = { readonly done: string } | { readonly do: string; readonly summary: string } | { readonly waitMs: number; readonly summary: string };

/** The two activities that the host runs for every case. */
export interface CaseActivities {
  whatNext(ref: ProcessRef): Promise<Turn>;
  perform(ref: ProcessRef, step: string): Promise<void>;
}

/** The only message there is. It carries nothing: look at the rows again. */
export const nudge = defineSignal('nudge');

const { whatNext } = proxyLocalActivities<CaseActivities>({ startToCloseTimeout: '30s', retry: { maximumInterval: '1m' } });
const { perform } = proxyActivities<CaseActivities>({ startToCloseTimeout: LIMITS.stepMs, retry: { maximumInterval: '5m' } });

/** Follows one case to its end. Decides nothing: rows → next() is asked in an activity, so no deploy can break a replay. */
export async function followCase(ref: ProcessRef): Promise<string> {
  let nudged = false;
  setHandler(nudge, () => {
    nudged = true;
  });
  for (;;) {
    nudged = false; // before looking: a nudge while we look must not be lost
    const turn = await whatNext(ref);
    if ('done' in turn) return turn.done;
    setCurrentDetails(turn.summary);
    if ('do' in turn) await perform.executeWithOptions({ summary: turn.summary }, [ref, turn.do]);
    else await condition(() => nudged, turn.waitMs, { summary: turn.summary });
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof followCase>(ref);
  }
}

/** What `lookAtClock` answers: over; rows are due; or how many milliseconds of business time until the first one is. */
export type ClockTurn = { readonly done: string } | { readonly work: true; readonly summary: string } | { readonly waitMs: number; readonly summary: string };

/** The two activities that the host runs for every clock. */
export interface ClockActivities {
  lookAtClock(ref: ProcessRef): Promise<ClockTurn>;
  workBatch(ref: ProcessRef): Promise<void>;
}

/** A worker that gives no sign of life for so long is gone: its batch is taken again. The host gives the sign while it lives. */
const SIGN_OF_LIFE_MS = 15_000;
/** A history is left behind long before it becomes slow to replay. */
const LONGEST_HISTORY = 500;

const { lookAtClock } = proxyLocalActivities<ClockActivities>({ startToCloseTimeout: 2 * LIMITS.clockLookMs, retry: { maximumInterval: '1m' } });
const { workBatch } = proxyActivities<ClockActivities>({
  taskQueue: BATCH_QUEUE,
  startToCloseTimeout: LIMITS.clockBatchMs,
  heartbeatTimeout: SIGN_OF_LIFE_MS,
  retry: { maximumInterval: '5m' },
});

/** Follows one clock of one business while its process row lives: sleeps until something is due, then works batch after batch. */
export async function followClock(ref: ProcessRef): Promise<string> {
  let nudged = false;
  setHandler(nudge, () => {
    nudged = true;
  });
  for (;;) {
    nudged = false; // before looking: a nudge while we look must not be lost
    const turn = await lookAtClock(ref);
    if ('done' in turn) return turn.done;
    setCurrentDetails(turn.summary);
    if ('work' in turn) await workBatch.executeWithOptions({ summary: turn.summary }, [ref]);
    else await condition(() => nudged, turn.waitMs, { summary: turn.summary });
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    // the new run looks at once, so a nudge of this very moment is not lost
    if (continueAsNewSuggested || historyLength > LONGEST_HISTORY) await continueAsNew<typeof followClock>(ref);
  }
}
