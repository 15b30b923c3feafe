import { dayOf, type Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

/**
 * The accounts of the books. `receivable`: what a customer owes; `revenue`: what was invoiced; `card` and `bank`: what came
 * in, by gateway and by other roads; `credit`: what a customer has with us; `credited`: what credit notes took back;
 * `written-off`: what is not expected any more.
 */
export type LedgerAccount = 'receivable' | 'revenue' | 'card' | 'bank' | 'credit' | 'credited' | 'written-off';

/** What a transfer stands for. Each source is booked once for each pair of accounts. */
export type LedgerSource = 'invoice' | 'void' | 'payment' | 'overpayment' | 'refund' | 'credit-note' | 'credit-used' | 'write-off' | 'reversal';

/** A movement from one account of the books to another, of one customer: balanced by construction. */
export interface Transfer {
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  /** Minor units, above zero. */
  readonly amount: number;
  readonly currency: string;
  readonly source: LedgerSource;
  readonly sourceId: Id;
  readonly invoiceId?: Id;
}

/**
 * Books transfers, all in one statement. A source that was booked before is a fault of the caller: the unique index throws,
 * so that nothing is half done (R-M10: append-only, each once). Transfers of nothing are left out.
 */
export async function bookTransfers(tx: Tx, transfers: readonly Transfer[]): Promise<void> {
  const { ctx } = tx;
  const rows = transfers
    .filter(({ amount }) => amount !== 0)
    .map(({ accountId, billGroupId, source, sourceId, invoiceId, ...rest }) => ({
      id: ctx.newId(),
      account_id: accountId,
      bill_group_id: billGroupId,
      source_kind: source,
      source_id: sourceId,
      invoice_id: invoiceId ?? null,
      ...rest,
    }));
  if (rows.length === 0) return;
  const now = ctx.clock.now();
  await tx.run(sql`insert into billing.ledger_transfers
      (id, account_id, bill_group_id, debit, credit, amount_minor, currency, source_kind, source_id, invoice_id, booked_on, booked_at)
    select t.id, t.account_id, t.bill_group_id, t.debit, t.credit, t.amount, t.currency, t.source_kind, t.source_id, t.invoice_id,
      ${dayOf(now, ctx.tenant.zone)}::date, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(id uuid, account_id uuid, bill_group_id uuid, debit text, credit text, amount bigint,
      currency text, source_kind text, source_id uuid, invoice_id uuid)`);
}
