import { addDuration, PorticoError, type Id, type Instant } from '@portico/kit';
import { sql, workClock, type Ctx, type Tx } from '@portico/kit/server';
import { billing } from '@portico/plugin-billing/api';
import { orderPayments } from '@portico/workflows/order-payments';

const TOGETHER = 100;
/** Where billing is switched off nothing is booked; it is looked for again after so long. */
const LOOK_AGAIN = 'P1D';

interface UnbookedPayment {
  readonly id: Id;
  readonly reverses_id: Id | null;
  readonly amount_minor: number;
  readonly currency: string;
  readonly paid_on: string;
  readonly note: string;
  readonly number: number;
  readonly account_id: Id;
  readonly bill_group_id: Id;
}

/** What was recorded on orders is booked in billing's ledger, in the order in which it was recorded, each row once by its id. */
export const bookOrderPayments = workClock(orderPayments, { nextDue, openBatch, workBatch });

async function nextDue(tx: Tx): Promise<Instant | undefined> {
  const row = await tx.row<{ at: Instant }>(sql`select greatest(recorded_at, book_after) as at from leads.order_payments
    where tenant_id = ${tx.ctx.tenant.id} and booked_at is null order by recorded_at, id limit 1`);
  return row?.at;
}

async function openBatch(tx: Tx): Promise<Id | undefined> {
  const { tenant, clock } = tx.ctx;
  const waiting = await tx.rows<{ id: Id; batch_id: Id | null }>(sql`select id, batch_id from leads.order_payments
    where tenant_id = ${tenant.id} and booked_at is null and coalesce(book_after, recorded_at) <= ${clock.now()}::timestamptz
    order by recorded_at, id limit ${TOGETHER} for update skip locked`);
  const unfinished = waiting.find(({ batch_id }) => batch_id !== null)?.batch_id;
  if (unfinished || waiting.length === 0) return unfinished ?? undefined;
  const batch = tx.ctx.newId();
  await tx.run(sql`update leads.order_payments set batch_id = ${batch} where tenant_id = ${tenant.id} and id = any(${waiting.map(({ id }) => id)}::uuid[])`);
  return batch;
}

async function workBatch(ctx: Ctx, batch: Id, heartbeat: (progress?: object) => void): Promise<void> {
  const rows = await ctx.inTenant((tx) =>
    tx.rows<UnbookedPayment>(sql`select p.id, p.reverses_id, p.amount_minor, p.currency, p.paid_on, p.note, o.number, o.account_id, o.bill_group_id
      from leads.order_payments p join leads.lead_orders o on o.tenant_id = ${ctx.tenant.id} and o.id = p.order_id
      where p.tenant_id = ${ctx.tenant.id} and p.batch_id = ${batch} and p.booked_at is null order by p.recorded_at, p.id`),
  );
  for (const row of rows) {
    const invoiceNumber = await book(ctx, row);
    if (invoiceNumber === 'billing-off') return ctx.inTenant((tx) => waitForBilling(tx, batch));
    await ctx.inTenant((tx) =>
      tx.run(sql`update leads.order_payments set booked_at = ${tx.ctx.clock.now()}::timestamptz, invoice_number = ${invoiceNumber}
        where tenant_id = ${ctx.tenant.id} and id = ${row.id} and booked_at is null`),
    );
    heartbeat({ batch, booked: row.id });
  }
}

async function book(ctx: Ctx, row: UnbookedPayment): Promise<number | null | 'billing-off'> {
  try {
    const books = ctx.use(billing);
    if (row.reverses_id) {
      await books.takeBackReceived({ cause: row.id, received: row.reverses_id, reason: row.note });
      return null;
    }
    const { account_id: accountId, bill_group_id: billGroupId, currency, amount_minor: amountMinor, paid_on: receivedOn, note } = row;
    const description = ctx.text('leads.order.title', { order: row.number });
    return (await books.bookReceived({ cause: row.id, accountId, billGroupId, currency, description, amountMinor, receivedOn, note })).invoiceNumber;
  } catch (error) {
    if (error instanceof PorticoError && error.code === 'portico.plugin-off') return 'billing-off';
    throw error;
  }
}

const waitForBilling = async (tx: Tx, batch: Id): Promise<void> =>
  void (await tx.run(sql`update leads.order_payments set batch_id = null, book_after = ${addDuration(tx.ctx.clock.now(), LOOK_AGAIN, tx.ctx.tenant.zone)}::timestamptz
    where tenant_id = ${tx.ctx.tenant.id} and batch_id = ${batch} and booked_at is null`));
