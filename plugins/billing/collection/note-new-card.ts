import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { collection } from '@portico/workflows/collection';

/**
 * What we may charge has changed: another default card, auto-pay on or off. Each collection of the bill group looks again;
 * one whose invoice the card was not tried for charges it at once, and each card once. Whether we may charge at all is asked
 * when it comes to it.
 */
export async function noteNewCard(tx: Tx, billGroupId: Id, methodId: Id | null): Promise<void> {
  const { tenant, clock } = tx.ctx;
  await tx.run(sql`update billing.collections c set new_method_at = ${clock.now()}::timestamptz, try_again_at = null
    where c.tenant_id = ${tenant.id} and c.bill_group_id = ${billGroupId} and c.ended_at is null and c.automatic and ${methodId}::uuid is not null
      and not exists (select from billing.attempt_invoices l
        join billing.payment_attempts t on t.tenant_id = ${tenant.id} and t.id = l.attempt_id and t.method_id = ${methodId}::uuid
        where l.tenant_id = ${tenant.id} and l.invoice_id = c.invoice_id)`);
  const waiting = await tx.rows<{ id: Id }>(
    sql`select id from billing.collections where tenant_id = ${tenant.id} and bill_group_id = ${billGroupId} and ended_at is null order by id`,
  );
  for (const { id } of waiting) await tx.nudge(collection, id);
}

/** Whether an invoice of the bill group waits for another card: a charge without asking has failed. */
export async function isCardAwaited(tx: Tx, billGroupId: Id): Promise<boolean> {
  const row = await tx.row<{ id: Id }>(
    sql`select id from billing.collections where tenant_id = ${tx.ctx.tenant.id} and bill_group_id = ${billGroupId} and ended_at is null and automatic
      and failures > 0 and state not in ('processing', 'unknown') limit 1`,
  );
  return row !== undefined;
}
