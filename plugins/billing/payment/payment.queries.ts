import { NotFound, type Id, type Instant } from '@portico/kit';
import { emptySql, listQuery, sql, walkList, type ListPlace, type Sql, type Tx, type WalkedPage } from '@portico/kit/server';
import { z } from 'zod';
import type { Amount } from '../plan/plan.queries.ts';
import type { PaymentRoad } from './payment.model.ts';

/** A payment as lists show it. */
export interface PaymentRow {
  readonly id: Id;
  readonly number: number;
  readonly account: string;
  readonly road: PaymentRoad;
  readonly described: string;
  readonly receivedOn: string;
  readonly receivedAt: Instant;
  readonly amount: Amount;
  /** What went back, or is on its way. */
  readonly refunded: Amount;
  /** What of it the bank has not confirmed yet. */
  readonly onItsWayBack: Amount;
  /** What was to go back and did not arrive. */
  readonly didNotGoBack: Amount;
  readonly note: string;
  /** The numbers of the invoices that it paid. */
  readonly invoices: readonly { readonly id: Id; readonly number: number }[];
}

/** What a list of payments can be asked for. */
export const ListPayments = listQuery(['-received', 'received']).extend({ accountId: z.uuid().optional() });
export type ListPayments = z.output<typeof ListPayments>;

type Row = Omit<PaymentRow, 'amount' | 'refunded' | 'onItsWayBack' | 'didNotGoBack'> & {
  amount_minor: number;
  refunded_minor: number;
  pending_minor: number;
  failed_minor: number;
  currency: string;
  sort_key: Instant;
};

const backIn = (tx: Tx, state: 'pending' | 'failed'): Sql => sql`coalesce((select sum(r.amount_minor) from billing.refunds r
  where r.tenant_id = ${tx.ctx.tenant.id} and r.payment_id = p.id and r.state = ${state}), 0)::bigint`;

/** Rows of payments with what lists show of them; `from` has a `sort_key`. */
const listed = (tx: Tx, from: Sql): Sql => {
  const { tenant } = tx.ctx;
  return sql`select p.id, p.number, a.name as account, p.road, p.described, p.received_on as "receivedOn", p.received_at as "receivedAt",
      p.received_at as sort_key, p.amount_minor, p.refunded_minor, p.currency, p.note, ${backIn(tx, 'pending')} as pending_minor, ${backIn(tx, 'failed')} as failed_minor,
      coalesce((select jsonb_agg(jsonb_build_object('id', i.id, 'number', i.number) order by i.number) from billing.payment_allocations l
        join billing.invoices i on i.tenant_id = ${tenant.id} and i.id = l.invoice_id where l.tenant_id = ${tenant.id} and l.payment_id = p.id), '[]') as invoices
    from (${from}) p
    join accounts.account_v1 a on a.tenant_id = ${tenant.id} and a.id = p.account_id`;
};

const rowOf = ({ amount_minor, refunded_minor, pending_minor, failed_minor, currency, sort_key: _, ...row }: Row): PaymentRow => ({
  ...row,
  amount: { amount: amount_minor, currency },
  refunded: { amount: refunded_minor, currency },
  onItsWayBack: { amount: pending_minor, currency },
  didNotGoBack: { amount: failed_minor, currency },
});

/** The payments that the actor may see, newest first unless asked otherwise (R-0.13, R-2.3). Throws InvalidInput at `cursor` or `before`. */
export async function listPayments(tx: Tx, query: ListPlace & Pick<ListPayments, 'accountId'>): Promise<WalkedPage<PaymentRow>> {
  const { tenant, visible } = { tenant: tx.ctx.tenant, visible: tx.ctx.visible('read', 'Payment', 'p') };
  const keyset = walkList<Row>({ key: sql`p.received_at`, type: 'timestamptz' }, sql`p.id`, query);
  const from = sql`select p.* from billing.payments p where p.tenant_id = ${tenant.id} and ${visible} ${query.accountId ? sql`and p.account_id = ${query.accountId}` : emptySql}
    and ${keyset.where} ${keyset.orderAndLimit}`;
  const { rows, nextCursor, previousCursor } = keyset.page(await tx.rows<Row>(sql`${listed(tx, from)} ${keyset.order}`));
  return { data: rows.map(rowOf), nextCursor, previousCursor };
}

/** What of a payment is for which invoice. */
export interface PaymentPart {
  readonly number: number;
  readonly amount: Amount;
}

/** One payment that the actor may see, with what of it is for which invoice. Throws NotFound for any other. */
export async function readPayment(tx: Tx, paymentId: Id): Promise<PaymentRow & { readonly parts: readonly PaymentPart[] }> {
  const { tenant, visible } = { tenant: tx.ctx.tenant, visible: tx.ctx.visible('read', 'Payment', 'p') };
  const row = await tx.row<Row>(listed(tx, sql`select p.* from billing.payments p where p.tenant_id = ${tenant.id} and p.id = ${paymentId} and ${visible}`));
  if (!row) throw new NotFound();
  const parts = await tx.rows<{ number: number; amount: number }>(sql`select i.number, l.amount_minor as amount from billing.payment_allocations l
    join billing.invoices i on i.tenant_id = ${tenant.id} and i.id = l.invoice_id
    where l.tenant_id = ${tenant.id} and l.payment_id = ${paymentId} order by i.number limit 100`);
  return { ...rowOf(row), parts: parts.map(({ number, amount }) => ({ number, amount: { amount, currency: row.currency } })) };
}
