import type { Instant } from '@portico/kit';
import { emptySql, sql, type Tx } from '@portico/kit/server';
import { declineReason } from '../payment/decline-words.ts';
import type { Amount } from '../plan/plan.queries.ts';
import type { InvoiceView } from './invoice.queries.ts';

/** One thing that happened to an invoice. */
export interface InvoiceEvent {
  readonly at: Instant;
  readonly kind: 'written' | 'issued' | 'issued-and-sent' | 'sent' | 'declined' | 'paid' | 'refunded' | 'credited' | 'void' | 'written-off';
  /** What it was about in money; null where the whole invoice is meant. */
  readonly amount: Amount | null;
  /** With what it was paid, why it was declined, credited, refunded or closed; may be empty. */
  readonly note: string;
}

interface EventRow {
  readonly at: Instant;
  readonly kind: InvoiceEvent['kind'] | 'write-off';
  readonly amount_minor: number | null;
  readonly note: string;
}

const MOST = 200;

/**
 * What happened to an invoice that the actor may see, oldest first, at most two hundred: from the rows that it left in the
 * books, so that the story cannot differ from them. A customer's begins when the invoice was issued.
 */
export async function historyOfInvoice(tx: Tx, invoice: InvoiceView): Promise<readonly InvoiceEvent[]> {
  const { ctx } = tx;
  const own = sql`tenant_id = ${ctx.tenant.id} and invoice_id = ${invoice.id}`;
  const written = ctx.may('manage', 'Invoice') ? sql`select created_at, 'written', null::bigint, '', 0 from me union all` : emptySql;
  const rows = await tx.rows<EventRow>(sql`with me as (select * from billing.invoices where tenant_id = ${ctx.tenant.id} and id = ${invoice.id})
    select at, kind, amount_minor, note from (
      ${written}
      select issued_at, case when sent_at = issued_at then 'issued-and-sent' else 'issued' end, null::bigint, '', 1 from me where issued_at is not null
      union all select sent_at, 'sent', null, '', 2 from me where sent_at > issued_at
      union all select t.settled_at, 'declined', l.amount_minor, coalesce(t.decline_code, 'other'), 3
        from (select attempt_id, amount_minor from billing.attempt_invoices where ${own}) l
        join billing.payment_attempts t on t.tenant_id = ${ctx.tenant.id} and t.id = l.attempt_id where t.state = 'failed'
      union all select greatest(p.received_at, me.issued_at), 'paid', l.amount_minor, p.described, 4
        from (select payment_id, amount_minor from billing.payment_allocations where ${own}) l
        join billing.payments p on p.tenant_id = ${ctx.tenant.id} and p.id = l.payment_id cross join me
      union all select issued_at, case when cause is null then 'credited' else 'refunded' end, amount_minor, reason, 5 from billing.credit_notes where ${own}
      union all select booked_at, source_kind, amount_minor, ${invoice.because ?? ''}, 6 from billing.ledger_transfers
        where tenant_id = ${ctx.tenant.id} and source_kind in ('void', 'write-off') and source_id = ${invoice.id} and debit in ('revenue', 'written-off') and credit = 'receivable'
    ) happened (at, kind, amount_minor, note, rank) where at is not null order by at, rank limit ${MOST}`);
  return rows.map(({ at, kind, amount_minor, note }) => ({
    at,
    kind: kind === 'write-off' ? 'written-off' : kind,
    amount: amount_minor === null ? null : { amount: amount_minor, currency: invoice.total.currency },
    note: kind === 'declined' ? declineReason(ctx, note) : note,
  }));
}
