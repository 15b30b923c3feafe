import { addDuration, type Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import type { CollectionState } from '@portico/workflows/collection';
import type { Amount } from '../plan/plan.queries.ts';

/** An invoice whose charge failed, as the page of the cards shows it: it waits for another card, or was paid by one just now. */
export interface AwaitedCharge {
  readonly invoiceId: Id;
  readonly invoiceNumber: number;
  readonly total: Amount;
  readonly state: CollectionState;
  /** A card is chosen that is charged at once. */
  readonly isCharging: boolean;
  /** The card that paid it. */
  readonly paidBy: string | null;
}

type Row = Omit<AwaitedCharge, 'total'> & { readonly amount: number; readonly currency: string };

/** The invoices of a bill group whose charge failed and that are not settled, and those that a card has paid since yesterday. */
export async function awaitedCharges(tx: Tx, billGroupId: Id): Promise<AwaitedCharge[]> {
  const { tenant, clock } = tx.ctx;
  const since = addDuration(clock.now(), '-P1D', tenant.zone);
  const rows = await tx.rows<Row>(sql`select c.invoice_id as "invoiceId", i.number as "invoiceNumber", i.currency, c.state,
      case i.state when 'issued' then i.open_minor else i.total_minor end as amount,
      c.ended_at is null and (c.new_method_at is not null or c.trying_id is not null) as "isCharging", p.described as "paidBy"
    from billing.collections c
    join billing.invoices i on i.tenant_id = ${tenant.id} and i.id = c.invoice_id
    left join lateral (select p.described from billing.payment_allocations l join billing.payments p on p.tenant_id = ${tenant.id} and p.id = l.payment_id
      where l.tenant_id = ${tenant.id} and l.invoice_id = i.id order by p.received_at desc, p.id desc limit 1) p on i.state = 'paid'
    where c.tenant_id = ${tenant.id} and c.bill_group_id = ${billGroupId} and c.automatic
      and (c.ended_at is null or (c.ended_because = 'paid' and c.ended_at > ${since}::timestamptz))
    order by c.failed_at, c.id limit 50`);
  return rows.map(({ amount, currency, ...row }) => ({ ...row, total: { amount, currency } }));
}
