import type { EffectLine, EffectState, FrozenEffect, Id, Instant } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostTx } from '../../context/host-tx.ts';
import type { BoundHook } from '../../plugins/registry.ts';
import { lineFacts } from './foresee.ts';

/** A share of a change, as the engine reads it. */
export interface EffectRow {
  readonly id: Id;
  readonly point: string;
  readonly cause: Id;
  readonly subject: Id;
  readonly plugin_id: string;
  readonly change: unknown;
  readonly shown: readonly EffectLine[];
  readonly state: EffectState;
  readonly hold: FrozenEffect['hold'];
  readonly applied: readonly EffectLine[] | null;
  readonly tries: number;
  readonly frozen_at: Instant;
  readonly settled_at: Instant | null;
}

const COLUMNS = sql`id, point, cause, subject, plugin_id, change, shown, state, hold, applied, tries, frozen_at, settled_at`;

/** The shares of a cause, in their order; locked when `lock`. */
export const readEffects = (tx: HostTx, cause: Id, lock: boolean): Promise<EffectRow[]> => {
  const read = sql`select ${COLUMNS} from portico.effects where tenant_id = ${tx.ctx.tenant.id} and cause = ${cause} order by position`;
  return tx.rows<EffectRow>(lock ? sql`${read} for update` : read);
};

/** One share, locked. */
export const lockEffect = (tx: HostTx, id: Id): Promise<EffectRow | undefined> =>
  tx.row<EffectRow>(sql`select ${COLUMNS} from portico.effects where tenant_id = ${tx.ctx.tenant.id} and id = ${id} for update`);

/** Brings a share to a state: nothing of it stands still any more, unless `hold` says so. */
export const settleEffect = (
  tx: HostTx,
  id: Id,
  state: EffectState,
  applied: readonly EffectLine[] | null,
  hold: FrozenEffect['hold'] = 'none',
): Promise<number> =>
  tx.run(sql`update portico.effects set state = ${state}, hold = ${hold}, settled_at = ${tx.ctx.clock.now()}, last_error = null,
    applied = coalesce(${applied ? JSON.stringify(applied) : null}::jsonb, applied) where tenant_id = ${tx.ctx.tenant.id} and id = ${id}`);

/** The participant of a share, when its plugin is on here. */
export const participantOf = (tx: HostTx, { point, plugin_id }: Pick<EffectRow, 'point' | 'plugin_id'>): BoundHook | undefined =>
  tx.context.host.enablement.boundNow(tx.ctx.tenant.id, 'effect', point).find(({ pluginId }) => pluginId === plugin_id);

/** The shares of a cause, for pages. */
export async function effectsOf(tx: HostTx, cause: Id): Promise<readonly FrozenEffect[]> {
  return (await readEffects(tx, cause, false)).map((row) => frozenOf(tx, row));
}

function frozenOf(tx: HostTx, row: EffectRow): FrozenEffect {
  const applied = row.applied ?? [];
  const work = participantOf(tx, row)?.handle as { revert?: unknown } | undefined;
  return {
    id: row.id,
    pluginId: row.plugin_id,
    title: tx.context.host.registry.byId(row.plugin_id)?.manifest.title ?? 'portico.plugin-unknown',
    point: row.point,
    subject: row.subject,
    state: row.state,
    hold: row.hold,
    shown: row.shown,
    applied,
    differs: row.applied !== null && !isSame(row.shown, applied),
    revertible: work?.revert !== undefined,
    tries: row.tries,
    frozenAt: row.frozen_at,
    at: row.settled_at ?? row.frozen_at,
  };
}

const isSame = (one: readonly EffectLine[], other: readonly EffectLine[]): boolean =>
  JSON.stringify(one.map(lineFacts)) === JSON.stringify(other.map(lineFacts));
