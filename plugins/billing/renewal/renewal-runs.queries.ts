import type { Id, Instant } from '@portico/kit';
import { listQuery, sql, walkList, type ListPlace, type Tx, type WalkedPage } from '@portico/kit/server';
import type { z } from 'zod';

/** A run of the clock: what it billed and charged together. */
export interface RenewalRun {
  readonly id: Id;
  readonly openedAt: Instant;
  /** Null while it is at work, or waits for the brake. */
  readonly finishedAt: Instant | null;
  /** Periods that it billed; none when it took up what was left over. */
  readonly periods: number;
  /** Of these, periods that should have been billed a day or more before. */
  readonly late: number;
  readonly charges: number;
  /** Of these, those whose card was declined. */
  readonly declined: number;
}

/** What a list of runs can be asked for. */
export const ListRenewalRuns = listQuery(['-opened', 'opened']);
export type ListRenewalRuns = z.output<typeof ListRenewalRuns>;

/** The runs of the clock, newest first unless asked otherwise. Throws InvalidInput at `cursor` or `before`. */
export async function listRenewalRuns(tx: Tx, query: ListPlace): Promise<WalkedPage<RenewalRun>> {
  const keyset = walkList<RenewalRun & { sort_key: Instant }>({ key: sql`b.opened_at`, type: 'timestamptz' }, sql`b.id`, query);
  const rows = await tx.rows<
    RenewalRun & { sort_key: Instant }
  >(sql`select b.id, b.opened_at as "openedAt", b.opened_at as sort_key, b.finished_at as "finishedAt",
      b.periods, b.late, b.charges, b.declined
    from billing.renewal_batches b where b.tenant_id = ${tx.ctx.tenant.id} and ${keyset.where} ${keyset.orderAndLimit}`);
  const { rows: data, nextCursor, previousCursor } = keyset.page(rows);
  return { data: data.map(({ sort_key: _, ...row }) => row), nextCursor, previousCursor };
}

/** A subscription that is not billed until somebody has looked at it. */
export interface HeldBack {
  readonly id: Id;
  readonly number: number;
  readonly account: string;
  readonly plan: string;
  readonly because: string;
  readonly dueAt: Instant;
}

const MOST_HELD_BACK = 50;

/** What the clock does not bill, the longest waiting first, at most fifty. */
export const heldBack = (tx: Tx): Promise<HeldBack[]> =>
  tx.rows<HeldBack>(sql`select s.id, s.number, a.name as account, p.name as plan, s.attention as because, s.renews_at as "dueAt"
    from billing.subscriptions s
    join accounts.account_v1 a on a.tenant_id = ${tx.ctx.tenant.id} and a.id = s.account_id
    join billing.plans p on p.tenant_id = ${tx.ctx.tenant.id} and p.id = s.plan_id
    where s.tenant_id = ${tx.ctx.tenant.id} and s.attention is not null order by s.renews_at, s.id limit ${MOST_HELD_BACK}`);

/** When the next renewal is due, and how many fall into the seven days from now, at most a thousand counted. */
export async function comingRenewals(tx: Tx): Promise<{ readonly nextAt: Instant | null; readonly inSevenDays: number; readonly waiting: number }> {
  const { tenant, clock } = tx.ctx;
  const row = await tx.row<{ nextAt: Instant | null; inSevenDays: number; waiting: number }>(sql`select
    (select min(s.renews_at) from billing.subscriptions s where s.tenant_id = ${tenant.id} and s.state = 'active' and s.attention is null) as "nextAt",
    (select count(*)::int from (select from billing.subscriptions s where s.tenant_id = ${tenant.id} and s.state = 'active' and s.attention is null
      and s.renews_at < ${clock.now()}::timestamptz + interval '7 days' limit 1000) soon) as "inSevenDays",
    (select count(*)::int from (select from billing.waiting_charges w where w.tenant_id = ${tenant.id} limit 1000) waiting) as waiting`);
  return row!;
}
