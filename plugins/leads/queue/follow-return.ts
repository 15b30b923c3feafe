import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import type { ReturnState } from '../lead/lead.model.ts';
import { putBack } from './back-in-queue.ts';

/**
 * A lead that is returned is not called, nor is it when the end of its plan is taken back; a return that was denied or withdrawn brings it back. One that was called stays as
 * it is: the call was made. The caller holds the order book.
 */
export async function followReturn(tx: Tx, leadId: Id, state: ReturnState | null): Promise<void> {
  const { tenant } = tx.ctx;
  if (state === 'pending' || state === 'approved') {
    await tx.run(sql`update leads.queue_entries set state = 'withdrawn', withdrawn_cause = delivery_id, returned = true
      where tenant_id = ${tenant.id} and lead_id = ${leadId} and (state in ('queued', 'held') or state = 'withdrawn' and not returned)`);
    return;
  }
  const returned = await tx.rows<{ id: Id }>(sql`select id from leads.queue_entries where tenant_id = ${tenant.id} and lead_id = ${leadId} and returned`);
  if (returned.length > 0)
    await putBack(
      tx,
      returned.map(({ id }) => id),
    );
}
