import { LIMITS, type Id, type RevertedEffect } from '@portico/kit';
import type { HostContext } from '../../context/host-context.ts';
import type { HostTx } from '../../context/host-tx.ts';
import { withinBudget } from '../call.ts';
import { lockEffect, participantOf, readEffects, settleEffect, type EffectRow } from './effect-rows.ts';
import { workOf } from './participant.ts';

/**
 * Takes back the applied shares of a cause, the last first, each in a transaction of its own. What is back already says so
 * again; what has no `revert`, or whose plugin is off, cannot; what failed may be tried again.
 */
export async function revertEffects(context: HostContext, cause: Id): Promise<readonly RevertedEffect[]> {
  const rows = await context.inTenant((tx) => readEffects(tx as HostTx, cause, false));
  const answers: RevertedEffect[] = [];
  for (const row of rows.toReversed()) {
    if (row.state !== 'applied' && row.state !== 'reverted') continue;
    const title = context.host.registry.byId(row.plugin_id)?.manifest.title ?? 'portico.plugin-unknown';
    answers.push({ pluginId: row.plugin_id, title, outcome: await revertOne(context, row) });
  }
  return answers;
}

async function revertOne(context: HostContext, row: EffectRow): Promise<RevertedEffect['outcome']> {
  if (row.state === 'reverted') return 'reverted';
  try {
    return await withinBudget(LIMITS.effectApplyMs, (budget) =>
      context.child(row.plugin_id, undefined, budget).inTenant((tx) => revertLocked(tx as HostTx, row.id)),
    );
  } catch (error) {
    context.host.failures.note(context.tenant.id, row.plugin_id, `effect ${row.point}: revert`, error);
    return 'failed';
  }
}

async function revertLocked(tx: HostTx, id: Id): Promise<RevertedEffect['outcome']> {
  const row = await lockEffect(tx, id);
  if (row?.state !== 'applied') return row?.state === 'reverted' ? 'reverted' : 'cannot';
  const participant = participantOf(tx, row);
  const { revert } = participant ? workOf(participant) : {};
  if (!revert) return 'cannot';
  await revert(tx, row.change, row.cause);
  await settleEffect(tx, id, 'reverted', null);
  return 'reverted';
}
