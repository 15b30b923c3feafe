import { LIMITS, msBetween, type Id, type Instant } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { ClockTurn } from '@portico/kit/workflow';
import { SYSTEM } from '../../context/actors.ts';
import { CORE } from '../../context/host.ts';
import type { HostContext } from '../../context/host-context.ts';
import type { HostTx } from '../../context/host-tx.ts';
import { withinBudget } from '../../hooks/call.ts';
import { inPluginsName, LONGEST_WAIT_MS, outcomeOf } from '../turn.ts';
import { readClock, type FollowedClock } from './clock-rows.ts';

/**
 * What a clock does now, by the rows as they are: business time is compared here and never in the workflow. Copies the
 * earliest instant into the process row, for lists. Throws what `nextDue` throws, and TooSlow.
 */
export async function lookAtClock(context: HostContext, processId: Id): Promise<ClockTurn> {
  const turn = await lookOnce(context, processId);
  if (turn !== 'resting') return turn;
  // perhaps the plugin was switched on a moment ago: what is known of "off" may be three seconds old
  context.host.enablement.forget(context.tenant.id);
  const sure = await lookOnce(context, processId);
  return sure === 'resting' ? { waitMs: LONGEST_WAIT_MS, summary: context.text('portico.process.resting') } : sure;
}

const lookOnce = (context: HostContext, processId: Id): Promise<ClockTurn | 'resting'> =>
  withinBudget(LIMITS.clockLookMs, (budget) =>
    context.child(CORE, SYSTEM, budget).inTenant(async (tx0) => {
      const tx = tx0 as HostTx;
      const followed = await readClock(tx, processId, false);
      if (!followed) return { done: await outcomeOf(tx, processId) };
      if (followed === 'resting') return 'resting';
      if (followed.row.state === 'stuck') return { waitMs: LONGEST_WAIT_MS, summary: tx.ctx.text('portico.process.stuck') };
      return turnOf(tx, followed);
    }),
  );

async function turnOf(tx: HostTx, { row, work }: FollowedClock): Promise<ClockTurn> {
  const dueAt = (await inPluginsName(tx, tx.context.child(row.plugin_id, SYSTEM), (own) => work.nextDue(own))) ?? null;
  const waitMs = dueAt === null ? LONGEST_WAIT_MS : msBetween(tx.ctx.clock.now(), dueAt);
  await copyNext(tx, row.id, dueAt, waitMs > 0);
  if (waitMs <= 0) return { work: true, summary: tx.ctx.text('portico.clock.works') };
  const summary = dueAt === null ? tx.ctx.text('portico.clock.idle') : tx.ctx.text('portico.clock.waits', { dueAt });
  return { waitMs: Math.min(Math.ceil(waitMs / 1_000) * 1_000, LONGEST_WAIT_MS), summary };
}

// A clock that rests has got further: what it was suspected of, and what it was told to be troubled by, is over.
const copyNext = (tx: HostTx, id: Id, dueAt: Instant | null, rests: boolean): Promise<number> =>
  tx.run(sql`update portico.processes set next_at = ${dueAt}, last_turn = case when ${rests} then null else last_turn end,
      stuck_because = case when ${rests} then null else stuck_because end
    where tenant_id = ${tx.ctx.tenant.id} and id = ${id}
      and (next_at is distinct from ${dueAt}::timestamptz or (${rests} and (last_turn is not null or stuck_because is not null)))`);
