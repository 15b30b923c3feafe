import type pg from 'pg';
import type { Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';
import { realClock } from '../observe/real-clock.ts';

/** What the worker's loops do for businesses. */
export type DueKind = 'event' | 'mail' | 'wake' | 'reconcile' | 'resume';

/** Work that one process has taken for itself until `lease`. */
export interface Claimed {
  readonly id: Id;
  readonly tenantId: Id;
  readonly kind: DueKind;
  readonly refId: Id;
  readonly lease: Date;
  /** Since when it was due: what lies longest says how far the loops are behind. */
  readonly dueSince: Date;
}

/** Puts work before the loops, due now. The same work twice, not yet taken, is once; already taken, it is done again. */
export async function dueNow(tx: HostTx, kind: DueKind, refId: Id): Promise<void> {
  await dueAllNow(tx, kind, [refId]);
}

/** The same for many, in one statement. */
export async function dueAllNow(tx: HostTx, kind: DueKind, refIds: readonly Id[]): Promise<void> {
  if (refIds.length === 0) return;
  const ids = refIds.map(() => tx.ctx.newId());
  await tx.run(sql`insert into portico.due_work (id, kind, ref_id, not_before)
    select i, ${kind}, r, ${realClock.now()} from unnest(${ids}::uuid[], ${[...refIds]}::uuid[]) as w(i, r)
    on conflict (tenant_id, kind, ref_id) do update set not_before = excluded.not_before, lease = null`);
}

/** How long a claim lasts before somebody else may take it. */
const LEASE_MS = 60_000;

/**
 * Takes up to `most` rows of due work, fairly: of each business that has some, at most `perTenant`. A taken row's
 * not_before moves to the end of its lease, so that the index alone finds what is free; the cost does not depend on how
 * much one business has waiting. Nothing is taken of the businesses in `except`.
 */
export async function claimDueWork(
  pool: pg.Pool,
  kinds: readonly DueKind[],
  most: number,
  perTenant: number,
  except: readonly Id[] = [],
): Promise<readonly Claimed[]> {
  const now = realClock.now();
  const lease = new Date(now.getTime() + LEASE_MS);
  const { rows } = await pool.query<{ id: Id; tenant_id: Id; kind: DueKind; ref_id: Id; since: string }>({
    name: 'claim',
    text: CLAIM,
    values: [now, lease, most, perTenant, kinds, except],
  });
  return rows.map((row) => ({ id: row.id, tenantId: row.tenant_id, kind: row.kind, refId: row.ref_id, lease, dueSince: new Date(row.since) }));
}

// Steps from business to business along the index (a loose index scan), takes a few rows of each, skips what others hold.
const CLAIM = `
with recursive first as (
  (select tenant_id, not_before from portico.due_work order by tenant_id, not_before limit 1)
  union all
  select next.tenant_id, next.not_before from first cross join lateral (
    select tenant_id, not_before from portico.due_work where tenant_id > first.tenant_id order by tenant_id, not_before limit 1) next
), free as (
  select row.tenant_id, row.id, row.since, row.place from first cross join lateral (
    select d.tenant_id, d.id, d.not_before as since, row_number() over () as place from (
      select tenant_id, id, not_before from portico.due_work
      where tenant_id = first.tenant_id and not_before <= $1 and kind = any($5)
      order by not_before, id limit $4 for update skip locked) d) row
  where first.not_before <= $1 and first.tenant_id <> all($6::uuid[])
), taken as (select tenant_id, id, since from free order by place, tenant_id limit $3)
update portico.due_work w set not_before = $2, lease = $2 from taken
where w.tenant_id = taken.tenant_id and w.id = taken.id
returning w.id, w.tenant_id, w.kind, w.ref_id, taken.since`;

// The policy of this table has two sides, and no index serves it: without the tenant's name every piece that is done would
// read all that waits, of everybody.

/** Work that is done leaves the table, unless somebody asked for it again while it was being done. */
export const doneWith = (tx: HostTx, claimed: Claimed): Promise<number> => doneWithAll(tx, [claimed]);

/** The same for many of one business, in one statement. */
export const doneWithAll = (tx: HostTx, claimed: readonly Claimed[]): Promise<number> =>
  tx.run(sql`delete from portico.due_work w using unnest(${claimed.map(({ id }) => id)}::uuid[], ${claimed.map(({ lease }) => lease)}::timestamptz[]) as done(id, lease)
    where w.tenant_id = ${tx.ctx.tenant.id} and w.id = done.id and w.lease = done.lease`);

/** Work that failed comes again later, unless somebody asked for it sooner. */
export const again = (tx: HostTx, claimed: Claimed, inMs: number): Promise<number> =>
  tx.run(sql`update portico.due_work set not_before = ${new Date(realClock.ms() + inMs)}, lease = null
    where tenant_id = ${tx.ctx.tenant.id} and id = ${claimed.id} and lease = ${claimed.lease}`);

/** Milliseconds until the next try: one second, two, four … at most ten minutes. */
export const backOffMs = (tries: number): number => Math.min(1_000 * 2 ** Math.min(tries - 1, 20), 600_000);
