import { NotFound, type Id, type Instant } from '@portico/kit';
import { addressQuery, emptySql, listQuery, sql, walkList, type Ctx, type ListPlace, type Sql, type Tx, type WalkedPage } from '@portico/kit/server';
import { z } from 'zod';
import { leadReach } from '../lead/lead-reach.ts';
import { priceOf, type OrderState } from './lead-order.model.ts';

/** Minor units on the wire. */
export interface Amount {
  readonly amount: number;
  readonly currency: string;
}

/** An order as lists and pages show it: the eleven columns of, and what belongs to them. */
export interface OrderView {
  readonly id: Id;
  readonly number: number;
  readonly accountId: Id;
  readonly account: string;
  readonly billGroup: string;
  readonly typeId: Id;
  readonly type: string;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly state: OrderState;
  /** Nothing remains; a filled order stays open until staff close it or its last day is over. */
  readonly filled: boolean;
  /** Its first day is still to come. */
  readonly upcoming: boolean;
  readonly renewal: boolean;
  readonly autoCharge: boolean;
  /** It belongs to a period of a plan, which renews by itself. */
  readonly ofPlan: boolean;
  /** Of a renewal: what stands in its way, the invoice that it waits for, or the order that it opened. */
  readonly renewalAttention: 'billing-off' | 'too-many' | null;
  readonly renewalInvoice: number | null;
  readonly nextOrder: { readonly id: Id; readonly number: number } | null;
  /** What the next order costs in all. */
  readonly renewalPrice: Amount;
  readonly acceptsReturns: boolean;
  readonly places: readonly string[];
  readonly counts: 'leads' | 'money';
  /** Leads, or minor units when the order counts money. */
  readonly total: number;
  readonly received: number;
  readonly remaining: number;
  readonly leadsReceived: number;
  readonly price: Amount;
  readonly cost: Amount;
  readonly paid: Amount;
}

interface OrderRow {
  readonly id: Id;
  readonly number: number;
  readonly accountId: Id;
  readonly account: string;
  readonly billGroup: string;
  readonly typeId: Id;
  readonly type: string;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly starts_at: Instant;
  readonly ends_at: Instant | null;
  readonly state: OrderState;
  readonly renewal: boolean;
  readonly autoCharge: boolean;
  readonly ofPlan: boolean;
  readonly acceptsReturns: boolean;
  readonly places: readonly string[];
  readonly counts: 'leads' | 'money';
  readonly total: number;
  readonly received: number;
  readonly price_minor: number;
  readonly paid_minor: number;
  readonly currency: string;
  readonly has_room: boolean;
  readonly renewalAttention: OrderView['renewalAttention'];
  readonly renewalInvoice: number | null;
  readonly next_id: Id | null;
  readonly next_number: number | null;
  readonly sort_key: string;
}

/** What a list of orders can be asked for. */
export const ListOrders = listQuery(['-number', 'number']).extend({
  state: z.enum(['open', 'paused', 'closed']).optional(),
});
export type ListOrders = z.output<typeof ListOrders>;

const select = (ctx: Ctx, from: Sql): Sql => sql`
  select o.id, o.number, o.account_id as "accountId", a.name as account, g.name as "billGroup", o.lead_type_id as "typeId", t.name as type,
    o.starts_on as "startsOn", o.ends_on as "endsOn", o.starts_at, o.ends_at, o.state, o.renewal, o.auto_charge as "autoCharge",
    o.subscription_id is not null as "ofPlan",
    o.accepts_returns as "acceptsReturns", o.places, o.counts, o.total, o.received, o.price_minor, o.paid_minor, o.currency, o.has_room, o.sort_key,
    o.renewal_attention as "renewalAttention", case when r.state = 'charging' then r.invoice_number end as "renewalInvoice", n.id as next_id, n.number as next_number
  from (${from}) o
  join accounts.account_v1 a on a.tenant_id = ${ctx.tenant.id} and a.id = o.account_id
  join accounts.bill_group_v1 g on g.tenant_id = ${ctx.tenant.id} and g.id = o.bill_group_id
  join leads.lead_types t on t.tenant_id = ${ctx.tenant.id} and t.id = o.lead_type_id
  left join leads.order_renewals r on o.renewed and r.tenant_id = ${ctx.tenant.id} and r.order_id = o.id
  left join leads.lead_orders n on n.tenant_id = ${ctx.tenant.id} and n.id = r.id`;

function viewOf(row: OrderRow, now: Instant): OrderView {
  const { starts_at, ends_at, price_minor, paid_minor, currency, has_room, sort_key: _key, received: leadsReceived, next_id, next_number, ...rest } = row;
  const state = ends_at !== null && ends_at <= now ? 'closed' : row.state;
  const received = row.counts === 'leads' ? leadsReceived : leadsReceived * price_minor;
  const money = (amount: number): Amount => ({ amount, currency });
  return {
    ...rest,
    state,
    filled: !has_room && state !== 'closed',
    upcoming: starts_at > now && state !== 'closed',
    received,
    remaining: row.total - received,
    leadsReceived,
    nextOrder: next_id === null ? null : { id: next_id, number: next_number! },
    renewalPrice: money(priceOf(row)),
    price: money(price_minor),
    cost: money(price_minor * leadsReceived),
    paid: money(paid_minor),
  };
}

