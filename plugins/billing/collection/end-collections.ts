import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { collection } from '@portico/workflows/collection';
import { renewalAt } from '../subscription/billing-calendar.ts';
import { Subscription } from '../subscription/subscription.model.ts';

/** The invoices are paid, by whatever road, or owed no more: their collections end in this very transaction. */
export async function endCollections(tx: Tx, invoiceIds: readonly Id[], because: 'paid' | 'void' | 'written-off'): Promise<void> {
  if (invoiceIds.length === 0) return;
  const ended = await tx.rows<{ id: Id }>(sql`update billing.collections set ended_at = ${tx.ctx.clock.now()}::timestamptz, ended_because = ${because}
    where tenant_id = ${tx.ctx.tenant.id} and invoice_id = any(${invoiceIds}::uuid[]) and ended_at is null returning id`);
  for (const { id } of ended) await tx.end(collection, id, because);
}

/**
 * What was paused because an invoice was not paid goes on when the last such invoice is paid, in the same rhythm; the caller nudges the clock. Periods
 * that passed as a whole while it rested are nobody's and are not billed. Answers how many may go on.
 */
export async function resumePaid(tx: Tx, invoiceIds: readonly Id[]): Promise<number> {
  if (invoiceIds.length === 0) return 0;
  const found = await pausedUntilPaid(tx, invoiceIds);
  for (const { id } of found) {
    const row = await tx.query(Subscription).findById(id).forUpdate().throwIfNotFound();
    if (row.state === 'paused') await resume(tx, row);
    else if (row.paused_because === 'unpaid') await resumeAfterUndo(tx, row);
  }
  return found.length;
}

const pausedUntilPaid = (tx: Tx, invoiceIds: readonly Id[]): Promise<{ id: Id }[]> => {
  const { tenant } = tx.ctx;
  return tx.rows(sql`select distinct s.id from billing.subscriptions s join billing.invoices i on i.tenant_id = ${tenant.id} and i.subscription_id = s.id
    where s.tenant_id = ${tenant.id} and i.id = any(${invoiceIds}::uuid[]) and s.state in ('paused', 'cancelling', 'ended') and s.paused_because = 'unpaid'
      and not exists (select from billing.collections c join billing.invoices o on o.tenant_id = ${tenant.id} and o.id = c.invoice_id and o.state = 'issued'
        where c.tenant_id = ${tenant.id} and o.subscription_id = s.id and c.ended_because = 'given-up') order by s.id`);
};

async function resume(tx: Tx, row: Subscription): Promise<void> {
  let periods = row.periods;
  while (renewalAt(row, periods + 1).renews_at <= tx.ctx.clock.now()) periods += 1;
  await row.$query(tx.sql).patch({ state: 'active', paused_at: null, paused_because: null, periods, ...renewalAt(row, periods) });
  await tx.audit('billing.subscription-resumed', null, { subscriptionId: row.id });
}

// Cancelled while it was paused, and paid since: undone or taken back, it goes on.
async function resumeAfterUndo(tx: Tx, row: Subscription): Promise<void> {
  await row.$query(tx.sql).patch({ paused_at: null, paused_because: null });
  await tx.run(sql`update billing.cancellations set was_state = 'active'
    where tenant_id = ${tx.ctx.tenant.id} and subscription_id = ${row.id} and state in ('waiting', 'ended') and was_state = 'paused'`);
}
