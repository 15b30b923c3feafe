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

/** How much is taken at once. */
export interface ClaimBounds {
  readonly businesses: number;
  /** Of each of them, so much of all kinds together. */
  readonly perBusiness: number;
}

/** Where a process stands in its round over the businesses. */
export interface Rounds {
  after: Id;
}
const FROM_THE_FIRST: Id = '00000000-0000-0000-0000-000000000000';
/** A process begins its rounds with the first business. */
export const openRounds = (): Rounds => ({ after: FROM_THE_FIRST });

/**
 * Takes rows of due work, fairly: businesses take turns, and each gets a bounded share of a turn, so that one with much
 * waiting, or many of them, hold up nobody. A taken row's not_before moves to the end of its lease, so that the index alone
 * finds what is free; the cost does not depend on how much one business has waiting. Nothing is taken of the businesses in
 * `except`.
 */
export async function claimDueWork(
  pool: pg.Pool,
  rounds: Rounds,
  kinds: readonly DueKind[],
  { businesses, perBusiness }: ClaimBounds,
  except: readonly Id[] = [],
): Promise<readonly Claimed[]> {
  const now = realClock.now();
  const lease = new Date(now.getTime() + LEASE_MS);
  const claim = (after: Id) =>
    pool.query<{ id: Id; tenant_id: Id; kind: DueKind; ref_id: Id; since: string }>({
      name: `claim-${businesses}-${perBusiness}`,
      text: claimOf({ businesses, perBusiness }),
      values: [now, lease, kinds, except, after],
    });
  const { rows } = await claim(rounds.after);
  if (rows.length === 0 && rounds.after !== FROM_THE_FIRST) rows.push(...(await claim(FROM_THE_FIRST)).rows);
  // fewer than it may take: nobody after them had anything, and the next round begins with the first
  const isWhole = new Set(rows.map(({ tenant_id }) => tenant_id)).size < businesses;
  rounds.after = isWhole ? FROM_THE_FIRST : rows.at(-1)!.tenant_id;
  return rows.map((row) => ({ id: row.id, tenantId: row.tenant_id, kind: row.kind, refId: row.ref_id, lease, dueSince: new Date(row.since) }));
}

// Steps from business to business along the index (a loose index scan) until enough of them have something due, takes a few
// rows of each kind that is wanted, skips what others hold. Kinds are looked for one by one: mails that nobody can send are
// not walked over. Answers the businesses in the order of the round, and of each what has waited the longest first.
// The bounds are written out, each look has its order, and what is locked is found again by its place in the table: else the
// planner believes in many rows and reads them all.
const claimOf = ({ businesses, perBusiness }: ClaimBounds): string => `
with recursive step as (
  (select tenant_id from portico.due_work where tenant_id > $5 order by tenant_id limit 1)
  union all
  select next.tenant_id from step cross join lateral (
    select tenant_id from portico.due_work where tenant_id > step.tenant_id order by tenant_id limit 1) next
), turn as (
  select tenant_id from step where tenant_id <> all($4::uuid[]) and exists (
    select from unnest($3::text[]) as wanted(kind) cross join lateral (
      select from portico.due_work where tenant_id = step.tenant_id and kind = wanted.kind and not_before <= $1 order by not_before, id limit 1) one)
  limit ${businesses}
), free as materialized (
  select row.place_in_table, row.tenant_id, row.id, row.since from turn cross join lateral (
    select d.place_in_table, d.tenant_id, d.id, d.not_before as since, row_number() over (order by d.not_before, d.id) as place
    from unnest($3::text[]) as wanted(kind) cross join lateral (
      select ctid as place_in_table, tenant_id, id, not_before from portico.due_work
      where tenant_id = turn.tenant_id and kind = wanted.kind and not_before <= $1
      order by not_before, id limit ${perBusiness} for update skip locked) d) row
  where row.place <= ${perBusiness}
), taken as (
  update portico.due_work set not_before = $2, lease = $2 where ctid = any(array(select place_in_table from free))
  returning id, tenant_id, kind, ref_id)
select taken.id, taken.tenant_id, taken.kind, taken.ref_id, free.since from taken join free on free.tenant_id = taken.tenant_id and free.id = taken.id
order by taken.tenant_id, free.since, taken.id`;

// The policy of this table has two sides, and no index serves it: without the tenant's name every piece that is done would
// read all that waits, of everybody.

/** Work that is done leaves the table, unless somebody asked for it again while it was being done. */
export const doneWith = (tx: HostTx, claimed: Claimed): Promise<number> => doneWithAll(tx, [claimed]);

/** The same for many of one business, in one statement: found by their ids, however much else waits. */
export const doneWithAll = (tx: HostTx, claimed: readonly Claimed[]): Promise<number> => {
  const ids = claimed.map(({ id }) => id);
  return tx.run(sql`delete from portico.due_work w using unnest(${ids}::uuid[], ${claimed.map(({ lease }) => lease)}::timestamptz[]) as done(id, lease)
    where w.tenant_id = ${tx.ctx.tenant.id} and w.id = any(${ids}::uuid[]) and w.id = done.id and w.lease = done.lease`);
};

/** Work that failed comes again later, unless somebody asked for it sooner. */
export const again = (tx: HostTx, claimed: Claimed, inMs: number): Promise<number> =>
  tx.run(sql`update portico.due_work set not_before = ${new Date(realClock.ms() + inMs)}, lease = null
    where tenant_id = ${tx.ctx.tenant.id} and id = ${claimed.id} and lease = ${claimed.lease}`);

/** Milliseconds until the next try: one second, two, four … at most ten minutes. */
export const backOffMs = (tries: number): number => Math.min(1_000 * 2 ** Math.min(tries - 1, 20), 600_000);
