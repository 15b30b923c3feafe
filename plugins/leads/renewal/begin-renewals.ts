import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

const TOGETHER = 50;
/** An order that is filled at once, again and again, costs its customer no more than so many renewals a day. */
const MOST_A_DAY = 3;

interface DueOrder {
  readonly id: Id;
  readonly number: number;
  /** Renewals of orders of this customer for this type of leads, in the last day. */
  readonly lately: number;
}

/**
 * Writes down which orders renew now, filled ones and those whose last day is over, in one transaction. That no order renews
 * twice is guaranteed by the unique index on it, whoever tries. Answers the batch; undefined when nothing was due.
 */
export async function beginRenewals(tx: Tx): Promise<Id | undefined> {
  const due = await lockDue(tx);
  if (due.length === 0) return undefined;
  const tooMany = due.filter(({ lately }) => lately >= MOST_A_DAY);
  if (tooMany.length > 0) await stop(tx, tooMany);
  const batch = tx.ctx.newId();
  const rows = due.filter((one) => !tooMany.includes(one)).map(({ id }) => ({ id: tx.ctx.newId(), order: id }));
  await tx.run(sql`insert into leads.order_renewals (id, order_id, batch_id, begun_at)
    select r.id, r."order", ${batch}::uuid, ${tx.ctx.clock.now()}::timestamptz from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, "order" uuid)`);
  await tx.run(sql`update leads.lead_orders set renewed = true where tenant_id = ${tx.ctx.tenant.id} and id = any(${rows.map(({ order }) => order)}::uuid[])`);
  return batch;
}

function lockDue(tx: Tx): Promise<DueOrder[]> {
  const { tenant, clock } = tx.ctx;
  const now = clock.now();
  return tx.rows<DueOrder>(sql`
    with due as materialized (
      select * from leads.lead_orders o where o.tenant_id = ${tenant.id} and o.renewal and not o.renewed and o.state = 'open' and o.renewal_attention is null
        and (not o.has_room or o.ends_at <= ${now}::timestamptz)
      order by o.ends_at, o.id limit ${TOGETHER} for update skip locked)
    select d.id, d.number, (select count(*)::int from leads.order_renewals r join leads.lead_orders o on o.tenant_id = ${tenant.id} and o.id = r.order_id
      where r.tenant_id = ${tenant.id} and r.begun_at > ${now}::timestamptz - interval '1 day' and o.account_id = d.account_id and o.lead_type_id = d.lead_type_id) as lately
    from due d`);
}

async function stop(tx: Tx, orders: readonly DueOrder[]): Promise<void> {
  await tx.run(
    sql`update leads.lead_orders set renewal_attention = 'too-many' where tenant_id = ${tx.ctx.tenant.id} and id = any(${orders.map(({ id }) => id)}::uuid[])`,
  );
  tx.ctx.log.error('orders do not renew until somebody looks at them', { orders: orders.map(({ number }) => number) });
  for (const { id, number } of orders)
    await tx.mail('renewal-stopped', 'owner', { orderNumber: number, orderId: id, because: tx.ctx.text('leads.renewal.attention.too-many') });
}
