import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import type { Amount } from '../plan/plan.queries.ts';

/** What a customer owes in one currency, as the portal counts it: invoices that are Sent, less what was paid and credited. */
export interface Balance {
  readonly owed: Amount;
  /** Of it, what is past due. */
  readonly pastDue: Amount;
  /** What the customer has with us: overpaid, not yet used. */
  readonly credit: Amount;
}

/** An invoice that the customer can pay now. */
export interface PayableInvoice {
  readonly id: Id;
  readonly number: number;
  readonly billGroupId: Id;
  readonly dueOn: string;
  readonly pastDue: boolean;
  readonly open: Amount;
  readonly checking: boolean;
}

/** The balances of a customer, one for each currency that has any; none when nothing is owed and nothing is left over. */
export async function balancesOf(tx: Tx, accountId: Id): Promise<readonly Balance[]> {
  const { tenant, clock } = tx.ctx;
  const rows = await tx.rows<{ currency: string; owed: number; past: number; credit: number }>(sql`
    select currency, sum(owed)::bigint as owed, sum(past)::bigint as past, sum(credit)::bigint as credit from (
      select i.currency, i.open_minor as owed, case when i.due_at <= ${clock.now()}::timestamptz then i.open_minor else 0 end as past, 0::bigint as credit
      from billing.invoices i where i.tenant_id = ${tenant.id} and i.account_id = ${accountId} and i.sent_at is not null and i.state = 'issued'
      union all
      select t.currency, 0, 0, case when t.credit = 'credit' then t.amount_minor else -t.amount_minor end
      from billing.ledger_transfers t where t.tenant_id = ${tenant.id} and t.account_id = ${accountId} and (t.credit = 'credit' or t.debit = 'credit')) parts
    group by currency order by currency`);
  return rows.map(({ currency, owed, past, credit }) => ({
    owed: { amount: owed, currency },
    pastDue: { amount: past, currency },
    credit: { amount: credit, currency },
  }));
}

/** What a customer can pay now: Sent and open, the oldest due first; the first hundred. */
export async function payableInvoices(tx: Tx, accountId: Id): Promise<readonly PayableInvoice[]> {
  const { tenant, clock } = tx.ctx;
  const rows = await tx.rows<Omit<PayableInvoice, 'open'> & { open_minor: number; currency: string }>(sql`
    select i.id, i.number, i.bill_group_id as "billGroupId", i.due_on as "dueOn", i.due_at <= ${clock.now()}::timestamptz as "pastDue", i.open_minor, i.currency,
      exists (select from billing.attempt_invoices l where l.tenant_id = ${tenant.id} and l.invoice_id = i.id and l.is_live) as checking
    from billing.invoices i
    where i.tenant_id = ${tenant.id} and i.account_id = ${accountId} and i.sent_at is not null and i.state = 'issued' and i.open_minor > 0
    order by i.due_at, i.id limit 100`);
  return rows.map(({ open_minor, currency, ...row }) => ({ ...row, open: { amount: open_minor, currency } }));
}
