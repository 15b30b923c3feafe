import { dayOf, daysAfter, InvalidInput, NotFound, type Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { bookTransfers } from '../ledger/book-transfers.ts';
import type { BillingSettings } from '../plugin.ts';
import { chargeWhatWasSent } from '../renewal/charge-what-was-sent.ts';
import { WrongInvoiceState } from './invoice-errors.ts';
import { Invoice, pastDueFrom, totalOf, type Buyer, type InvoiceLine, type Seller } from './invoice.model.ts';

/** Who sells, as it is printed from now on. */
export async function sellerIn(tx: Tx): Promise<Seller> {
  const { contactLine, contactEmail, contactPhone } = await tx.branding();
  return { name: tx.ctx.tenant.name, contact: contactLine, email: contactEmail, phone: contactPhone };
}

/** Who buys, as it is printed from now on. Throws InvalidInput at `billGroupId` when the bill group is none of the account. */
export async function buyerOf(tx: Tx, accountId: Id, billGroupId: Id): Promise<Buyer> {
  const row = await tx.row<Buyer>(sql`select a.number, a.name, g.name as "billGroup" from accounts.account_v1 a
    join accounts.bill_group_v1 g on g.tenant_id = ${tx.ctx.tenant.id} and g.account_id = a.id
    where a.tenant_id = ${tx.ctx.tenant.id} and a.id = ${accountId} and g.id = ${billGroupId}`);
  if (!row) throw new InvalidInput({ billGroupId: { key: 'billing.problem.bill-group' } });
  return row;
}

/** What a draft is made of. */
export interface NewInvoice {
  readonly id: Id;
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly subscriptionId?: Id;
  readonly currency: string;
  readonly lines: readonly InvoiceLine[];
  /** What another plugin asked it for by. */
  readonly cause?: Id;
}

/** Writes a draft: no number, not booked, seen by nobody but staff. */
export async function draftInvoice(tx: Tx, draft: NewInvoice): Promise<void> {
  await tx.query(Invoice).insert({
    id: draft.id,
    account_id: draft.accountId,
    bill_group_id: draft.billGroupId,
    subscription_id: draft.subscriptionId ?? null,
    currency: draft.currency,
    lines: draft.lines,
    total_minor: totalOf(draft.lines),
    cause: draft.cause ?? null,
    created_at: tx.ctx.clock.now(),
  });
}

/**
 * Issues a draft in the caller's transaction: its number from the locked counter, what is printed copied, the sum booked.
 * `send` makes it visible to the customer in the same moment. An invoice over nothing is paid at once.
 */
export async function issueDraft(tx: Tx, invoice: Invoice, { send }: { readonly send: boolean }): Promise<void> {
  const { ctx } = tx;
  const { dueDays, invoiceNote } = ctx.settings<BillingSettings>();
  const now = ctx.clock.now();
  const issuedOn = dayOf(now, ctx.tenant.zone);
  const dueOn = daysAfter(issuedOn, dueDays);
  await invoice.$query(tx.sql).patch({
    state: invoice.total_minor === 0 ? 'paid' : 'issued',
    ...(invoice.total_minor === 0 ? { paid_at: now } : {}),
    number: await tx.nextNumber('billing.invoice'),
    issued_at: now,
    issued_on: issuedOn,
    due_on: dueOn,
    due_at: pastDueFrom(dueOn, ctx.tenant.zone),
    sent_at: send ? now : null,
    seller: await sellerIn(tx),
    buyer: await buyerOf(tx, invoice.account_id, invoice.bill_group_id),
    note: invoiceNote,
  });
  const { id, account_id: accountId, bill_group_id: billGroupId, currency, total_minor: amount } = invoice;
  await bookTransfers(tx, [
    { accountId, billGroupId, currency, amount, debit: 'receivable', credit: 'revenue', source: 'invoice', sourceId: id, invoiceId: id },
  ]);
}

/** Staff issue a draft: from now on it has a number and is not rewritten. Issuing it again throws WrongInvoiceState. */
export async function issueInvoice(ctx: Ctx, invoiceId: Id, { send }: { readonly send: boolean }): Promise<void> {
  ctx.demand('manage', 'Invoice');
  await ctx.inTenant(async (tx) => {
    const invoice = await lockInvoice(tx, invoiceId);
    if (invoice.state !== 'draft') throw new WrongInvoiceState({ number: invoice.number ?? 0, state: ctx.text(`billing.invoice.${invoice.state}`) });
    await issueDraft(tx, invoice, { send });
    if (send) await chargeWhatWasSent(tx, invoice);
    await tx.audit('billing.invoice-issued', null, { invoiceId, sent: send });
  });
}

/** The invoice with its row locked. Throws NotFound. */
export async function lockInvoice(tx: Tx, invoiceId: Id): Promise<Invoice> {
  const invoice = await tx.query(Invoice).findById(invoiceId).forUpdate();
  if (!invoice) throw new NotFound();
  return invoice;
}
