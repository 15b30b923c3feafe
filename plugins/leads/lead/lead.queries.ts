import { NotFound, type Id, type Instant } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { Lead, type LeadStatus, type ReturnState } from './lead.model.ts';

/** A lead with the names of what it belongs to. */
export interface LeadDetails {
  readonly id: Id;
  readonly typeId: Id;
  readonly type: string;
  readonly source: string | null;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly street: string;
  readonly town: string;
  readonly postalCode: string;
  readonly note: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly receivedAt: Instant;
  readonly deliveryId: Id | null;
  readonly deliveredAt: Instant | null;
  readonly orderId: Id | null;
  readonly orderNumber: number | null;
  readonly accountId: Id | null;
  readonly account: string | null;
  readonly assigneeId: Id | null;
  readonly assignee: string | null;
  readonly status: LeadStatus;
  readonly returnState: ReturnState | null;
}

/** One lead that the actor may see. Throws NotFound for any other, of this business or not. */
export async function readLead(tx: Tx, leadId: Id): Promise<LeadDetails> {
  const { tenant } = tx.ctx;
  const lead = await tx.row<LeadDetails>(sql`
    select l.id, l.lead_type_id as "typeId", t.name as type, s.name as source, l.name, l.email, l.phone, l.street, l.town,
      l.postal_code as "postalCode", l.note, l.fields, l.received_at as "receivedAt", l.delivery_id as "deliveryId", l.delivered_at as "deliveredAt",
      l.order_id as "orderId", o.number as "orderNumber", l.account_id as "accountId", a.name as account,
      l.assignee_id as "assigneeId", m.name as assignee, l.status, l.return_state as "returnState"
    from leads.leads l
    join leads.lead_types t on t.tenant_id = ${tenant.id} and t.id = l.lead_type_id
    left join leads.lead_sources s on s.tenant_id = ${tenant.id} and s.id = l.source_id
    left join leads.lead_orders o on o.tenant_id = ${tenant.id} and o.id = l.order_id
    left join accounts.account_v1 a on a.tenant_id = ${tenant.id} and a.id = l.account_id
    left join accounts.member_v1 m on m.tenant_id = ${tenant.id} and m.id = l.assignee_id
    where l.tenant_id = ${tenant.id} and l.id = ${leadId} and ${tx.ctx.visible('read', 'Lead', 'l')}`);
  if (!lead) throw new NotFound();
  return lead;
}

/** Locks the row of a lead that the actor may do this with. Throws NotFound for any other. */
export async function lockLead(tx: Tx, leadId: Id, action: string): Promise<Lead> {
  const lead = await tx.query(Lead).findById(leadId).forUpdate();
  if (!lead) throw new NotFound();
  tx.ctx.demand(action, 'Lead', lead);
  return lead;
}
