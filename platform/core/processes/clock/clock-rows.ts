import type { Id } from '@portico/kit';
import { sql, type ClockWork } from '@portico/kit/server';
import type { HostTx } from '../../context/host-tx.ts';
import { dueAllNow } from '../../dispatch/due-work.ts';
import type { ProcessRow } from '../process-rows.ts';

/** The live process row of a clock, with the plugin's work for it. */
export interface FollowedClock {
  readonly row: ProcessRow;
  readonly work: ClockWork;
}

/** Reads the row of a clock; locks it when `lock`. Undefined: it is over. `resting`: its plugin is off, or set aside. */
export async function readClock(tx: HostTx, processId: Id, lock: boolean): Promise<FollowedClock | 'resting' | undefined> {
  const read = sql`select id, kind, version, plugin_id, subject, state, last_turn, outcome from portico.processes
    where tenant_id = ${tx.ctx.tenant.id} and id = ${processId} and ended_at is null`;
  const row = await tx.row<ProcessRow>(lock ? sql`${read} for update` : read);
  if (!row) return undefined;
  const { registry, enablement } = tx.context.host;
  const work = registry.process(row.kind)?.clock?.work;
  return work && enablement.isOnNow(tx.ctx.tenant.id, row.plugin_id) ? { row, work } : 'resting';
}

interface ClockOfPlugin {
  readonly kind: string;
  readonly pluginId: string;
}

/** The clocks of every healthy plugin. */
const clocksOf = (tx: HostTx): readonly ClockOfPlugin[] =>
  tx.context.host.registry.plugins
    .filter(({ quarantined }) => !quarantined)
    .flatMap(({ id, server }) =>
      (server.processes ?? []).filter(({ process }) => 'clock' in process).map(({ process }) => ({ kind: process.kind, pluginId: id })),
    );

/**
 * Each clock of a plugin that is on here, as this transaction sees it, has a live row; one of a plugin that is off has none.
 * Repeating it changes nothing.
 */
export async function settleClocks(tx: HostTx): Promise<void> {
  const clocks = clocksOf(tx);
  if (clocks.length === 0) return;
  const on = await tx.context.host.enablement.readIn(tx.connection, tx.ctx.tenant.id);
  await beginClocks(
    tx,
    clocks.filter(({ pluginId }) => on.has(pluginId)),
  );
  const off = clocks.filter(({ pluginId }) => !on.has(pluginId)).map(({ kind }) => kind);
  const ended = await tx.rows<{
    id: Id;
  }>(sql`update portico.processes set state = 'ended', ended_at = ${tx.ctx.clock.now()}, outcome = 'switched-off', next_at = null
    where tenant_id = ${tx.ctx.tenant.id} and subject = ${tx.ctx.tenant.id} and kind = any(${off}::text[]) and ended_at is null returning id`);
  await dueAllNow(
    tx,
    'wake',
    ended.map(({ id }) => id),
  );
}

async function beginClocks(tx: HostTx, clocks: readonly ClockOfPlugin[]): Promise<void> {
  const rows = clocks.map(({ kind, pluginId }) => ({ id: tx.ctx.newId(), kind, plugin_id: pluginId }));
  const now = tx.ctx.clock.now();
  const begun = await tx.rows<{ id: Id }>(sql`insert into portico.processes (id, kind, version, plugin_id, subject, started_at, next_at)
    select r.id, r.kind, 1, r.plugin_id, ${tx.ctx.tenant.id}, ${now}, ${now} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, kind text, plugin_id text)
    on conflict (tenant_id, kind, subject) where ended_at is null do nothing returning id`);
  await dueAllNow(
    tx,
    'wake',
    begun.map(({ id }) => id),
  );
}
