import { CalendarDay, daysAfter, NotFound, parseMoney, startOfDay, type Id, type Instant } from '@portico/kit';
import { emptySql, joinSql, listQuery, sql, walkList, type Ctx, type ListPlace, type SortKey, type Sql, type Tx, type WalkedPage } from '@portico/kit/server';
import { z } from 'zod';
import type { Amount } from '../plan/plan.queries.ts';
import type { Buyer, InvoiceLine, InvoiceState, Seller } from './invoice.model.ts';

/** How an invoice stands, in one word: `past-due` is an issued one whose due day is over; `unsent` is seen by staff only. */
export type InvoiceStatus = 'draft' | 'unsent' | 'open' | 'past-due' | 'partly-paid' | 'paid' | 'void' | 'written-off';

/** An invoice as lists show it. */
export interface InvoiceRow {
  readonly id: Id;
  readonly number: number | null;
  readonly accountId: Id;
  readonly account: string;
  readonly billGroupId: Id;
  readonly status: InvoiceStatus;
  readonly sent: boolean;
  readonly issuedOn: string | null;
  readonly dueOn: string | null;
  readonly total: Amount;
  readonly open: Amount;
  /** A payment is on its way: "checking with your bank". */
  readonly checking: boolean;
}

/** An invoice as its page and its paper show it. */
export interface InvoiceView extends InvoiceRow {
  readonly subscriptionId: Id | null;
  readonly lines: readonly InvoiceLine[];
  readonly seller: Seller;
  readonly buyer: Buyer;
  readonly note: string;
  readonly paid: Amount;
  readonly credited: Amount;
  readonly writtenOff: Amount;
  readonly because: string | null;
  readonly createdAt: Instant;
}

const SORTS = ['-issued', 'issued', 'due', '-due', 'total', '-total'] as const;

/** What every list of invoices is narrowed by: its number, and days, both included: a customer's by their issue, staff's by when they were written. */
const FINDS = {
  number: z.coerce.number().int().min(1).max(1_000_000_000).optional(),
  from: CalendarDay.optional(),
  to: CalendarDay.optional(),
};

/** What a list of invoices can be asked for. */
export const ListInvoices = listQuery(SORTS).extend({
  status: z.enum(['open', 'past-due', 'paid', 'void']).optional(),
  q: z.string().max(40).optional().meta({ description: 'An invoice number or a total, as typed: 1004, 120.50' }),
  ...FINDS,
});
export type ListInvoices = z.output<typeof ListInvoices>;

/** The same for staff, who also see what is not Sent. */
export const ListAllInvoices = listQuery(['-created', 'created']).extend({
  status: z.enum(['draft', 'unsent', 'open', 'past-due', 'paid', 'void', 'written-off']).optional(),
  accountId: z.uuid().optional(),
  ...FINDS,
});
export type ListAllInvoices = z.output<typeof ListAllInvoices>;

/** What an invoice is looked for by. */
type Finds = Pick<ListInvoices, 'number' | 'from' | 'to'>;

interface Row {
  readonly id: Id;
  readonly number: number | null;
  readonly account_id: Id;
  readonly account: string;
  readonly bill_group_id: Id;
  readonly state: InvoiceState;
  readonly sent_at: Instant | null;
  readonly issued_on: string | null;
  readonly due_on: string | null;
  readonly due_at: Instant | null;
  readonly currency: string;
  readonly total_minor: number;
  readonly open_minor: number;
  readonly paid_minor: number;
  readonly credited_minor: number;
  readonly checking: boolean;
  readonly sort_key: string;
}

const isUnderWay = (ctx: Ctx): Sql =>
  sql`exists (select from billing.attempt_invoices l where l.tenant_id = ${ctx.tenant.id} and l.invoice_id = i.id and l.is_live)`;

const listed = (
  ctx: Ctx,
  from: Sql,
): Sql => sql`select i.id, i.number, i.account_id, a.name as account, i.bill_group_id, i.state, i.sent_at, i.issued_on, i.due_on, i.due_at, i.currency,
    i.total_minor, i.open_minor, i.paid_minor, i.credited_minor, ${isUnderWay(ctx)} as checking, i.sort_key
  from (${from}) i join accounts.account_v1 a on a.tenant_id = ${ctx.tenant.id} and a.id = i.account_id`;

/** The word for how an invoice stands at an instant (R-2.6, R-2.7; requirements 3.5). */
export function statusOf(row: Pick<Row, 'state' | 'sent_at' | 'due_at' | 'paid_minor' | 'credited_minor'>, now: Instant): InvoiceStatus {
  if (row.state !== 'issued') return row.state;
  if (row.sent_at === null) return 'unsent';
  if (row.due_at !== null && row.due_at <= now) return 'past-due';
  return row.paid_minor + row.credited_minor > 0 ? 'partly-paid' : 'open';
}

