import { takenOf, msBetween, type Case, type Done, type Id, type Instant, type Step } from '@portico/kit';
import { sql, type CaseWork } from '@portico/kit/server';
import type { Turn } from '@portico/kit/workflow';
import { SYSTEM } from '../context/actors.ts';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { endRow, type ProcessRow } from './process-rows.ts';

/** A wait is cut here: after it the rows are looked at again, whatever was missed. */
export const LONGEST_WAIT_MS = 24 * 3_600_000;

/** One step taken, as a case remembers it. */
export interface TakenStep {
  readonly step: string;
  readonly at: Instant;
}

/** A live process with its case and the plugin's work for it; `resting` when the plugin is switched off here. */
export interface Followed {
  readonly row: ProcessRow;
  readonly theCase: Case<any, any>;
  readonly work: CaseWork<any, string>;
}

/** Reads a process row; locks it when `lock`. Undefined: it does not exist or is over. `resting`: its plugin is off. */
export async function readProcess(tx: HostTx, processId: Id, lock: boolean): Promise<Followed | 'resting' | undefined> {
  const read = sql`select id, kind, version, plugin_id, subject, state, last_turn, outcome from portico.processes where id = ${processId} and ended_at is null`;
  const row = await tx.row<ProcessRow>(lock ? sql`${read} for update` : read);
  if (!row) return undefined;
  const { registry, enablement } = tx.context.host;
  const entry = registry.process(row.kind);
  if (!entry?.worked || !enablement.isOnNow(tx.ctx.tenant.id, row.plugin_id)) return 'resting';
  return { row, theCase: versionOf(entry.worked.process, row.version), work: entry.worked.work };
}

// A row keeps the rule that it began with; an old version stays in the code while a live row names it.
function versionOf(theCase: Case<any, any>, version: number): Case<any, any> {
  const found = [theCase, ...(theCase.earlier ?? [])].find((one) => one.version === version);
  if (!found) throw new Error(`${theCase.kind} has no version ${version} any more, but a live process is pinned to it`);
  return found;
}

/** The steps that a process has taken, in order. */
export const takenSteps = (tx: HostTx, processId: Id): Promise<TakenStep[]> =>
  tx.rows<TakenStep>(sql`select step, at from portico.process_steps where process_id = ${processId} order by position`);

/** What comes next by the rows as they are. */
export async function nextOf(tx: HostTx, { row, theCase, work }: Followed): Promise<{ next: Step | Done; facts: object; taken: readonly TakenStep[] }> {
  const facts = (await work.facts(tx, row.subject)) as object;
  const taken = await takenSteps(tx, row.id);
  return { next: theCase.next(facts, takenOf(taken)), facts, taken };
}

/** How a turn is remembered: the same step at the same instant twice means that the case does not move. */
export const turnName = (step: Step): string => `${step.step}@${step.at}`;

/**
 * The local activity that a workflow asks at each turn: rows → next. Ends the row when the case is over; copies the next
 * step into the row for lists; marks a case that does not move as stuck and lets it wait for a wake.
 */
export async function whatNext(context: HostContext, processId: Id): Promise<Turn> {
  const turn = await lookOnce(context, processId);
  if (turn !== 'resting') return turn;
  // Perhaps the plugin was switched on a moment ago, and this wake is the one that tells of it: what is known of "off" may
  // be three seconds old, and a rest lasts until somebody wakes.
  context.host.enablement.forget(context.tenant.id);
  const sure = await lookOnce(context, processId);
  return sure === 'resting' ? { waitMs: LONGEST_WAIT_MS, summary: context.text('portico.process.resting') } : sure;
}

const lookOnce = (context: HostContext, processId: Id): Promise<Turn | 'resting'> =>
  context.inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    const followed = await readProcess(tx, processId, false);
    if (!followed) return { done: await outcomeOf(tx, processId) };
    if (followed === 'resting') return 'resting';
    const worker = tx.context.child(followed.row.plugin_id, SYSTEM);
    return inPluginsName(tx, worker, (own) => turnOf(own, followed));
  });

async function turnOf(tx: HostTx, followed: Followed): Promise<Turn> {
  const { row } = followed;
  if (row.state === 'stuck') return { waitMs: LONGEST_WAIT_MS, summary: tx.ctx.text('portico.process.stuck') };
  const { next } = await nextOf(tx, followed);
  if ('done' in next) {
    await endRow(tx, row.id, next.done);
    return { done: next.done };
  }
  await tx.run(
    sql`update portico.processes set next_step = ${next.step}, next_at = ${next.at} where id = ${row.id} and (next_step is distinct from ${next.step} or next_at is distinct from ${next.at})`,
  );
  const waitMs = msBetween(tx.ctx.clock.now(), next.at);
  const planned = stepInWords(tx.context, row.kind, next.step);
  if (waitMs > 0) {
    const summary = tx.ctx.text('portico.process.waits', { step: planned, dueAt: next.at });
    return { waitMs: Math.min(Math.ceil(waitMs / 1_000) * 1_000, LONGEST_WAIT_MS), summary };
  }
  if (row.last_turn === turnName(next)) return stuck(tx, row, next);
  return { do: next.step, summary: planned };
}

// As the timeline says it; a step that nobody gave words to says its name.
function stepInWords(context: HostContext, kind: string, key: string): string {
  const planned = `${kind}.${key}.planned`;
  const text = context.text(planned);
  return text === planned ? key : text;
}

async function stuck(tx: HostTx, row: ProcessRow, next: Step): Promise<Turn> {
  await markStuck(tx, row, `step ${next.step} does not move it`);
  return { waitMs: LONGEST_WAIT_MS, summary: tx.ctx.text('portico.process.stuck') };
}

/** Marks a process that gets no further: it waits until somebody wakes it. Told in the console, by a figure and in the log. */
export async function markStuck(tx: HostTx, row: ProcessRow, because: string): Promise<void> {
  await tx.run(sql`update portico.processes set state = 'stuck', stuck_because = ${because} where tenant_id = ${tx.ctx.tenant.id} and id = ${row.id}`);
  tx.context.host.metrics.stuckProcesses.inc({ kind: row.kind });
  tx.ctx.log.error('a process is stuck', { process: row.id, kind: row.kind, because });
}

/** How a process ended, for its workflow. */
export const outcomeOf = async (tx: HostTx, processId: Id): Promise<string> =>
  (await tx.row<{ outcome: string | null }>(sql`select outcome from portico.processes where id = ${processId}`))?.outcome ?? 'gone';

/** Runs work on the same open transaction, but in the name of the plugin whose process it is. */
export function inPluginsName<T>(tx: HostTx, worker: HostContext, work: (tx: HostTx) => Promise<T>): Promise<T> {
  return work(tx.as(worker));
}
