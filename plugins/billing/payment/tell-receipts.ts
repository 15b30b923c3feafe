import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { moneyText } from '../invoice/money-text.ts';
import type { MovedAttempt } from './settle-attempts.ts';

interface ReceiptRow {
  readonly userId: Id;
  readonly account: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly number: number;
  readonly invoices: string;
}

/** A receipt for each payment that has just come in, to the people of the customer who manage it; in the payment's own transaction, so once. */
export async function tellReceipts(tx: Tx, moved: readonly MovedAttempt[]): Promise<void> {
  const ids = moved.filter(({ state }) => state === 'succeeded').map(({ id }) => id);
  if (ids.length === 0) return;
  const { ctx } = tx;
  const rows = await tx.rows<ReceiptRow>(sql`
    select m.user_id as "userId", a.name as account, p.amount_minor, p.currency, p.number,
      coalesce((select string_agg(i.number::text, ', ' order by i.number) from billing.payment_allocations l
        join billing.invoices i on i.tenant_id = ${ctx.tenant.id} and i.id = l.invoice_id
        where l.tenant_id = ${ctx.tenant.id} and l.payment_id = p.id), '') as invoices
    from billing.payments p
    join accounts.account_v1 a on a.tenant_id = ${ctx.tenant.id} and a.id = p.account_id
    join accounts.member_v1 m on m.tenant_id = ${ctx.tenant.id} and m.account_id = p.account_id and m.is_admin and m.enabled
    where p.tenant_id = ${ctx.tenant.id} and p.attempt_id = any(${ids}::uuid[])`);
  await tx.mailAll(
    'receipt',
    rows.map(({ userId, account, amount_minor, currency, number, invoices }) => ({
      to: userId,
      data: { accountName: account, amount: moneyText(ctx, amount_minor, currency), paymentNumber: number, invoices },
    })),
  );
}
