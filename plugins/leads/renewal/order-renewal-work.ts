import type { Id, Instant } from '@portico/kit';
import { sql, workClock, type Ctx, type Tx } from '@portico/kit/server';
import { orderRenewal } from '@portico/workflows/order-renewal';
import { beginRenewals } from './begin-renewals.ts';
import { renewOrder } from './renew-order.ts';

/** Orders renew when they are filled or when their last day is over, never while they are paused. */
export const orderRenewalWork = workClock(orderRenewal, {
  nextDue,
  openBatch: async (tx) => (await unfinishedBatch(tx)) ?? beginRenewals(tx),
  workBatch,
});

/** A renewal that was begun, a filled order, or the next last day: three rows, each by its index. */
async function nextDue(tx: Tx): Promise<Instant | undefined> {
  const { tenant, clock } = tx.ctx;
  const waits = sql`o.tenant_id = ${tenant.id} and o.renewal and not o.renewed and o.state = 'open' and o.renewal_attention is null`;
  const row = await tx.row<{ begun: Instant | null; filled: Id | null; ends: Instant | null }>(sql`select
    (select r.begun_at from leads.order_renewals r where r.tenant_id = ${tenant.id} and r.state = 'begun' order by r.begun_at, r.id limit 1) as begun,
    (select o.id from leads.lead_orders o where ${waits} and not o.has_room order by o.id limit 1) as filled,
    (select o.ends_at from leads.lead_orders o where ${waits} and o.ends_at is not null order by o.ends_at, o.id limit 1) as ends`);
  return [row?.begun, row?.filled ? clock.now() : undefined, row?.ends].filter((at): at is Instant => Boolean(at)).sort()[0];
}

async function unfinishedBatch(tx: Tx): Promise<Id | undefined> {
  const row = await tx.row<{ batch_id: Id }>(
    sql`select batch_id from leads.order_renewals where tenant_id = ${tx.ctx.tenant.id} and state = 'begun' order by begun_at, id limit 1`,
  );
  return row?.batch_id;
}

async function workBatch(ctx: Ctx, batch: Id, heartbeat: (progress?: object) => void): Promise<void> {
  const begun = await ctx.inTenant((tx) =>
    tx.rows<{ id: Id }>(
      sql`select id from leads.order_renewals where tenant_id = ${ctx.tenant.id} and batch_id = ${batch} and state = 'begun' order by begun_at, id`,
    ),
  );
  for (const { id } of begun) {
    await renewOrder(ctx, id);
    heartbeat({ batch, renewed: id });
  }
}
