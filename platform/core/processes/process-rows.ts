import type { Case, Id, Process } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';
import { dueAllNow, dueNow } from '../dispatch/due-work.ts';

/** A live process, as the engine reads it. */
export interface ProcessRow {
  readonly id: Id;
  readonly kind: string;
  readonly version: number;
  readonly plugin_id: string;
  readonly subject: Id;
  readonly state: 'live' | 'stuck' | 'ended';
  readonly last_turn: string | null;
  readonly outcome: string | null;
}

/** Begins a case, or finds the live one: one live row per subject is a unique index. Wakes it in either case. */
export async function startProcess(tx: HostTx, process: Case<any, any>, subject: Id): Promise<{ process: Id; started: boolean }> {
  const id = tx.ctx.newId();
  const now = tx.ctx.clock.now();
  const begun = await tx.row<{ id: Id }>(sql`insert into portico.processes (id, kind, version, plugin_id, subject, started_at, next_at)
    values (${id}, ${process.kind}, ${process.version}, ${tx.ctx.pluginId}, ${subject}, ${now}, ${now})
    on conflict (tenant_id, kind, subject) where ended_at is null do nothing returning id`);
  const live = begun ?? (await liveProcess(tx, process.kind, subject));
  if (!live) return startProcess(tx, process, subject); // ended between our two statements: the next one may begin
  await dueNow(tx, 'wake', live.id);
  return { process: live.id, started: begun !== undefined };
}

const liveProcess = (tx: HostTx, kind: string, subject: Id): Promise<{ id: Id } | undefined> =>
  tx.row<{ id: Id }>(sql`select id from portico.processes where kind = ${kind} and subject = ${subject} and ended_at is null`);

/**
 * Asks a live process to look at the rows again; a stuck case moves again. A stuck clock does not: any write of the business
 * nudges it, and would set it going round again. Without a live one nothing happens.
 */
export async function nudgeProcess(tx: HostTx, process: Process, subject: Id): Promise<void> {
  const live = await liveProcess(tx, process.kind, subject);
  if (!live) return;
  if (!('clock' in process))
    await tx.run(sql`update portico.processes set state = 'live', last_turn = null, stuck_because = null where id = ${live.id} and state = 'stuck'`);
  await dueNow(tx, 'wake', live.id);
}

/** Ends the live process of a subject in the caller's transaction; the workflow finds out at its next turn. */
export async function endProcess(tx: HostTx, process: Case<any, any>, subject: Id, outcome: string): Promise<void> {
  const live = await liveProcess(tx, process.kind, subject);
  if (!live) return;
  await endRow(tx, live.id, outcome);
  await dueNow(tx, 'wake', live.id);
}

/** Marks a row ended. */
export const endRow = (tx: HostTx, id: Id, outcome: string): Promise<number> =>
  tx.run(
    sql`update portico.processes set state = 'ended', ended_at = ${tx.ctx.clock.now()}, outcome = ${outcome}, next_step = null, next_at = null where id = ${id} and ended_at is null`,
  );

/** Wakes every open process of the business, or of one plugin: after its clock was moved, or the plugin switched on. */
export async function wakeAll(tx: HostTx, pluginId?: string): Promise<number> {
  const open = await tx.rows<{ id: Id }>(
    sql`select id from portico.processes where ended_at is null and (${pluginId ?? null}::text is null or plugin_id = ${pluginId ?? null})`,
  );
  for (let at = 0; at < open.length; at += 1_000)
    await dueAllNow(
      tx,
      'wake',
      open.slice(at, at + 1_000).map((row) => row.id),
    );
  return open.length;
}
