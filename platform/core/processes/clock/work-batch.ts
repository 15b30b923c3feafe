import { isId, LIMITS, type Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { SYSTEM } from '../../context/actors.ts';
import { CORE } from '../../context/host.ts';
import type { HostContext } from '../../context/host-context.ts';
import type { HostTx } from '../../context/host-tx.ts';
import { Budget, TooSlow, withinBudget } from '../../hooks/call.ts';
import { realClock } from '../../observe/real-clock.ts';
import { markStuck } from '../turn.ts';
import { readClock, type FollowedClock } from './clock-rows.ts';

/** Progress of a batch, as the plugin tells it. */
type Heartbeat = (progress?: object) => void;

/**
 * Opens the next batch of a clock, or finds the one that was not finished, and works it. Does nothing when the clock is
 * over, stuck, or its plugin off. Throws what the plugin throws, and TooSlow when it gives no heartbeat.
 */
export async function workBatch(context: HostContext, processId: Id, heartbeat: Heartbeat): Promise<void> {
  const opened = await openBatch(context, processId);
  if (!opened) return;
  const { batch, followed } = opened;
  if (batch !== undefined)
    await whileItBeats(heartbeat, (budget, beat) => followed.work.workBatch(context.child(followed.row.plugin_id, SYSTEM, budget), batch, beat));
  await noteRound(context, processId, batch ?? null);
}

interface Opened {
  readonly followed: FollowedClock;
  readonly batch: Id | undefined;
}

// Under the lock of the process row: a worker that is only slow and the one that took its place open one batch.
async function openBatch(context: HostContext, processId: Id): Promise<Opened | undefined> {
  return withinBudget(LIMITS.clockOpenMs, async (budget) => {
    const opener = context.child(CORE, SYSTEM, budget);
    const opened = await opener.inTenant(async (tx0) => {
      const tx = tx0 as HostTx;
      const followed = await readClock(tx, processId, true);
      if (!followed || followed === 'resting' || followed.row.state === 'stuck') return undefined;
      const batch = await followed.work.openBatch(tx.as(tx.context.child(followed.row.plugin_id, SYSTEM)));
      if (batch !== undefined && !isId(batch)) throw new TypeError(`openBatch of ${followed.row.kind} answered no id`);
      return { followed, batch };
    });
    context.joinClock(opener); // whoever works the batch may ask the time before the first transaction
    return opened;
  });
}

/** Works while the plugin gives its heartbeat; one that is silent is called off, and commits nothing more. */
async function whileItBeats(heartbeat: Heartbeat, work: (budget: Budget, beat: Heartbeat) => Promise<void>): Promise<void> {
  const budget = new Budget();
  let timer: NodeJS.Timeout | undefined;
  let fail: (because: Error) => void = () => undefined;
  const silent = new Promise<never>((_, reject) => (fail = reject));
  const listen = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      budget.spend();
      fail(new TooSlow(LIMITS.clockSilentMs));
    }, LIMITS.clockSilentMs);
  };
  listen();
  const beat: Heartbeat = (progress) => {
    budget.demand(); // what is called off hears of it here, at the latest
    listen();
    heartbeat(progress);
  };
  try {
    await Promise.race([(async () => work(budget, beat))(), silent]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the row remembers between rests: the last batch, how often it came, and how many batches came since when. */
interface Rounds {
  readonly batch: Id | null;
  readonly times: number;
  readonly sinceMs: number;
  readonly batches: number;
}

const A_MINUTE_MS = 60_000;

// A clock that goes round and gets no further would keep a worker busy for ever: it stops at a bound, and says so.
async function noteRound(context: HostContext, processId: Id, batch: Id | null): Promise<void> {
  await context.inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    const followed = await readClock(tx, processId, true);
    if (!followed || followed === 'resting') return;
    const { row } = followed;
    const rounds = roundsAfter(row.last_turn === null ? undefined : (JSON.parse(row.last_turn) as Rounds), batch, realClock.ms());
    await tx.run(
      sql`update portico.processes set last_turn = ${JSON.stringify(rounds)}, stuck_because = null where tenant_id = ${tx.ctx.tenant.id} and id = ${row.id}`,
    );
    tx.context.host.metrics.steps.inc({ kind: row.kind, outcome: batch === null ? 'skipped' : 'done' });
    const because = stuckBecause(rounds);
    if (because) await markStuck(tx, row, because);
  });
}

function roundsAfter(before: Rounds | undefined, batch: Id | null, nowMs: number): Rounds {
  const times = before && before.batch === batch ? before.times + 1 : 1;
  const isSameMinute = before !== undefined && nowMs - before.sinceMs < A_MINUTE_MS;
  return { batch, times, sinceMs: isSameMinute ? before.sinceMs : nowMs, batches: isSameMinute ? before.batches + 1 : 1 };
}

function stuckBecause({ batch, times, batches }: Rounds): string | undefined {
  if (times >= LIMITS.clockTries)
    return batch === null ? 'rows are due, and it opens no batch for them' : `batch ${batch} was worked ${times} times and is not finished`;
  return batches > LIMITS.clockBatches ? `it worked more than ${LIMITS.clockBatches} batches in a minute, without a rest` : undefined;
}
