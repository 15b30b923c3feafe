import { addDuration, PorticoError, type Id, type Instant } from '@portico/kit';
import { sql, workClock, type Ctx, type Tx } from '@portico/kit/server';
import { autoChargeRenewal } from '@portico/workflows/auto-charge-renewal';
import { paymentGateway, type ChargeOrder, type ChargeOutcome } from '../api.ts';
import { liveOrders } from '../payment/look-again.ts';
import { settleOutcomes } from '../payment/settle-outcomes.ts';
import { sellerIn } from '../invoice/issue-invoice.ts';
import { billDuePeriods } from './bill-due-periods.ts';
import { takeUpWaiting } from './waiting-charges.ts';

/** An attempt that was written down and never charged is taken up after so long: its process ended in between. */
const LOST_AFTER = 'PT2M';
/** The brake is asked for before each so many charges: it stops a large batch within seconds. */
const BETWEEN_BRAKES = 200;

/** Nothing here can charge twice: periods are unique, attempts come before charges, the gateway looks before it acts. */
export const renewalWork = workClock(autoChargeRenewal, {
  nextDue,
  openBatch: async (tx) => ((await tx.braked('charges')) ? undefined : await openCharges(tx)) ?? billDuePeriods(tx, await sellerIn(tx)),
  workBatch,
});

/** The earliest of what may be done: an unfinished batch, a lost attempt, a charge that waited; a renewal, whatever the brake says. */
async function nextDue(tx: Tx): Promise<Instant | undefined> {
  const { tenant } = tx.ctx;
  const row = await tx.row<{ batch: Instant | null; lost: Instant | null; waiting: Instant | null; renewal: Instant | null }>(sql`select
    (select b.opened_at from billing.renewal_batches b where b.tenant_id = ${tenant.id} and b.finished_at is null order by b.opened_at, b.id limit 1) as batch,
    (select a.created_at from billing.payment_attempts a where a.tenant_id = ${tenant.id} and a.state = 'created' and a.batch_id is null order by a.created_at, a.id limit 1) as lost,
    (select w.since from billing.waiting_charges w where w.tenant_id = ${tenant.id} order by w.since, w.id limit 1) as waiting,
    (select s.renews_at from billing.subscriptions s where s.tenant_id = ${tenant.id} and s.state = 'active' and s.attention is null order by s.renews_at, s.id limit 1) as renewal`);
  const lost = row?.lost ? addDuration(row.lost, LOST_AFTER, tenant.zone) : null;
  const charges = (await tx.braked('charges')) ? [] : [row?.batch, lost, row?.waiting];
  return [...charges, row?.renewal].filter((at): at is Instant => Boolean(at)).sort()[0];
}

const openCharges = async (tx: Tx): Promise<Id | undefined> => (await unfinishedBatch(tx)) ?? (await takeUpLost(tx)) ?? takeUpWaiting(tx);

async function unfinishedBatch(tx: Tx): Promise<Id | undefined> {
  const row = await tx.row<{ id: Id }>(
    sql`select id from billing.renewal_batches where tenant_id = ${tx.ctx.tenant.id} and finished_at is null order by opened_at, id limit 1`,
  );
  return row?.id;
}

// A payment that a person began, whose process ended before the gateway heard of it: what they asked for is done.
async function takeUpLost(tx: Tx): Promise<Id | undefined> {
  const { tenant, clock } = tx.ctx;
  const since = addDuration(clock.now(), `-${LOST_AFTER}`, tenant.zone);
  const batch = tx.ctx.newId();
  const lost = await tx.rows<{ id: Id }>(sql`select id from billing.payment_attempts where tenant_id = ${tenant.id} and state = 'created' and batch_id is null
    and created_at <= ${since}::timestamptz order by created_at, id limit 500 for update skip locked`);
  if (lost.length === 0) return undefined;
  await tx.run(sql`insert into billing.renewal_batches (id, opened_at, periods) values (${batch}, ${clock.now()}::timestamptz, 0)`);
  await tx.run(sql`update billing.payment_attempts set batch_id = ${batch} where tenant_id = ${tenant.id} and id = any(${lost.map(({ id }) => id)}::uuid[])`);
  return batch;
}

/**
 * Charges what the batch has open, and closes it. An attempt that nobody knows the end of stays live and is asked for again.
 * When the brake is pulled meanwhile, the rest waits in the open batch.
 */
async function workBatch(ctx: Ctx, batch: Id, heartbeat: (progress?: object) => void): Promise<void> {
  const open = await ctx.inTenant(async (tx) => {
    const rows = await tx.rows<{ id: Id }>(
      sql`select id from billing.payment_attempts where tenant_id = ${ctx.tenant.id} and batch_id = ${batch} and state in ('created', 'unknown')`,
    );
    return liveOrders(
      tx,
      rows.map(({ id }) => id),
    );
  });
  for (let at = 0; at < open.length; at += BETWEEN_BRAKES) {
    if (await ctx.inTenant((tx) => tx.braked('charges'))) return;
    await chargeAll(ctx, batch, open.slice(at, at + BETWEEN_BRAKES), (settled) => heartbeat({ batch, settled }));
  }
  await ctx.inTenant((tx) =>
    tx.run(sql`update billing.renewal_batches set finished_at = ${tx.ctx.clock.now()}::timestamptz, (charges, declined) =
        (select count(*), count(*) filter (where state = 'failed') from billing.payment_attempts where tenant_id = ${ctx.tenant.id} and batch_id = ${batch})
      where tenant_id = ${ctx.tenant.id} and id = ${batch} and finished_at is null`),
  );
}

async function chargeAll(ctx: Ctx, batch: Id, orders: readonly ChargeOrder[], progress: (settled: number) => void): Promise<void> {
  const settled = async (outcomes: ReadonlyMap<Id, ChargeOutcome>): Promise<void> => {
    if (outcomes.size > 0) await settleOutcomes(ctx, outcomes);
    progress(outcomes.size);
  };
  try {
    const gateway = ctx.provider(paymentGateway);
    await ctx.inTenant((tx) =>
      tx.run(
        sql`update billing.renewal_batches set offered_at = ${tx.ctx.clock.now()}::timestamptz where tenant_id = ${ctx.tenant.id} and id = ${batch} and offered_at is null`,
      ),
    );
    await gateway.charge(orders, settled);
  } catch (error) {
    if (!(error instanceof PorticoError) || error.status !== 503) throw error;
    await settled(await withoutGateway(ctx, batch, orders));
  }
}

/**
 * Nothing that takes cards is connected here: the invoices stay open, and their customers pay them themselves. What a gateway
 * was given before may have been charged, so it is asked for until it is known.
 */
async function withoutGateway(ctx: Ctx, batch: Id, orders: readonly ChargeOrder[]): Promise<Map<Id, ChargeOutcome>> {
  const row = await ctx.inTenant((tx) =>
    tx.row<{ offered: boolean }>(
      sql`select offered_at is not null as offered from billing.renewal_batches where tenant_id = ${ctx.tenant.id} and id = ${batch}`,
    ),
  );
  const outcome: ChargeOutcome = row?.offered ? { kind: 'unknown', because: 'no gateway is connected' } : { kind: 'called-off' };
  return new Map(orders.map(({ attemptId }) => [attemptId, outcome]));
}
