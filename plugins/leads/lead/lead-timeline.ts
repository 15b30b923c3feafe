import type { Id, Instant } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { readLead } from './lead.queries.ts';

/** One thing that happened to a lead, in words. */
export interface LeadEvent {
  readonly at: Instant;
  readonly key: string;
  readonly text: string;
  readonly by?: string;
}

/** The past of a lead, oldest first. Nothing is planned for a lead itself: what waits (a return) has its own timeline. */
export interface LeadTimeline {
  readonly past: readonly LeadEvent[];
  readonly planned: readonly LeadEvent[];
}

interface EventRow {
  readonly at: Instant;
  readonly kind: 'received' | 'delivered' | 'assigned' | 'status' | 'given-back';
  readonly what: string | null;
  readonly by: string | null;
}

/** What happened to a lead that the actor may see. Throws NotFound for any other. */
export async function leadTimeline(tx: Tx, leadId: Id): Promise<LeadTimeline> {
  await readLead(tx, leadId);
  const tenant = tx.ctx.tenant.id;
  const rows = await tx.rows<EventRow>(sql`
    select l.received_at as at, 'received' as kind, s.name as what, null as by, 0 as rank from leads.leads l
      left join leads.lead_sources s on s.tenant_id = ${tenant} and s.id = l.source_id where l.tenant_id = ${tenant} and l.id = ${leadId}
    union all select d.delivered_at, 'delivered', o.number::text, null, 1 from leads.lead_deliveries d
      join leads.lead_orders o on o.tenant_id = ${tenant} and o.id = d.order_id where d.tenant_id = ${tenant} and d.lead_id = ${leadId}
    union all select a.at, 'assigned', m.name, a.assigned_by_name, 2 from leads.lead_assignments a
      left join accounts.member_v1 m on m.tenant_id = ${tenant} and m.id = a.member_id where a.tenant_id = ${tenant} and a.lead_id = ${leadId}
    union all select c.at, 'status', c.status, c.changed_by_name, 3 from leads.lead_status_changes c where c.tenant_id = ${tenant} and c.lead_id = ${leadId}
    union all select d.given_back_at, 'given-back', o.number::text, null, 4 from leads.lead_deliveries d
      join leads.lead_orders o on o.tenant_id = ${tenant} and o.id = d.order_id
      where d.tenant_id = ${tenant} and d.lead_id = ${leadId} and d.given_back_at is not null
    order by at, rank`);
  return { past: rows.map((row) => eventOf(tx.ctx, row)), planned: [] };
}

function eventOf(ctx: Ctx, { at, kind, what, by }: EventRow): LeadEvent {
  const text = {
    received: () => (what ? ctx.text('leads.event.received-from', { source: what }) : ctx.text('leads.event.received')),
    delivered: () => ctx.text('leads.event.delivered', { order: what ?? '' }),
    assigned: () => (what ? ctx.text('leads.event.assigned', { name: what }) : ctx.text('leads.event.unassigned')),
    status: () => ctx.text('leads.event.status', { status: ctx.text(`leads.status.${what}`) }),
    'given-back': () => ctx.text('leads.event.given-back', { order: what ?? '' }),
  }[kind]();
  return { at, key: kind, text, ...(by ? { by } : {}) };
}