function rowOf(row: Row, now: Instant): InvoiceRow {
  const { id, number, account, currency } = row;
  return {
    id,
    number,
    account,
    accountId: row.account_id,
    billGroupId: row.bill_group_id,
    status: statusOf(row, now),
    sent: row.sent_at !== null,
    issuedOn: row.issued_on,
    dueOn: row.due_on,
    total: { amount: row.total_minor, currency },
    open: { amount: row.state === 'issued' ? row.open_minor : 0, currency },
    checking: row.checking,
  };
}

const KEYS: Readonly<Record<string, SortKey>> = {
  issued: { key: sql`i.issued_at`, type: 'timestamptz' },
  due: { key: sql`i.due_at`, type: 'timestamptz' },
  total: { key: sql`i.total_minor`, type: 'bigint' },
};

/** The invoices that a customer sees: those that are Sent, newest first unless asked otherwise (R-2.9). Throws InvalidInput at `cursor` or `before`. */
export async function listInvoices(tx: Tx, query: ListPlace & Finds & Pick<ListInvoices, 'status' | 'q'>): Promise<WalkedPage<InvoiceRow>> {
  const { ctx } = tx;
  const sort = KEYS[query.sort.replace('-', '')]!;
  const keyset = walkList<Row>(sort, sql`i.id`, query);
  // an instant is read as one, and anything else as its text
  const written = sort.type === 'timestamptz' ? sort.key : sql`(${sort.key})::text`;
  const from = sql`select i.*, ${written} as sort_key from billing.invoices i
    where i.tenant_id = ${ctx.tenant.id} and ${ctx.visible('read', 'Invoice', 'i')} and i.sent_at is not null ${statusIs(ctx, query.status)} ${foundBy(ctx, query, sql`i.issued_at`)} ${typedIs(ctx, query.q)}
      and ${keyset.where} ${keyset.orderAndLimit}`;
  return walked(tx, keyset, from);
}

/** All invoices, for staff: drafts and unsent ones too. Throws InvalidInput at `cursor` or `before`. */
export async function listAllInvoices(tx: Tx, query: ListPlace & Finds & Pick<ListAllInvoices, 'status' | 'accountId'>): Promise<WalkedPage<InvoiceRow>> {
  const { ctx } = tx;
  const keyset = walkList<Row>({ key: sql`i.created_at`, type: 'timestamptz' }, sql`i.id`, query);
  const ofAccount = query.accountId ? sql`and i.account_id = ${query.accountId}` : emptySql;
  const from = sql`select i.*, i.created_at as sort_key from billing.invoices i
    where i.tenant_id = ${ctx.tenant.id} and ${ctx.visible('manage', 'Invoice', 'i')} ${ofAccount} ${statusIs(ctx, query.status)} ${foundBy(ctx, query, sql`i.created_at`)}
      and ${keyset.where} ${keyset.orderAndLimit}`;
  return walked(tx, keyset, from);
}

async function walked(tx: Tx, keyset: ReturnType<typeof walkList<Row>>, from: Sql): Promise<WalkedPage<InvoiceRow>> {
  const now = tx.ctx.clock.now();
  const { rows, nextCursor, previousCursor } = keyset.page(await tx.rows<Row>(sql`${listed(tx.ctx, from)} ${keyset.order}`));
  return { data: rows.map((row) => rowOf(row, now)), nextCursor, previousCursor };
}

/** `at`: the instant that days are asked of; the one that the list is walked by, so that an old week costs what this one does. */
function foundBy({ tenant }: Ctx, { number, from, to }: Finds, at: Sql): Sql {
  const parts = [
    ...(number === undefined ? [] : [sql`and i.number = ${number}`]),
    ...(from === undefined ? [] : [sql`and ${at} >= ${startOfDay(from, tenant.zone)}::timestamptz`]),
    ...(to === undefined ? [] : [sql`and ${at} < ${startOfDay(daysAfter(to, 1), tenant.zone)}::timestamptz`]),
  ];
  return parts.length > 0 ? joinSql(parts, ' ') : emptySql;
}

// People look for what they remember of an invoice: its number, or what it came to. Anything else is on no invoice.
function typedIs({ tenant }: Ctx, typed: string | undefined): Sql {
  if (typed === undefined) return emptySql;
  const text = typed.replace(/[^\d.,-]/g, '');
  const number = /^\d{1,9}$/.test(text) ? Number(text) : null;
  const total = parseMoney(text, tenant.currency);
  return sql`and (i.number = ${number}::bigint or (i.total_minor = ${total ? Number(total.amount) : null}::bigint and i.currency = ${tenant.currency}))`;
}

