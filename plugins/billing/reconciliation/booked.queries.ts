import type { Id } from '@portico/kit';
import { sql, type Ctx, type Sql, type Tx } from '@portico/kit/server';
import type { AttemptState } from '../payment/payment.model.ts';
import type { BookDifference, BookedPayment, BookedTry } from './book-difference.ts';

const PAGE = 1_000;

// What the ledger says of a payment: what came in for it and what went back, in its own currency.
const ofPayment = (tx: Tx): Sql => {
  const { tenant } = tx.ctx;
  const refunds = sql`select r.id from billing.refunds r where r.tenant_id = ${tenant.id} and r.payment_id = p.id`;
  const summed = (condition: Sql) => sql`coalesce((select sum(t.amount_minor) from billing.ledger_transfers t
    where t.tenant_id = ${tenant.id} and t.currency = p.currency and ${condition}), 0)::bigint`;
  return sql`${summed(sql`t.source_kind = 'payment' and t.debit = 'card'
      and t.source_id in (select l.id from billing.payment_allocations l where l.tenant_id = ${tenant.id} and l.payment_id = p.id)`)}
    + ${summed(sql`t.source_kind = 'overpayment' and t.debit = 'card' and t.source_id = p.id`)} as booked,
    ${summed(sql`t.source_kind = 'refund' and t.credit = 'card' and t.source_id in (${refunds})`)}
    - ${summed(sql`t.source_kind = 'reversal' and t.debit = 'card' and t.source_id in (${refunds})`)} as back,
    coalesce((select sum(r.amount_minor) from billing.refunds r where r.tenant_id = ${tenant.id} and r.payment_id = p.id and r.state = 'pending'), 0)::bigint as "pendingBack"`;
};

type TryRow = Omit<BookedPayment, 'id' | 'currency' | 'accountId'> & {
  readonly attemptId: Id;
  readonly accountId: Id;
  readonly state: AttemptState;
  readonly gatewayRef: string | null;
  readonly paymentId: Id | null;
  readonly paid: string;
};

/** Our side of these tries, by their ids; those that are none of ours are left out. */
export async function bookedTries(ctx: Ctx, attemptIds: readonly Id[]): Promise<Map<Id, BookedTry>> {
  if (attemptIds.length === 0) return new Map();
  const rows = await ctx.inTenant((tx) =>
    tx.rows<TryRow>(sql`select a.id as "attemptId", a.account_id as "accountId", a.state, a.gateway_ref as "gatewayRef",
        p.id as "paymentId", p.number, p.currency as paid, p.amount_minor as amount, ${ofPayment(tx)}
      from billing.payment_attempts a left join billing.payments p on p.tenant_id = ${ctx.tenant.id} and p.attempt_id = a.id
      where a.tenant_id = ${ctx.tenant.id} and a.id = any(${attemptIds}::uuid[])`),
  );
  return new Map(
    rows.map(({ attemptId, accountId, state, gatewayRef, paymentId, paid, ...sums }) => [
      attemptId,
      { attemptId, accountId, state, gatewayRef, payment: paymentId ? { id: paymentId, accountId, currency: paid, ...sums } : null },
    ]),
  );
}

/** The number of the newest payment: what is booked later is compared the next time. */
export async function newestPayment(ctx: Ctx): Promise<number> {
  const row = await ctx.inTenant((tx) =>
    tx.row<{ number: number }>(sql`select number from billing.payments where tenant_id = ${ctx.tenant.id} order by number desc limit 1`),
  );
  return row?.number ?? 0;
}

/** The card payments up to a number, first to last, a page at a time. */
export async function* cardPayments(ctx: Ctx, upTo: number): AsyncGenerator<readonly BookedPayment[]> {
  for (let after = 0; ; ) {
    const rows = await ctx.inTenant((tx) =>
      tx.rows<BookedPayment>(sql`select p.id, p.number, p.account_id as "accountId", p.currency, p.amount_minor as amount, ${ofPayment(tx)}
        from billing.payments p where p.tenant_id = ${ctx.tenant.id} and p.road = 'card' and p.number > ${after} and p.number <= ${upTo} order by p.number limit ${PAGE}`),
    );
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.number;
  }
}

/** Transfers of the ledger that moved the gateway's money with no payment or refund behind them; at most so many. */
export async function transfersOfNobody(ctx: Ctx, most: number): Promise<readonly BookDifference[]> {
  const { tenant } = ctx;
  // in the currency that was tried: a payment that says another one is a difference of its own
  const like = sql`p.road = 'card' and p.account_id = t.account_id and t.currency =
    coalesce((select a.currency from billing.payment_attempts a where a.tenant_id = ${tenant.id} and a.id = p.attempt_id), p.currency)`;
  const rows = await ctx.inTenant((tx) =>
    tx.rows<{ accountId: Id; amount: number; currency: string }>(sql`select t.account_id as "accountId", t.currency,
        case when t.debit = 'card' then t.amount_minor else -t.amount_minor end as amount
      from billing.ledger_transfers t where t.tenant_id = ${tenant.id} and (t.debit = 'card' or t.credit = 'card') and not case t.source_kind
        when 'payment' then exists (select from billing.payment_allocations l join billing.payments p on p.tenant_id = ${tenant.id} and p.id = l.payment_id
          where l.tenant_id = ${tenant.id} and l.id = t.source_id and ${like})
        when 'overpayment' then exists (select from billing.payments p where p.tenant_id = ${tenant.id} and p.id = t.source_id and ${like})
        when 'refund' then exists (select from billing.refunds r join billing.payments p on p.tenant_id = ${tenant.id} and p.id = r.payment_id
          where r.tenant_id = ${tenant.id} and r.id = t.source_id and (r.state = 'succeeded' or exists (select from billing.ledger_transfers v
            where v.tenant_id = ${tenant.id} and v.source_kind = 'reversal' and v.source_id = r.id)) and ${like})
        when 'reversal' then exists (select from billing.refunds r join billing.payments p on p.tenant_id = ${tenant.id} and p.id = r.payment_id
          where r.tenant_id = ${tenant.id} and r.id = t.source_id and r.state = 'failed' and ${like})
        else false end
      order by t.booked_at, t.id limit ${most}`),
  );
  return rows.map(({ accountId, ...books }) => ({
    kind: 'no-payment-behind',
    gatewayRef: null,
    accountId,
    paymentId: null,
    paymentNumber: null,
    books,
    gateway: null,
  }));
}
