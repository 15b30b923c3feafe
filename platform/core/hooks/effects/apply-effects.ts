import { EffectsPending, LIMITS, type EffectLine, type Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { SYSTEM } from '../../context/actors.ts';
import type { HostContext } from '../../context/host-context.ts';
import type { HostTx } from '../../context/host-tx.ts';
import { CalledOff, withinBudget } from '../call.ts';
import { lockEffect, participantOf, settleEffect, type EffectRow } from './effect-rows.ts';
import { Lines, workOf } from './participant.ts';

type OpenRow = Pick<EffectRow, 'id' | 'plugin_id' | 'point'>;

/**
 * Applies every open share of a cause, each in a transaction of its own that holds its row. Those that failed before come
 * last, so that one that hangs keeps nobody waiting. Throws EffectsPending, with the plugins' names, while any is left.
 */
export async function applyEffects(context: HostContext, cause: Id): Promise<void> {
  const open = await context.inTenant((tx) =>
    tx.rows<OpenRow>(sql`select id, plugin_id, point from portico.effects
      where tenant_id = ${context.tenant.id} and cause = ${cause} and state in ('frozen', 'failed') order by state = 'failed', position`),
  );
  const left: string[] = [];
  for (const row of open) if (!(await applyOne(context, row))) left.push(row.plugin_id);
  if (left.length > 0) throw new EffectsPending({ plugins: left.join(', ') });
}

async function applyOne(context: HostContext, row: OpenRow): Promise<boolean> {
  try {
    await withinBudget(LIMITS.effectApplyMs, (budget) => context.child(row.plugin_id, SYSTEM, budget).inTenant((tx) => applyLocked(tx as HostTx, row.id)));
    return true;
  } catch (error) {
    if (error instanceof CalledOff) throw error; // the worker ends: nothing is known to be wrong with the plugin
    context.host.failures.note(context.tenant.id, row.plugin_id, `effect ${row.point}: apply`, error);
    const because = error instanceof Error ? error.message || error.name : String(error);
    await context.inTenant((tx) =>
      tx.run(sql`update portico.effects set state = 'failed', tries = tries + 1, last_error = ${because.slice(0, 500)}
        where tenant_id = ${context.tenant.id} and id = ${row.id} and state in ('frozen', 'failed')`),
    );
    return false;
  }
}

async function applyLocked(tx: HostTx, id: Id): Promise<void> {
  const row = await lockEffect(tx, id);
  if (row?.state !== 'frozen' && row?.state !== 'failed') return; // another worker did it, or the change was undone
  const participant = (await isOff(tx, row.plugin_id)) ? undefined : participantOf(tx, row);
  // what it holds stays so while its plugin is off: none of it works here
  if (!participant) return void (await settleEffect(tx, id, 'skipped', [{ text: 'portico.effect.plugin-off' }], row.hold));
  const said = await workOf(participant).apply(tx, row.change, row.cause);
  await settleEffect(tx, id, 'applied', appliedLines(said, row));
}

const appliedLines = (said: readonly EffectLine[] | void, row: EffectRow): readonly EffectLine[] => (said === undefined ? row.shown : Lines.parse(said));

// "Off" is only believed when it is read just now: the plugin may have been switched on a moment ago.
async function isOff(tx: HostTx, pluginId: string): Promise<boolean> {
  const { enablement } = tx.context.host;
  return !enablement.isOnNow(tx.ctx.tenant.id, pluginId) && !(await enablement.readIn(tx.connection, tx.ctx.tenant.id)).has(pluginId);
}