function statusIs(ctx: Ctx, status: ListAllInvoices['status']): Sql {
  const now = ctx.clock.now();
  switch (status) {
    case undefined:
      return emptySql;
    case 'draft':
      return sql`and i.state = 'draft' and i.sent_at is null`;
    case 'unsent':
      return sql`and i.state = 'issued' and i.sent_at is null`;
    case 'open':
      return sql`and i.state = 'issued' and i.sent_at is not null`;
    case 'past-due':
      return sql`and i.state = 'issued' and i.sent_at is not null and i.due_at <= ${now}::timestamptz`;
    default:
      return sql`and i.state = ${status}`;
  }
}

type FullRow = Row & {
  readonly subscription_id: Id | null;
  readonly lines: InvoiceLine[];
  readonly seller: Seller;
  readonly buyer: Buyer;
  readonly note: string;
  readonly written_off_minor: number;
  readonly closed_because: string | null;
  readonly created_at: Instant;
};

/** One invoice that the actor may see: for a customer one that is Sent (R-2.12). Throws NotFound for any other. */
export function readInvoice(tx: Tx, invoiceId: Id): Promise<InvoiceView> {
  const { ctx } = tx;
  const onlySent = ctx.may('manage', 'Invoice') ? emptySql : sql`and i.sent_at is not null`;
  return readOne(tx, invoiceId, sql`and ${ctx.visible('read', 'Invoice', 'i')} ${onlySent}`);
}

/** One invoice that is Sent, for who has proven the right to see it by other means: its pay link. Throws NotFound. */
export const readSentInvoice = (tx: Tx, invoiceId: Id): Promise<InvoiceView> => readOne(tx, invoiceId, sql`and i.sent_at is not null`);

async function readOne(tx: Tx, invoiceId: Id, seen: Sql): Promise<InvoiceView> {
  const { ctx } = tx;
  const row = await tx.row<FullRow>(sql`select i.*, a.name as account, ${isUnderWay(ctx)} as checking, '' as sort_key
    from billing.invoices i join accounts.account_v1 a on a.tenant_id = ${ctx.tenant.id} and a.id = i.account_id
    where i.tenant_id = ${ctx.tenant.id} and i.id = ${invoiceId} ${seen}`);
  if (!row) throw new NotFound();
  const money = (amount: number): Amount => ({ amount, currency: row.currency });
  return {
    ...rowOf(row, ctx.clock.now()),
    subscriptionId: row.subscription_id,
    lines: row.lines,
    seller: row.seller,
    buyer: row.buyer,
    note: row.note,
    paid: money(row.paid_minor),
    credited: money(row.credited_minor),
    writtenOff: money(row.written_off_minor),
    because: row.closed_because,
    createdAt: row.created_at,
  };
}

/** A payment of an invoice, as its page shows it. */
export interface InvoicePayment {
  readonly id: Id;
  readonly number: number;
  readonly receivedOn: string;
  readonly described: string;
  readonly amount: Amount;
}

/** What was paid of an invoice that the actor may see, first to last; the first hundred. */
export async function paymentsOfInvoice(tx: Tx, invoice: InvoiceView): Promise<readonly InvoicePayment[]> {
  const rows = await tx.rows<{ id: Id; number: number; receivedOn: string; described: string; amount_minor: number; currency: string }>(sql`
    select p.id, p.number, p.received_on as "receivedOn", p.described, l.amount_minor, p.currency from billing.payment_allocations l
    join billing.payments p on p.tenant_id = ${tx.ctx.tenant.id} and p.id = l.payment_id
    where l.tenant_id = ${tx.ctx.tenant.id} and l.invoice_id = ${invoice.id} order by p.received_at, p.id limit 100`);
  return rows.map(({ amount_minor, currency, ...row }) => ({ ...row, amount: { amount: amount_minor, currency } }));
}

/** A credit note that staff wrote, as the page of its invoice shows it. */
export interface InvoiceCredit {
  readonly id: Id;
  readonly number: number;
  readonly issuedOn: string;
  readonly reason: string;
  readonly amount: Amount;
}

/** What was credited of an invoice that the actor may see, first to last; the first hundred. Notes that go with a refund lower nothing here. */
export async function creditsOfInvoice(tx: Tx, invoice: InvoiceView): Promise<readonly InvoiceCredit[]> {
  const rows = await tx.rows<{ id: Id; number: number; issuedOn: string; reason: string; amount_minor: number; currency: string }>(sql`
    select id, number, issued_on as "issuedOn", reason, amount_minor, currency from billing.credit_notes
    where tenant_id = ${tx.ctx.tenant.id} and invoice_id = ${invoice.id} and cause is null order by number limit 100`);
  return rows.map(({ amount_minor, currency, ...row }) => ({ ...row, amount: { amount: amount_minor, currency } }));
}
