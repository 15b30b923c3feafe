import type { Id, Instant } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

/**
 * Invoices that the clock charges from a moment on, now unless another one is given, when the brake is off: they are out, and
 * can be paid by every other road meanwhile. Repeating it changes nothing.
 */
export async function keepWaiting(tx: Tx, invoiceIds: readonly Id[], from: Instant = tx.ctx.clock.now()): Promise<void> {
  if (invoiceIds.length === 0) return;
  const rows = JSON.stringify(invoiceIds.map((invoice) => ({ id: tx.ctx.newId(), invoice })));
  await tx.run(sql`insert into billing.waiting_charges (id, invoice_id, since)
    select w.id, w.invoice, ${from}::timestamptz from jsonb_to_recordset(${rows}::jsonb) as w(id uuid, invoice uuid)
    on conflict (tenant_id, invoice_id) do nothing`);
}
