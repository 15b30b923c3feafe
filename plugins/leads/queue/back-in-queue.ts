import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

/**
 * Entries wait to be called again: at once, or as their plan does that is being cancelled or has ended. One whose lead is
 * returned stays out, whatever brought it here. The caller holds the order book.
 */
export const putBack = (tx: Tx, entryIds: readonly Id[]): Promise<number> =>
  tx.run(sql`update leads.queue_entries e set state = b.state, withdrawn_cause = b.cause, returned = b.returned,
      called_at = null, called_by = null, called_by_name = '', result = null, note = ''
    from (select q.id, r.returned,
        case when r.returned then 'withdrawn' when s.state = 'held' then 'held' when s.state = 'ended' then 'withdrawn' else 'queued' end as state,
        case when r.returned then q.delivery_id when s.state = 'ended' then s.cause end as cause
      from leads.queue_entries q
      join leads.leads l on l.tenant_id = q.tenant_id and l.id = q.lead_id
      cross join lateral (select coalesce(l.return_state in ('pending', 'approved'), false) as returned) r
      left join leads.subscription_stops s on s.tenant_id = q.tenant_id and s.subscription_id = q.subscription_id
      where q.tenant_id = ${tx.ctx.tenant.id} and q.id = any(${entryIds}::uuid[])) b
    where e.tenant_id = ${tx.ctx.tenant.id} and e.id = b.id`);
