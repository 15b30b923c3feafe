import { msBetween, type Id, type Step } from '@portico/kit';
import { sql, type StepWork } from '@portico/kit/server';
import { SYSTEM } from '../context/actors.ts';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { inPluginsName, nextOf, readProcess, turnName, type Followed } from './turn.ts';

/**
 * Takes one step of a process: asks the world first when the step needs it, with no transaction open; then writes under
 * the lock of the process row, and only if the step is still the next one and due. Repeating it does nothing.
 */
export async function performStep(context: HostContext, processId: Id, stepKey: string): Promise<void> {
  const asked = await askFirst(context, processId, stepKey);
  if (asked === 'not-next') return;
  await context.inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    const followed = await readProcess(tx, processId, true);
    if (!followed || followed === 'resting') return;
    await inPluginsName(tx, tx.context.child(followed.row.plugin_id, SYSTEM), (own) => takeStep(own, followed, stepKey, asked.answer));
  });
}

type Asked = { readonly answer: unknown } | 'not-next';

async function askFirst(context: HostContext, processId: Id, stepKey: string): Promise<Asked> {
  const seen = await context.inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    const followed = await readProcess(tx, processId, false);
    if (!followed || followed === 'resting') return undefined;
    return inPluginsName(tx, tx.context.child(followed.row.plugin_id, SYSTEM), async (own) => {
      const { next, facts } = await nextOf(own, followed);
      return isDue(own, next, stepKey) ? { followed, facts } : undefined;
    });
  });
  if (!seen) return 'not-next';
  const work = workOf(seen.followed, stepKey);
  if (typeof work === 'function') return { answer: undefined };
  return { answer: await work.ask(context.child(seen.followed.row.plugin_id, SYSTEM), seen.followed.row.subject, seen.facts) };
}

async function takeStep(tx: HostTx, followed: Followed, stepKey: string, answer: unknown): Promise<void> {
  const { row } = followed;
  const { next, facts, taken } = await nextOf(tx, followed);
  if (!isDue(tx, next, stepKey)) return;
  const work = workOf(followed, stepKey);
  const outcome = (await (typeof work === 'function' ? work(tx, row.subject, facts) : work.write(tx, row.subject, answer))) ?? 'done';
  const round = taken.filter((one) => one.step === stepKey).length + 1;
  await tx.run(sql`insert into portico.process_steps (id, process_id, step, round, outcome, at, position)
    values (${tx.ctx.newId()}, ${row.id}, ${stepKey}, ${round}, ${outcome}, ${tx.ctx.clock.now()}, ${taken.length + 1})`);
  await tx.run(sql`update portico.processes set last_turn = ${turnName(next)}, stuck_because = null where id = ${row.id}`);
  tx.context.host.metrics.steps.inc({ kind: row.kind, outcome });
}

const isDue = (tx: HostTx, next: Step | { done: string }, stepKey: string): next is Step =>
  'step' in next && next.step === stepKey && msBetween(tx.ctx.clock.now(), next.at) <= 0;

function workOf(followed: Followed, stepKey: string): StepWork<object> {
  const work = followed.work.steps[stepKey];
  if (!work) throw new Error(`${followed.theCase.kind} has no work for step ${stepKey}`);
  return work;
}
