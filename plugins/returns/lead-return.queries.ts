import type { z } from 'zod';
import type { Id, Instant } from '@portico/kit';
import { type Ctx, emptySql, type ListPlace, listQuery, sql, type Sql, type Tx, type Vote, walkList, type WalkedPage } from '@portico/kit/server';
import type { DeliveredLead } from '@portico/plugin-leads/api';
import type { ReturnOutcome } from '@portico/workflows/return-approval';
import { ReturnStatus, type ReturnVerdict } from './lead-return.model.ts';

/** A return as lists and pages show it, with the names of what it is about. */
export interface ReturnRow {
  readonly id: Id;
  readonly leadId: Id;
  readonly leadName: string;
  readonly leadTown: string;
  readonly orderId: Id;
  readonly orderNumber: number;
  readonly accountId: Id;
  readonly accountName: string;
  readonly billGroupId: Id;
  readonly memberId: Id | null;
  readonly status: ReturnStatus;
  readonly reason: string;
  readonly note: string;
  readonly requestedAt: Instant;
  readonly requestedByName: string;
  readonly deliveredAt: Instant;
  readonly decideBy: Instant;
  readonly atDeadline: ReturnOutcome;
  readonly because: string | null;
  readonly decidedAt: Instant | null;
  readonly decidedBy: 'staff' | 'plugins' | 'deadline' | null;
  readonly withdrawnAt: Instant | null;
  readonly bookedAt: Instant | null;
  readonly votes: readonly Vote<ReturnVerdict>[];
}

const columns = sql`
  r.id, r.lead_id as "leadId", l.name as "leadName", l.town as "leadTown", r.order_id as "orderId",
  d.order_number as "orderNumber", r.account_id as "accountId", a.name as "accountName", r.bill_group_id as "billGroupId",
  r.member_id as "memberId", r.status, r.reason, r.note, r.requested_at as "requestedAt", u.name as "requestedByName",
  r.delivered_at as "deliveredAt", r.decide_by as "decideBy", r.at_deadline as "atDeadline", r.because,
  r.decided_at as "decidedAt", r.decided_by as "decidedBy", r.withdrawn_at as "withdrawnAt", r.booked_at as "bookedAt", r.votes`;

const namesOf = (returns: Sql): Sql => sql`
  ${returns} r
  join leads.lead_v1 l on l.tenant_id = r.tenant_id and l.id = r.lead_id
  join leads.lead_delivery_v1 d on d.tenant_id = r.tenant_id and d.id = r.delivery_id
  join accounts.account_v1 a on a.tenant_id = r.tenant_id and a.id = r.account_id
  join portico.users u on u.tenant_id = r.tenant_id and u.id = r.requested_by`;

const table = sql`returns.lead_returns`;
const readable = (ctx: Ctx): Sql => sql`r.tenant_id = ${ctx.tenant.id} and ${ctx.visible('read', 'LeadReturn', 'r')}`;

/** A return by its id, if the actor may see it. */
export const findReturn = (tx: Tx, id: Id): Promise<ReturnRow | undefined> =>
  tx.row<ReturnRow>(sql`select ${columns} from ${namesOf(table)} where ${readable(tx.ctx)} and r.id = ${id}`);

const latestOf = (tx: Tx, leadId: Id, which: Sql): Promise<ReturnRow | undefined> =>
  tx.row<ReturnRow>(sql`
    select ${columns} from ${namesOf(table)}
    where ${which} and r.lead_id = ${leadId} order by r.requested_at desc, r.id desc limit 1`);

/** The latest return of a lead, if the actor may see it. */
export const latestReturnOfLead = (tx: Tx, leadId: Id): Promise<ReturnRow | undefined> => latestOf(tx, leadId, readable(tx.ctx));

/** The latest return of a lead for whoever sees the lead, also when it was somebody else's while it was given back. */
export const returnOfSeenLead = (tx: Tx, { leadId }: DeliveredLead): Promise<ReturnRow | undefined> =>
  latestOf(tx, leadId, sql`r.tenant_id = ${tx.ctx.tenant.id}`);

const stands = sql`r.withdrawn_at is null and (r.decision is null or r.decision = 'approved')`;

