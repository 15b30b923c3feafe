import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

/** The leads of one type that the current billing period includes, and what came of them. */
export interface PeriodLeads {
  readonly orderId: Id;
  readonly orderNumber: number;
  readonly type: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly included: number;
  /** Delivered and not given back, up to what is included. */
  readonly counted: number;
  /** Delivered above what is included. */
  readonly overage: number;
}

/**
 * What a subscription's current period includes and has used, by type; of periods that run side by side the latest counts.
 * None while the period is not paid, or the plan includes no leads.
 */
export const periodLeads = (tx: Tx, subscriptionId: Id): Promise<PeriodLeads[]> =>
  tx.rows(sql`select distinct on (t.name, o.lead_type_id) o.id as "orderId", o.number as "orderNumber", t.name as type, o.starts_on as "startsOn", o.ends_on as "endsOn",
      o.included, least(o.received, o.included)::int as counted, greatest(o.received - o.included, 0)::int as overage
    from leads.lead_orders o join leads.lead_types t on t.tenant_id = ${tx.ctx.tenant.id} and t.id = o.lead_type_id
    where o.tenant_id = ${tx.ctx.tenant.id} and o.subscription_id = ${subscriptionId} and ${tx.ctx.visible('read', 'LeadOrder', 'o')}
      and o.starts_at <= ${tx.ctx.clock.now()}::timestamptz and o.ends_at > ${tx.ctx.clock.now()}::timestamptz
    order by t.name, o.lead_type_id, o.starts_at desc, o.id desc`);

/** Whether a plan includes any leads. */
export const includesLeads = async (tx: Tx, planId: Id): Promise<boolean> =>
  (await tx.row(sql`select 1 from leads.plan_leads p where p.tenant_id = ${tx.ctx.tenant.id} and p.plan_id = ${planId} limit 1`)) !== undefined;