/** The orders that the actor may see, newest first unless asked otherwise. Throws InvalidInput at `cursor` or `before`. */
export async function listOrders(tx: Tx, query: ListPlace & Pick<ListOrders, 'state'>): Promise<WalkedPage<OrderView>> {
  const { ctx } = tx;
  const keyset = walkList<OrderRow>({ key: sql`o.number`, type: 'bigint' }, sql`o.id`, query);
  const reach = leadReach(ctx.actor);
  const account = reach.kind === 'account' || reach.kind === 'members' ? sql`and o.account_id = ${reach.accountId}` : emptySql;
  const from = sql`select o.*, o.number::text as sort_key from leads.lead_orders o
    where o.tenant_id = ${ctx.tenant.id} and ${ctx.visible('read', 'LeadOrder', 'o')} ${account} ${stateIs(ctx, query.state)} and ${keyset.where} ${keyset.orderAndLimit}`;
  const found = await tx.rows<OrderRow>(sql`${select(ctx, from)} ${keyset.order}`);
  const { rows, nextCursor, previousCursor } = keyset.page(found);
  return { data: rows.map((row) => viewOf(row, ctx.clock.now())), nextCursor, previousCursor };
}

function stateIs(ctx: Ctx, state: ListOrders['state']): Sql {
  if (!state) return emptySql;
  const isOver = sql`(o.ends_at is not null and o.ends_at <= ${ctx.clock.now()}::timestamptz)`;
  return state === 'closed' ? sql`and (o.state = 'closed' or ${isOver})` : sql`and o.state = ${state} and not ${isOver}`;
}

/** One order that the actor may see. Throws NotFound for any other. */
export async function readOrder(tx: Tx, orderId: Id): Promise<OrderView> {
  const { ctx } = tx;
  const row = await tx.row<OrderRow>(
    select(
      ctx,
      sql`select o.*, '' as sort_key from leads.lead_orders o where o.tenant_id = ${ctx.tenant.id} and o.id = ${orderId} and ${ctx.visible('read', 'LeadOrder', 'o')}`,
    ),
  );
  if (!row) throw new NotFound();
  return viewOf(row, ctx.clock.now());
}

/** A payment on an order, or what takes one back: below zero, with the reason as its note. */
export interface PaymentView {
  readonly id: Id;
  readonly amount: Amount;
  readonly paidOn: string;
  readonly note: string;
  readonly recordedAt: Instant;
  /** The payment that this takes back. */
  readonly reverses: Id | null;
  readonly isTakenBack: boolean;
}

/** The orders of the list of payments. */
export const PAYMENT_SORTS = ['-recorded', 'recorded'] as const;

type PaymentRow = Pick<PaymentView, 'id' | 'note' | 'reverses' | 'isTakenBack'> & {
  amount_minor: number;
  currency: string;
  paid_on: string;
  recorded_at: Instant;
  sort_key: Instant;
};

/** How many payments were recorded on an order, with those that took one back. Asked beside `listPayments`, which asks for the right to see it. */
async function countPayments(tx: Tx, orderId: Id): Promise<number> {
  const row = await tx.row<{ count: number }>(
    sql`select count(*)::int as count from leads.order_payments where tenant_id = ${tx.ctx.tenant.id} and order_id = ${orderId}`,
  );
  return row?.count ?? 0;
}

/** The payments on an order that the actor may see, one page. Throws NotFound for any other order. */
export async function listPayments(tx: Tx, orderId: Id, place: ListPlace): Promise<WalkedPage<PaymentView>> {
  await readOrder(tx, orderId);
  const keyset = walkList<PaymentRow>({ key: sql`p.recorded_at`, type: 'timestamptz' }, sql`p.id`, place);
  const found = await tx.rows<PaymentRow>(sql`
    select p.id, p.amount_minor, p.currency, p.paid_on, p.note, p.recorded_at, p.recorded_at as sort_key, p.reverses_id as reverses,
      exists (select from leads.order_payments r where r.tenant_id = ${tx.ctx.tenant.id} and r.reverses_id = p.id) as "isTakenBack"
    from leads.order_payments p
    where p.tenant_id = ${tx.ctx.tenant.id} and p.order_id = ${orderId} and ${keyset.where}
    ${keyset.orderAndLimit}`);
  const { rows, nextCursor, previousCursor } = keyset.page(found);
  const data = rows.map(({ amount_minor, currency, paid_on, recorded_at, sort_key: _key, ...row }) => ({
    ...row,
    amount: { amount: amount_minor, currency },
    paidOn: paid_on,
    recordedAt: recorded_at,
  }));
  return { data, nextCursor, previousCursor };
}

const PaymentsQuery = listQuery(PAYMENT_SORTS);

/** A page of the payments of an order as a page's address asks for it, and how many there are in all. Throws NotFound. */
export async function paymentsPage(tx: Tx, orderId: Id, address: URLSearchParams) {
  const { data: payments, nextCursor, previousCursor } = await listPayments(tx, orderId, addressQuery(PaymentsQuery, address));
  return { payments, pages: { total: await countPayments(tx, orderId), nextCursor, previousCursor } };
}