/** Whether a delivery has a return that is pending or approved. */
export async function hasOpenReturn(tx: Tx, deliveryId: Id): Promise<boolean> {
  const row = await tx.row<{ found: boolean }>(sql`
    select exists (
      select from returns.lead_returns r where r.tenant_id = ${tx.ctx.tenant.id} and r.delivery_id = ${deliveryId} and ${stands}
    ) as found`);
  return row?.found === true;
}

/** How many leads an order delivered, and how many of them are returned or wait for a decision. */
export async function countOfOrder(tx: Tx, orderId: Id): Promise<{ delivered: number; open: number }> {
  const tenant = tx.ctx.tenant.id;
  const row = await tx.row<{ delivered: number; open: number }>(sql`
    select
      (select count(*)::int from leads.lead_delivery_v1 d where d.tenant_id = ${tenant} and d.order_id = ${orderId}) as delivered,
      (select count(*)::int from returns.lead_returns r where r.tenant_id = ${tenant} and r.order_id = ${orderId} and ${stands}) as open`);
  return row ?? { delivered: 0, open: 0 };
}

/** What a list of returns can be asked for. */
export const ReturnQuery = listQuery(['-requested', 'requested', 'decide-by', '-decide-by']).extend({ status: ReturnStatus.optional() });
/** A page of them, as a list's address or the API asks for it. */
type AskedReturns = ListPlace & Pick<z.output<typeof ReturnQuery>, 'status'>;

/** One page of the returns that the actor may see: the portal's list, the console's queue and the API ask here. Throws InvalidInput at `cursor` or `before`. */
export async function listReturns(tx: Tx, query: AskedReturns): Promise<WalkedPage<ReturnRow>> {
  const key = query.sort.endsWith('decide-by') ? sql`r.decide_by` : sql`r.requested_at`;
  const keyset = walkList<ReturnRow & { sort_key: Instant }>({ key, type: 'timestamptz' }, sql`r.id`, query);
  const ofStatus = query.status ? sql`and r.status = ${query.status}` : emptySql;
  // the page is cut before names are joined: the cost does not grow with the list
  const page = sql`(select r.* from returns.lead_returns r where ${readable(tx.ctx)} ${ofStatus} and ${keyset.where} ${keyset.orderAndLimit})`;
  const found = await tx.rows<ReturnRow & { sort_key: Instant }>(sql`select ${columns}, ${key} as sort_key from ${namesOf(page)} ${keyset.orderAndLimit}`);
  const { rows, nextCursor, previousCursor } = keyset.page(found);
  return { data: rows.map(({ sort_key: _key, ...row }) => row), nextCursor, previousCursor };
}

/** Lists and figures count no further: "1,000+". What the rules ask of an order (`countOfOrder`) is exact. */
const MOST_COUNTED = 1_000;

/** How many returns the actor may see, up to 1,000; with a status, only those. */
export async function countReturns(tx: Tx, status?: ReturnStatus): Promise<{ readonly total: number; readonly isFloor: boolean }> {
  const ofStatus = status ? sql`and r.status = ${status}` : emptySql;
  const found = sql`select from returns.lead_returns r where ${readable(tx.ctx)} ${ofStatus} limit ${MOST_COUNTED + 1}`;
  const row = await tx.row<{ count: number }>(sql`select count(*)::int as count from (${found}) r`);
  const count = row?.count ?? 0;
  return { total: Math.min(count, MOST_COUNTED), isFloor: count > MOST_COUNTED };
}

/**
 * For each customer: how many leads were delivered to it in all, and how many of them came back before ("2 of 38"): what
 * whoever decides wants to know of the customer who asks.
 */
export async function returnedOfAccounts(tx: Tx, accountIds: readonly Id[]): Promise<ReadonlyMap<Id, { returned: number; delivered: number }>> {
  if (accountIds.length === 0) return new Map();
  const tenant = tx.ctx.tenant.id;
  const rows = await tx.rows<{ id: Id; returned: number; delivered: number }>(sql`
    select a.id,
      (select count(*)::int from returns.lead_returns r where r.tenant_id = ${tenant} and r.account_id = a.id and r.status = 'approved') as returned,
      (select coalesce(sum(o.received), 0)::int from leads.lead_order_v1 o where o.tenant_id = ${tenant} and o.account_id = a.id) as delivered
    from unnest(${[...new Set(accountIds)]}::uuid[]) as a(id)`);
  // what came back is no longer among what the orders count
  return new Map(rows.map(({ id, returned, delivered }) => [id, { returned, delivered: delivered + returned }]));
}
