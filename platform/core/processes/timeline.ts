import { forecast, type Case, type Id, type Instant } from '@portico/kit';
import { sql, type ProcessTimeline } from '@portico/kit/server';
import { SYSTEM } from '../context/actors.ts';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { inPluginsName, nextOf, readProcess } from './turn.ts';

interface LatestRow {
  readonly id: Id;
  readonly state: 'live' | 'stuck' | 'ended';
  readonly outcome: string | null;
}
interface StepRow {
  readonly step: string;
  readonly at: Instant;
  readonly outcome: 'done' | 'skipped' | 'failed';
}

/**
 * The latest process of a subject as people follow it: the steps taken, and the forecast from the rows as they are. What
 * is planned is what will be done: both come from the same pure function. Texts: `<kind>.<step>` for what was done,
 * `.skipped` or `.failed` behind it for what came to nothing, `<kind>.<step>.planned` for what will happen.
 */
export async function timelineOf(context: HostContext, process: Case<any, any>, subject: Id): Promise<ProcessTimeline> {
  for (;;) {
    const read = await readOnce(context, process, subject);
    if (read !== 'overtaken') return read;
  }
}

function readOnce(context: HostContext, process: Case<any, any>, subject: Id): Promise<ProcessTimeline | 'overtaken'> {
  return context.inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    const latest = await tx.row<LatestRow>(
      sql`select id, state, outcome from portico.processes where kind = ${process.kind} and subject = ${subject} order by started_at desc, id desc limit 1`,
    );
    if (!latest) return { state: 'none', past: [], planned: [] };
    const steps = await stepsOf(tx, latest.id);
    const past = steps.map(({ step, at, outcome }) => ({ at, key: step, text: `${process.kind}.${step}${outcome === 'done' ? '' : `.${outcome}`}`, outcome }));
    if (latest.state === 'ended') return { state: 'ended', outcome: latest.outcome ?? '', past, planned: [] };
    const followed = await readProcess(tx, latest.id, false);
    if (!followed || followed === 'resting') return { state: followed ? 'resting' : 'ended', past, planned: [] };
    const planned = await inPluginsName(tx, tx.context.child(followed.row.plugin_id, SYSTEM), async (own) => {
      const { facts, taken } = await nextOf(own, followed);
      return forecast(followed.theCase, facts, taken as never).map((step) => ({
        at: step.at,
        key: step.step,
        text: `${process.kind}.${step.step}.planned`,
        ...(step.because ? { because: step.because } : {}),
      }));
    });
    // a step that was taken between two of these questions would be in neither list, or in both: then all is read again
    if ((await stepsOf(tx, latest.id)).length !== steps.length) return 'overtaken';
    return { state: latest.state, past, planned };
  });
}

const stepsOf = (tx: HostTx, processId: Id): Promise<StepRow[]> =>
  tx.rows<StepRow>(sql`select step, at, outcome from portico.process_steps where process_id = ${processId} order by position`);
