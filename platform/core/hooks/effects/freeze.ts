import { EffectsApplied, type EffectPoint, type Freeze, type Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostTx } from '../../context/host-tx.ts';
import { ownValue } from '../../errors/own-value.ts';
import { participantOf, readEffects, settleEffect, type EffectRow } from './effect-rows.ts';
import { asParticipant, workOf } from './participant.ts';

/** Begins a change: one row for each plugin that was foreseen and is on, then its hold. A cause that has rows keeps them as they are. */
export async function freezeEffects<Change>(
  tx: HostTx,
  point: EffectPoint<string, Change>,
  { cause, subject, change, foreseen }: Freeze<Change>,
): Promise<void> {
  const kept = JSON.stringify(ownValue(point.change, change, `the effect ${point.name} was frozen with what it does not allow`));
  if ((await readEffects(tx, cause, false)).length > 0) return;
  const rows = foreseen.parts
    .filter((part) => participantOf(tx, { point: point.name, plugin_id: part.pluginId }))
    .map(({ pluginId, lines }, position) => ({ id: tx.ctx.newId(), plugin_id: pluginId, position, shown: lines }));
  await tx.run(sql`insert into portico.effects (id, point, cause, subject, plugin_id, position, change, shown, frozen_at)
    select r.id, ${point.name}, ${cause}, ${subject}, r.plugin_id, r.position, ${kept}::jsonb, r.shown, ${tx.ctx.clock.now()}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, plugin_id text, position integer, shown jsonb)`);
  for (const row of await readEffects(tx, cause, false)) await hold(tx, row);
}

async function hold(tx: HostTx, row: EffectRow): Promise<void> {
  const work = workOf(participantOf(tx, row)!);
  if (!work.hold) return;
  const held = await tried(tx, row, 'hold', (own) => work.hold!(own, row.change, row.cause));
  await tx.run(sql`update portico.effects set hold = ${held ? 'held' : 'failed'} where tenant_id = ${tx.ctx.tenant.id} and id = ${row.id}`);
}

/** Undoes a change before it took effect; the last hold is lifted first. Throws EffectsApplied. */
export async function releaseEffects(tx: HostTx, cause: Id): Promise<void> {
  const rows = await readEffects(tx, cause, true);
  if (rows.some(({ state }) => state === 'applied' || state === 'reverted')) throw new EffectsApplied();
  for (const row of rows.toReversed()) if (row.state !== 'released') await settleEffect(tx, row.id, 'released', null, (await lift(tx, row)) ? 'none' : 'held');
}

/** Lifts what stands still. False: it does still, because its plugin is off or failed; the reconciler, or switching it on, lifts it then. */
async function lift(tx: HostTx, row: EffectRow): Promise<boolean> {
  if (row.hold !== 'held') return true;
  const participant = participantOf(tx, row);
  if (!participant) return false;
  const { release } = workOf(participant);
  return release === undefined || tried(tx, row, 'release', (own) => release(own, row.change, row.cause));
}

async function tried(tx: HostTx, row: EffectRow, what: string, work: (own: HostTx) => Promise<void>): Promise<boolean> {
  try {
    await asParticipant(tx, row.plugin_id, work);
    return true;
  } catch (error) {
    tx.context.host.failures.note(tx.ctx.tenant.id, row.plugin_id, `effect ${row.point}: ${what}`, error);
    return false;
  }
}

/** So many at once; the reconciler comes again. */
const AT_ONCE = 200;

/** Lifts what was left standing still by changes that are undone, or that took effect without their participant. */
export async function liftLeftHolds(tx: HostTx): Promise<void> {
  const left = await tx.rows<EffectRow>(sql`select id, point, cause, subject, plugin_id, change, hold from portico.effects
    where tenant_id = ${tx.ctx.tenant.id} and hold = 'held' and state in ('released', 'skipped') order by id limit ${AT_ONCE} for update skip locked`);
  for (const row of left)
    if (await lift(tx, row)) await tx.run(sql`update portico.effects set hold = 'none' where tenant_id = ${tx.ctx.tenant.id} and id = ${row.id}`);
}
