/**
 * How long the host lets each piece of a plugin work, in milliseconds, and how often it tries again. A piece that takes
 * longer is left: its contexts commit nothing more, and it counts as a failure of the plugin. Points say their own budget,
 * for each who is asked. In words, with what follows: `docs/plugins/limits.md`, which a test keeps equal to this.
 */
export const LIMITS = {
  /** `load` of a page. */
  pageLoadMs: 2_000,
  /** `submit` of a page or of a part. */
  pageSubmitMs: 20_000,
  /** `load` of a part in a slot, within what its page has left. */
  partLoadMs: 1_500,
  /** An API operation; `budgetMs` of a route may say less, never more. */
  operationMs: 20_000,
  /** A handler of an event, each try. */
  eventMs: 20_000,
  /** Tries of a handler before the event is parked for it. */
  eventTries: 8,
  /** Calls of open operations from one address, in a minute. */
  openCalls: 6_000,
  /** A step of a process, each try. */
  stepMs: 60_000,
  /** `foresee` of an effect, for each participant; all are asked side by side. */
  effectForeseeMs: 1_000,
  /** `hold` and `release` of an effect, for each participant: the transaction of the change waits for them. */
  effectHoldMs: 2_000,
  /** `apply` and `revert` of an effect, for each participant. */
  effectApplyMs: 10_000,
  /** `nextDue` of a clock. */
  clockLookMs: 10_000,
  /** `openBatch` of a clock. */
  clockOpenMs: 30_000,
  /** Between two heartbeats of a batch. */
  clockSilentMs: 60_000,
  /** `workBatch`, as long as it gives its heartbeat. */
  clockBatchMs: 3_600_000,
  /** How often a clock may come without getting further: the same batch again, or rows that are due and no batch. Then it is stuck. */
  clockTries: 3,
  /** So many batches in one minute, without a rest, are more than any business has: the clock is stuck. */
  clockBatches: 300,
} as const;
