import { daysAfter, startOfDay, type Id, type Instant } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
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

/**
 * The statement of a customer. A customer's own leaves out what concerns invoices that are not Sent; staff
 * see the whole ledger (requirements 3.5).
 */
export async function readStatement(
  tx: Tx,
  accountId: Id,
  span: { readonly from: string; readonly to: string; readonly currency: string },
): Promise<Statement> {
  const { tenant } = tx.ctx;
  const { currency, from, to } = span;
  const [start, end] = [startOfDay(from, tenant.zone), startOfDay(daysAfter(to, 1), tenant.zone)];
  const seen = tx.ctx.may('manage', 'Payment')
    ? sql`true`
    : sql`(t.invoice_id is null or exists (select from billing.invoices i where i.tenant_id = ${tenant.id} and i.id = t.invoice_id and i.sent_at is not null))`;
  const own = sql`t.tenant_id = ${tenant.id} and t.account_id = ${accountId} and t.currency = ${currency} and ${seen}`;
  const before = await tx.row<{ sum: number }>(sql`select coalesce(sum(${DELTA}), 0)::bigint as sum from billing.ledger_transfers t
    where ${own} and t.booked_at < ${start}::timestamptz`);
  const rows = await tx.rows<TransferRow>(sql`select t.id, t.booked_on, t.booked_at, t.source_kind, t.invoice_id, ${DELTA} as delta,
      case when t.source_kind in ('invoice', 'void', 'write-off', 'reversal') then (select i.number from billing.invoices i where i.tenant_id = ${tenant.id} and i.id = t.invoice_id)
        when t.source_kind = 'payment' then (select p.number from billing.payment_allocations l join billing.payments p on p.tenant_id = ${tenant.id} and p.id = l.payment_id
          where l.tenant_id = ${tenant.id} and l.id = t.source_id)
        when t.source_kind = 'overpayment' then (select p.number from billing.payments p where p.tenant_id = ${tenant.id} and p.id = t.source_id)
        when t.source_kind = 'credit-note' then (select c.number from billing.credit_notes c where c.tenant_id = ${tenant.id} and c.id = t.source_id) end as number
    from billing.ledger_transfers t where ${own} and t.booked_at >= ${start}::timestamptz and t.booked_at < ${end}::timestamptz
    order by t.booked_at, t.id limit ${MOST_LINES + 1}`);
  return statementOf(span, before?.sum ?? 0, rows);
}

function statementOf(span: { from: string; to: string; currency: string }, opening: number, rows: readonly TransferRow[]): Statement {
  const money = (amount: number): Amount => ({ amount, currency: span.currency });
  let balance = opening;
  const lines = rows
    .slice(0, MOST_LINES)
    .filter(({ delta }) => delta !== 0)
    .map((row): StatementLine => {
      balance += row.delta;
      const { id, booked_on: on, booked_at: at, number, invoice_id: invoiceId, delta } = row;
      return { id, on, at, kind: kindOf(row.source_kind), number, invoiceId, amount: money(delta), balance: money(balance) };
    });
  return { ...span, opening: money(opening), lines, isCut: rows.length > MOST_LINES, closing: money(balance) };
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
