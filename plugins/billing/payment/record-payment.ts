import { dayOf, InvalidInput, type FieldProblem, type Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { InvoiceNotSent, PaymentUnderWay } from '../invoice/invoice-errors.ts';
import { Invoice } from '../invoice/invoice.model.ts';
import { buyerOf } from '../invoice/issue-invoice.ts';
import type { RecordPayment } from './pay-input.ts';
import { PaymentFormUsed } from './payment-errors.ts';
import { AttemptInvoice, Payment } from './payment.model.ts';
import { receivePayments } from './receive-payments.ts';

/**
 * Staff record money that came in by another road. It pays the invoices that are named (one that was written off too),
 * oldest due first, or else all open ones that are Sent; what is over becomes the customer's credit. `formId` makes it once: the same payment again is answered
 * as the first time, another one under that id throws PaymentFormUsed. Throws PaymentUnderWay while a card payment of one of
 * the invoices is not settled, InvoiceNotSent for one that the customer does not see.
 */
export async function recordPayment(ctx: Ctx, input: RecordPayment, formId: Id = ctx.newId()): Promise<Id> {
  ctx.demand('manage', 'Payment');
  const { currency } = input.amount;
  if (input.receivedOn > dayOf(ctx.clock.now(), ctx.tenant.zone)) throw new InvalidInput({ receivedOn: { key: 'billing.problem.in-future' } });
  return ctx.inTenant(async (tx) => {
    const accountId = await accountOf(tx, input.billGroupId);
    // the same form from another tab waits here for the first
    await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${formId}, 0))`);
    const earlier = await tx.query(Payment).findOne({ cause: formId });
    if (earlier) return demandSame(earlier, input);
    const invoices = await invoicesToPay(tx, input, currency);
    const id = ctx.newId();
    await receivePayments(tx, [
      {
        id,
        accountId,
        billGroupId: input.billGroupId,
        road: input.road,
        amount: input.amount.amount,
        currency,
        receivedOn: input.receivedOn,
        described: ctx.text(`billing.road.${input.road}`),
        note: input.note,
        cause: formId,
        recordedBy: ctx.actor.id,
        parts: shareOut(invoices, input.amount.amount),
      },
    ]);
    await tx.audit('billing.payment-recorded', null, { paymentId: id, amount: input.amount, road: input.road });
    return id;
  });
}

async function accountOf(tx: Tx, billGroupId: Id): Promise<Id> {
  const group = await tx
    .sql('accounts.bill_group_v1')
    .where({ tenant_id: tx.ctx.tenant.id, id: billGroupId })
    .first<{ account_id: Id } | undefined>('account_id');
  if (!group) throw new InvalidInput({ billGroupId: { key: 'billing.problem.bill-group' } });
  await buyerOf(tx, group.account_id, billGroupId);
  return group.account_id;
}

async function invoicesToPay(tx: Tx, { billGroupId, invoiceIds }: RecordPayment, currency: string): Promise<Invoice[]> {
  const all = tx.query(Invoice).where({ bill_group_id: billGroupId, currency }).orderBy('id').forUpdate();
  const invoices =
    invoiceIds.length > 0
      ? await all.whereIn('state', ['issued', 'written-off']).whereIn('id', invoiceIds)
      : await all.where({ state: 'issued' }).whereNotNull('sent_at');
  const problems: Record<string, FieldProblem> = {};
  if (invoiceIds.length > 0 && invoices.length !== new Set(invoiceIds).size) problems.invoiceIds = { key: 'billing.problem.invoice' };
  if (Object.keys(problems).length > 0) throw new InvalidInput(problems);
  const unsent = invoices.find(({ sent_at }) => sent_at === null);
  if (unsent) throw new InvoiceNotSent({ number: unsent.number! });
  const live = await tx
    .query(AttemptInvoice)
    .where({ is_live: true })
    .whereIn(
      'invoice_id',
      invoices.map(({ id }) => id),
    )
    .first();
  if (live) throw new PaymentUnderWay({ number: invoices.find(({ id }) => id === live.invoice_id)!.number! });
  return invoices.toSorted((a, b) => (a.due_at! < b.due_at! ? -1 : a.due_at! > b.due_at! ? 1 : a.number! - b.number!));
}

/** The oldest due first, each to its full sum, until the amount is used up. */
export function shareOut(invoices: readonly Pick<Invoice, 'id' | 'open_minor' | 'written_off_minor'>[], amount: number): { invoiceId: Id; amount: number }[] {
  let left = amount;
  return invoices.flatMap(({ id, open_minor, written_off_minor }) => {
    const part = Math.min(left, open_minor + written_off_minor);
    left -= part;
    return part > 0 ? [{ invoiceId: id, amount: part }] : [];
  });
}

function demandSame(earlier: Payment, input: RecordPayment): Id {
  const isSame =
    earlier.bill_group_id === input.billGroupId &&
    earlier.amount_minor === input.amount.amount &&
    earlier.currency === input.amount.currency &&
    earlier.road === input.road;
  if (!isSame) throw new PaymentFormUsed();
  return earlier.id;
}
