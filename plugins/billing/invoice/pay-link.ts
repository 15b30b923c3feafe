import { addDuration, NotFound, type Id, type Instant } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { Model } from 'objection';
import type { BillingSettings } from '../plugin.ts';
import { InvoiceNotSent, WrongInvoiceState } from './invoice-errors.ts';
import { Invoice } from './invoice.model.ts';
import { lockInvoice } from './issue-invoice.ts';
import { moneyText } from './money-text.ts';

/** What a pay link may be used for: to pay one invoice, and nothing else (S1). */
export const PAY_LINK = 'billing.pay';

/** A link that pays one invoice. Raising its generation makes older links dead. */
export class PayLink extends Model {
  static override tableName = 'billing.pay_links';
  declare id: Id;
  declare invoice_id: Id;
  declare generation: number;
  declare sent_to: string | null;
  declare created_by: Id;
  declare created_at: Instant;
  declare expires_at: Instant;
}

/** Where a link leads, for who copies it. */
export const payUrl = (ctx: Ctx, link: PayLink): string =>
  `${ctx.tenant.url}/pay/${ctx.links.token({ purpose: PAY_LINK, id: link.id, generation: link.generation })}`;

/**
 * Staff send the pay link of an invoice to the people who manage the customer's account. Sending it again makes the older
 * link dead and this one last its full time. Answers to how many people it goes, and the address to copy. Throws
 * InvoiceNotSent for an invoice that the customer does not see, WrongInvoiceState for one that cannot be paid.
 */
export async function sendPayLink(ctx: Ctx, invoiceId: Id): Promise<{ readonly people: number; readonly url: string }> {
  ctx.demand('manage', 'Invoice');
  return ctx.inTenant(async (tx) => {
    const invoice = await lockInvoice(tx, invoiceId);
    if (invoice.state !== 'issued') throw new WrongInvoiceState({ number: invoice.number ?? 0, state: ctx.text(`billing.invoice.${invoice.state}`) });
    if (invoice.sent_at === null) throw new InvoiceNotSent({ number: invoice.number! });
    const link = await renewLink(tx, invoiceId);
    const people = await payers(tx, invoice.account_id);
    for (const { userId } of people) await tx.mail('pay-link', userId, mailOf(ctx, invoice, link));
    await tx.audit('billing.pay-link-sent', null, { invoiceId, people: people.length });
    return { people: people.length, url: payUrl(ctx, link) };
  });
}

const mailOf = (ctx: Ctx, invoice: Invoice, { id, generation }: PayLink) => ({
  invoiceNumber: invoice.number!,
  amount: moneyText(ctx, invoice.open_minor, invoice.currency),
  dueOn: invoice.due_on!,
  payUrl: { link: { purpose: PAY_LINK, id, generation, path: '/pay/' } },
});

async function renewLink(tx: Tx, invoiceId: Id): Promise<PayLink> {
  const { ctx } = tx;
  const now = ctx.clock.now();
  const expires_at = addDuration(now, `P${ctx.settings<BillingSettings>().payLinkDays}D`, ctx.tenant.zone);
  const link = await tx.query(PayLink).findOne({ invoice_id: invoiceId }).forUpdate();
  if (link) return link.$query(tx.sql).patchAndFetch({ generation: link.generation + 1, expires_at, created_by: ctx.actor.id });
  return tx.query(PayLink).insertAndFetch({ id: ctx.newId(), invoice_id: invoiceId, generation: 1, created_by: ctx.actor.id, created_at: now, expires_at });
}

/** The people of a customer who get mail about money: account admins who are enabled. */
export const payers = (tx: Tx, accountId: Id): Promise<{ userId: Id }[]> =>
  tx
    .sql('accounts.member_v1')
    .where({ tenant_id: tx.ctx.tenant.id, account_id: accountId, is_admin: true, enabled: true })
    .orderBy('id')
    .limit(20)
    .select({ userId: 'user_id' });

/** The invoice that a link opens. Throws NotFound for a token that is none, that is too old, or that a newer one has replaced. */
export async function invoiceOfLink(tx: Tx, token: string): Promise<Invoice> {
  const { ctx } = tx;
  const id = ctx.links.idIn(PAY_LINK, token);
  const link = id && (await tx.query(PayLink).findById(id));
  if (!link || !ctx.links.matches({ purpose: PAY_LINK, id, generation: link.generation }, token) || link.expires_at <= ctx.clock.now()) throw new NotFound();
  const invoice = await tx.query(Invoice).findById(link.invoice_id);
  if (!invoice || invoice.sent_at === null) throw new NotFound();
  return invoice;
}
