import { dayOf, type Id } from '@portico/kit';
import { derivedId, sql, type Tx } from '@portico/kit/server';
import { bookTransfers } from '../ledger/book-transfers.ts';

/** Money that goes back, as its row says it. */
export interface RefundToBook {
  readonly id: Id;
  readonly payment_id: Id;
  readonly account_id: Id;
  readonly bill_group_id: Id;
  readonly amount_minor: number;
  readonly currency: string;
  readonly reason: string;
  readonly asked_by: Id;
  readonly road: string;
}

/** What a refund lowers: what the customer has with us of this payment, and invoices that it paid. Minor units. */
interface Shares {
  readonly fromCredit: number;
  readonly invoices: readonly { readonly invoiceId: Id; readonly noteCause: Id; readonly amount: number }[];
}

/**
 * Books money that went back (requirements 3.6): first what of the payment became the customer's credit, then, with a credit
 * note for each, the invoices that it paid, never more of one than it paid of it. So books and documents agree.
 */
export async function bookRefund(tx: Tx, refund: RefundToBook): Promise<void> {
  const { account_id: accountId, bill_group_id: billGroupId, currency, id: sourceId } = refund;
  const { fromCredit, invoices } = await sharesOf(tx, refund);
  const about = { accountId, billGroupId, currency };
  const road = refund.road === 'card' ? ('card' as const) : ('bank' as const);
  const notes = await writeNotes(tx, refund, invoices);
  const only = notes.length === 1 ? { invoiceId: notes[0]!.invoiceId } : {};
  await bookTransfers(tx, [
    ...notes.map(({ id, invoiceId, amount }) => ({
      ...{ ...about, amount, invoiceId, debit: 'credited' as const, credit: 'receivable' as const },
      ...{ source: 'credit-note' as const, sourceId: id },
    })),
    { ...about, ...only, amount: notes.reduce((sum, { amount }) => sum + amount, 0), debit: 'receivable', credit: road, source: 'refund', sourceId },
    { ...about, amount: fromCredit, debit: 'credit', credit: road, source: 'refund', sourceId },
  ]);
}

/** A refund that had succeeded came back after all: the notes stand, and what was to go back is the customer's credit until it is sent by another road. */
export const bookReturned = (
  tx: Tx,
  { id, account_id: accountId, bill_group_id: billGroupId, currency, amount_minor: amount, road }: RefundToBook,
): Promise<void> =>
  bookTransfers(tx, [
    { accountId, billGroupId, currency, amount, debit: road === 'card' ? 'card' : 'bank', credit: 'credit', source: 'reversal', sourceId: id },
  ]);

async function sharesOf(tx: Tx, { id, payment_id, amount_minor }: RefundToBook): Promise<Shares> {
  const { tenant } = tx.ctx;
  const refunds = sql`select r.id from billing.refunds r where r.tenant_id = ${tenant.id} and r.payment_id = ${payment_id}`;
  const credit = await tx.row<{
    left: number;
  }>(sql`select coalesce(sum(case when t.credit = 'credit' then t.amount_minor else -t.amount_minor end), 0)::bigint as left
    from billing.ledger_transfers t where t.tenant_id = ${tenant.id} and (t.credit = 'credit' or t.debit = 'credit')
      and ((t.source_kind = 'overpayment' and t.source_id = ${payment_id}) or (t.source_kind in ('refund', 'reversal') and t.source_id in (${refunds})))`);
  let left = amount_minor;
  const take = (most: number): number => {
    const taken = Math.max(0, Math.min(left, most));
    left -= taken;
    return taken;
  };
  const fromCredit = take(credit!.left);
  const invoices = (await paidOf(tx, id, payment_id)).map((one) => ({ ...one, amount: take(one.left) })).filter(({ amount }) => amount > 0);
  // what neither can bear was spent meanwhile: the customer owes it
  return { fromCredit: fromCredit + left, invoices };
}

/** What the payment paid of each invoice and no earlier refund of it took back, the most first. */
async function paidOf(tx: Tx, refundId: Id, paymentId: Id): Promise<{ invoiceId: Id; noteCause: Id; left: number }[]> {
  const { tenant } = tx.ctx;
  const paid = await tx.rows<{ invoiceId: Id; amount: number }>(sql`select invoice_id as "invoiceId", amount_minor as amount from billing.payment_allocations
    where tenant_id = ${tenant.id} and payment_id = ${paymentId} order by amount_minor desc, id`);
  const others = await tx.rows<{ id: Id }>(sql`select id from billing.refunds where tenant_id = ${tenant.id} and payment_id = ${paymentId}`);
  const causes = others.flatMap((other) => [other.id, ...paid.map(({ invoiceId }) => causeFor(other.id, invoiceId))]);
  const notes = await tx.rows<{
    invoiceId: Id;
    amount: number;
  }>(sql`select invoice_id as "invoiceId", sum(amount_minor)::bigint as amount from billing.credit_notes
    where tenant_id = ${tenant.id} and cause = any(${causes}::uuid[]) group by invoice_id`);
  const taken = new Map(notes.map(({ invoiceId, amount }) => [invoiceId, amount]));
  return paid.map(({ invoiceId, amount }) => ({ invoiceId, noteCause: causeFor(refundId, invoiceId), left: amount - (taken.get(invoiceId) ?? 0) }));
}

// a note is written once for each cause, and a refund may lower several invoices
const causeFor = (refundId: Id, invoiceId: Id): Id => derivedId(`billing.credit-note ${refundId} ${invoiceId}`);

async function writeNotes(tx: Tx, refund: RefundToBook, shares: Shares['invoices']): Promise<{ id: Id; invoiceId: Id; amount: number }[]> {
  if (shares.length === 0) return [];
  const { ctx } = tx;
  const now = ctx.clock.now();
  const first = await tx.nextNumber('billing.credit-note', shares.length);
  const notes = shares.map((share, at) => ({ ...share, id: ctx.newId(), number: first + at }));
  await tx.run(sql`insert into billing.credit_notes (id, number, account_id, bill_group_id, invoice_id, amount_minor, currency, reason, cause, issued_on, issued_at, issued_by)
    select n.id, n.number, ${refund.account_id}, ${refund.bill_group_id}, n."invoiceId", n.amount, ${refund.currency}, ${refund.reason}, n."noteCause",
      ${dayOf(now, ctx.tenant.zone)}::date, ${now}::timestamptz, ${refund.asked_by}
    from jsonb_to_recordset(${JSON.stringify(notes)}::jsonb) as n(id uuid, number bigint, "invoiceId" uuid, amount bigint, "noteCause" uuid)`);
  await tx.run(sql`update billing.refunds set credit_note_id = ${notes[0]!.id} where tenant_id = ${ctx.tenant.id} and id = ${refund.id}`);
  return notes;
}
