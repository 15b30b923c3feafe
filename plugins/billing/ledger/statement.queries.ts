import { daysAfter, startOfDay, type Id, type Instant } from '@portico/kit';
import { emptySql, sql, type Sql, type Tx } from '@portico/kit/server';
import type { Amount } from '../plan/plan.queries.ts';

/** One line of a statement. A charge raises what is owed, a payment or credit lowers it. */
export interface StatementLine {
  readonly id: Id;
  readonly on: string;
  readonly at: Instant;
  readonly kind: 'invoice' | 'payment' | 'credit' | 'refund' | 'void' | 'write-off' | 'reversal';
  /** The number of the invoice, payment or credit note. */
  readonly number: number | null;
  readonly invoiceId: Id | null;
  readonly amount: Amount;
  /** What is owed after this line; below zero: the customer has something left. */
  readonly balance: Amount;
}

/** All that happened between a customer and the business in one currency, from a day to a day, both included. */
export interface Statement {
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  readonly opening: Amount;
  readonly lines: readonly StatementLine[];
  /** There are more lines than are shown: the span is to be chosen smaller. */
  readonly isCut: boolean;
  readonly closing: Amount;
}

const MOST_LINES = 2_000;

interface TransferRow {
  readonly id: Id;
  readonly booked_on: string;
  readonly booked_at: Instant;
  readonly source_kind: string;
  readonly number: number | null;
  readonly invoice_id: Id | null;
  readonly delta: number;
}

/** What a transfer does to what is owed: both the receivable and the customer's credit count. */
const DELTA = sql`(case when t.debit in ('receivable', 'credit') then t.amount_minor else 0 end - case when t.credit in ('receivable', 'credit') then t.amount_minor else 0 end)`;

/** Which days of a customer's ledger, both included, in which currency. */
export interface StatementSpan {
  readonly from: string;
  readonly to: string;
  readonly currency: string;
}

/**
 * The statement of a customer. A customer's own leaves out what concerns invoices that are not Sent; staff
 * see the whole ledger (requirements 3.5).
 */
export async function readStatement(tx: Tx, accountId: Id, span: StatementSpan): Promise<Statement> {
  const opening = await openingOf(tx, accountId, span);
  const rows = await transfersIn(tx, accountId, span, MOST_LINES + 1);
  return statementOf(span, opening, rows);
}

/** The same without an end to its lines: read on in pieces, so that a long one asks no more of the database at once. */
export async function readWholeStatement(tx: Tx, accountId: Id, span: StatementSpan): Promise<Statement> {
  const opening = await openingOf(tx, accountId, span);
  const rows: TransferRow[] = [];
  for (;;) {
    const piece = await transfersIn(tx, accountId, span, MOST_LINES, rows.at(-1));
    rows.push(...piece);
    if (piece.length < MOST_LINES) return statementOf(span, opening, rows, rows.length);
  }
}

/** What of a customer's ledger the actor may see, in one currency. */
function ownTransfers(tx: Tx, accountId: Id, currency: string): Sql {
  const { tenant } = tx.ctx;
  const seen = tx.ctx.may('manage', 'Payment')
    ? sql`true`
    : sql`(t.invoice_id is null or exists (select from billing.invoices i where i.tenant_id = ${tenant.id} and i.id = t.invoice_id and i.sent_at is not null))`;
  return sql`t.tenant_id = ${tenant.id} and t.account_id = ${accountId} and t.currency = ${currency} and ${seen}`;
}

async function openingOf(tx: Tx, accountId: Id, { currency, from }: StatementSpan): Promise<number> {
  const row = await tx.row<{ sum: number }>(sql`select coalesce(sum(${DELTA}), 0)::bigint as sum from billing.ledger_transfers t
    where ${ownTransfers(tx, accountId, currency)} and t.booked_at < ${startOfDay(from, tx.ctx.tenant.zone)}::timestamptz`);
  return row?.sum ?? 0;
}

function transfersIn(tx: Tx, accountId: Id, { currency, from, to }: StatementSpan, most: number, after?: TransferRow): Promise<TransferRow[]> {
  const { tenant } = tx.ctx;
  const [start, end] = [startOfDay(from, tenant.zone), startOfDay(daysAfter(to, 1), tenant.zone)];
  const further = after ? sql`and (t.booked_at, t.id) > (${after.booked_at}::timestamptz, ${after.id}::uuid)` : emptySql;
  return tx.rows<TransferRow>(sql`select t.id, t.booked_on, t.booked_at, t.source_kind, t.invoice_id, ${DELTA} as delta,
      case when t.source_kind in ('invoice', 'void', 'write-off', 'reversal') then (select i.number from billing.invoices i where i.tenant_id = ${tenant.id} and i.id = t.invoice_id)
        when t.source_kind = 'payment' then (select p.number from billing.payment_allocations l join billing.payments p on p.tenant_id = ${tenant.id} and p.id = l.payment_id
          where l.tenant_id = ${tenant.id} and l.id = t.source_id)
        when t.source_kind = 'overpayment' then (select p.number from billing.payments p where p.tenant_id = ${tenant.id} and p.id = t.source_id)
        when t.source_kind = 'credit-note' then (select c.number from billing.credit_notes c where c.tenant_id = ${tenant.id} and c.id = t.source_id) end as number
    from billing.ledger_transfers t where ${ownTransfers(tx, accountId, currency)} and t.booked_at >= ${start}::timestamptz and t.booked_at < ${end}::timestamptz ${further}
    order by t.booked_at, t.id limit ${most}`);
}

function statementOf(span: StatementSpan, opening: number, rows: readonly TransferRow[], most = MOST_LINES): Statement {
  const money = (amount: number): Amount => ({ amount, currency: span.currency });
  let balance = opening;
  const lines = rows
    .slice(0, most)
    .filter(({ delta }) => delta !== 0)
    .map((row): StatementLine => {
      balance += row.delta;
      const { id, booked_on: on, booked_at: at, number, invoice_id: invoiceId, delta } = row;
      return { id, on, at, kind: kindOf(row.source_kind), number, invoiceId, amount: money(delta), balance: money(balance) };
    });
  return { ...span, opening: money(opening), lines, isCut: rows.length > most, closing: money(balance) };
}

const KINDS: Readonly<Record<string, StatementLine['kind']>> = {
  invoice: 'invoice',
  void: 'void',
  payment: 'payment',
  overpayment: 'payment',
  refund: 'refund',
  'credit-note': 'credit',
  'write-off': 'write-off',
  reversal: 'reversal',
};
const kindOf = (source: string): StatementLine['kind'] => KINDS[source] ?? 'credit';

/** The currencies in which something was booked for a customer, in their order; none for one who has bought nothing. */
export async function statementCurrencies(tx: Tx, accountId: Id): Promise<readonly string[]> {
  const rows = await tx.rows<{ currency: string }>(
    sql`select distinct currency from billing.ledger_transfers where tenant_id = ${tx.ctx.tenant.id} and account_id = ${accountId} order by currency`,
  );
  return rows.map(({ currency }) => currency);
}
