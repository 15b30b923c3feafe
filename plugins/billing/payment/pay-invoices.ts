import { InvalidInput, isId, NotFound, type Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { paymentGateway, type ChargeOutcome, type ChargeOrder, type PaymentGateway } from '../api.ts';
import { InvoiceNotSent, WrongInvoiceState } from '../invoice/invoice-errors.ts';
import { Invoice } from '../invoice/invoice.model.ts';
import { moneyText } from '../invoice/money-text.ts';
import { invoiceOfLink } from '../invoice/pay-link.ts';
import { writeAttempt } from './begin-attempt.ts';
import { chargeOrderOf } from './charge-order.ts';
import type { PayInvoices } from './pay-input.ts';
import { AmountChanged, PaymentFormUsed } from './payment-errors.ts';
import { PaymentAttempt, PaymentMethod } from './payment.model.ts';
import { settleOutcomes } from './settle-outcomes.ts';
import { mandateOf } from '../terms/switch-auto-pay.ts';

/** How a payment by a person went. `confirm`: their bank wants to ask them; the card form does it with the secret. */
export type PaidOutcome =
  | { readonly kind: 'paid' }
  | { readonly kind: 'declined'; readonly code: string }
  | { readonly kind: 'confirm'; readonly attemptId: Id; readonly clientSecret: string }
  | { readonly kind: 'checking' };

interface ChosenCard {
  readonly gatewayMethod: string;
  readonly methodId: Id | null;
  readonly keep: boolean;
  readonly described: string;
}

/**
 * A person pays chosen invoices of one bill group with one charge. What they were shown must still be what is owed, else
 * AmountChanged with the new sum, before anything is charged. `formId` is the id that the form was made with: the same
 * payment sent again, a double click or another tab, is answered with how the first one stands. Throws PaymentUnderWay,
 * ChargesStopped, InvoiceNotSent, NotFound for an invoice that the person may not pay.
 */
export const payInvoices = (ctx: Ctx, input: PayInvoices, formId: Id = ctx.newId()): Promise<PaidOutcome> =>
  payChosen(ctx, input, { formId, mayPay: (invoice) => ctx.may('pay', 'Invoice', invoice) });

/** Who has the link of an invoice pays it, and it alone, without signing in, and leaves no card behind; otherwise as `payInvoices`. Throws NotFound for a dead link. */
export async function payByLink(ctx: Ctx, token: string, input: PayInvoices, formId: Id): Promise<PaidOutcome> {
  const { id } = await ctx.inTenant((tx) => invoiceOfLink(tx, token));
  // a link is passed on: a card that was kept would be the customer's
  const once = 'card' in input.with ? { ...input, with: { ...input.with, keep: false } } : input;
  return payChosen(ctx, once, { formId, mayPay: (invoice) => invoice.id === id });
}

interface Leave {
  readonly formId: Id;
  readonly mayPay: (invoice: Invoice) => boolean;
}

async function payChosen(ctx: Ctx, input: PayInvoices, leave: Leave): Promise<PaidOutcome> {
  const gateway = ctx.provider(paymentGateway);
  const card = await cardOf(ctx, gateway, input);
  const order = await ctx.inTenant((tx) => beginPayment(tx, input, card, leave));
  return chargeNow(ctx, gateway, order);
}

/** Charges one order and writes its outcome down. What the gateway did not say is unknown, and is asked for later. */
export async function chargeNow(ctx: Ctx, gateway: PaymentGateway, order: ChargeOrder): Promise<PaidOutcome> {
  let outcome: ChargeOutcome = { kind: 'unknown', because: 'the gateway did not answer' };
  await gateway.charge([order], async (news) => {
    outcome = news.get(order.attemptId) ?? outcome;
    await settleOutcomes(ctx, news);
  });
  return paidOutcomeOf(order.attemptId, outcome);
}

/** What a person is told of an outcome. */
export function paidOutcomeOf(attemptId: Id, outcome: ChargeOutcome): PaidOutcome {
  if (outcome.kind === 'paid') return { kind: 'paid' };
  if (outcome.kind === 'declined') return { kind: 'declined', code: outcome.code };
  if (outcome.kind === 'needs-customer') return { kind: 'confirm', attemptId, clientSecret: outcome.clientSecret };
  if (outcome.kind === 'called-off') return { kind: 'declined', code: 'called_off' };
  return { kind: 'checking' };
}

async function cardOf(ctx: Ctx, gateway: PaymentGateway, { with: by, autoPay }: PayInvoices): Promise<ChosenCard> {
  if ('card' in by) {
    const { gatewayMethod, brand, lastFour } = await gateway.readMethod(by.card);
    return { gatewayMethod, methodId: null, keep: by.keep || autoPay, described: `${brand} ${lastFour}` };
  }
  const method = isId(by.methodId) ? await ctx.inTenant((tx) => tx.query(PaymentMethod).findById(by.methodId)) : undefined;
  if (!method || method.removed_at || !ctx.may('change', 'BillingTerms', method))
    throw new InvalidInput({ 'with.methodId': { key: 'billing.problem.method' } });
  return { gatewayMethod: method.gateway_method, methodId: method.id, keep: false, described: `${method.brand} ${method.last_four}` };
}

async function beginPayment(tx: Tx, input: PayInvoices, card: ChosenCard, { formId, mayPay }: Leave): Promise<ChargeOrder> {
  const invoices = await lockInvoices(tx, input, mayPay);
  const [first] = invoices;
  const earlier = await tx.query(PaymentAttempt).findOne({ cause: formId });
  if (earlier) return orderAgain(earlier, first!, input);
  for (const invoice of invoices) demandPayable(tx.ctx, invoice);
  await demandAsSeen(tx, invoices, input);
  // who only has the link of an invoice pays it, and agrees to nothing further
  if (input.autoPay) tx.ctx.demand('change', 'BillingTerms', first!);
  const attempt = {
    id: tx.ctx.newId(),
    accountId: first!.account_id,
    billGroupId: first!.bill_group_id,
    currency: first!.currency,
    methodId: card.methodId,
    gatewayMethod: card.gatewayMethod,
    keepMethod: card.keep,
    ...(input.autoPay ? { autoPayMandate: mandateOf(tx.ctx) } : {}),
    described: card.described,
    offSession: false,
    because: 'person' as const,
    cause: formId,
    createdBy: tx.ctx.actor.id,
    parts: invoices.map(({ id, open_minor }) => ({ invoiceId: id, amount: open_minor })),
  };
  await writeAttempt(tx, attempt);
  return chargeOrderOf({
    ...attempt,
    amount: attempt.parts.reduce((sum, part) => sum + part.amount, 0),
    payer: first!.buyer.name,
  });
}

// In the order of their ids, as everybody locks them.
async function lockInvoices(tx: Tx, { invoices }: PayInvoices, mayPay: Leave['mayPay']): Promise<Invoice[]> {
  const ids = [...new Set(invoices.map(({ invoiceId }) => invoiceId))];
  const rows = await tx.query(Invoice).whereIn('id', ids).orderBy('id').forUpdate();
  const seen = rows.filter((row) => mayPay(row) && row.number !== null);
  if (seen.length !== ids.length) throw new NotFound();
  const groups = new Set(seen.map((row) => `${row.bill_group_id} ${row.currency}`));
  if (groups.size > 1) throw new InvalidInput({ invoices: { key: 'billing.problem.one-bill-group' } });
  return seen;
}

function orderAgain(earlier: PaymentAttempt, { buyer }: Invoice, { invoices }: PayInvoices): ChargeOrder {
  const asked = invoices.reduce((sum, { amount }) => sum + amount.amount, 0);
  if (asked !== earlier.amount_minor) throw new PaymentFormUsed();
  return chargeOrderOf({
    id: earlier.id,
    billGroupId: earlier.bill_group_id,
    amount: earlier.amount_minor,
    currency: earlier.currency,
    gatewayMethod: earlier.gateway_method,
    offSession: earlier.off_session,
    keepMethod: earlier.keep_method,
    payer: buyer.name,
  });
}

function demandPayable(ctx: Ctx, invoice: Invoice): void {
  if (invoice.sent_at === null) throw ctx.may('manage', 'Invoice') ? new InvoiceNotSent({ number: invoice.number! }) : new NotFound();
  if (invoice.state !== 'issued') throw new WrongInvoiceState({ number: invoice.number!, state: ctx.text(`billing.invoice.${invoice.state}`) });
}

// The request carries what was seen (S8): an amount that is another now, or an invoice more in the whole balance, is shown
// before anything is charged.
async function demandAsSeen(tx: Tx, invoices: readonly Invoice[], input: PayInvoices): Promise<void> {
  const seen = new Map(input.invoices.map(({ invoiceId, amount }) => [invoiceId, amount]));
  const isSame = invoices.every(({ id, open_minor, currency }) => seen.get(id)?.amount === open_minor && seen.get(id)?.currency === currency);
  const more = input.whole ? await othersOwed(tx, invoices) : 0;
  if (isSame && more === 0) return;
  const total = invoices.reduce((sum, { open_minor }) => sum + open_minor, more);
  throw new AmountChanged({ total: moneyText(tx.ctx, total, invoices[0]!.currency) });
}

/** What the same bill group owes in the same currency beyond these invoices; what is being paid already does not count. */
async function othersOwed(tx: Tx, invoices: readonly Invoice[]): Promise<number> {
  const [{ bill_group_id, account_id, currency }] = invoices as [Invoice];
  const row = await tx.row<{ sum: number }>(sql`select coalesce(sum(i.open_minor), 0)::bigint as sum from billing.invoices i
    where i.tenant_id = ${tx.ctx.tenant.id} and i.account_id = ${account_id} and i.bill_group_id = ${bill_group_id} and i.currency = ${currency} and i.state = 'issued'
      and i.sent_at is not null and i.id <> all(${invoices.map(({ id }) => id)}::uuid[])
      and not exists (select from billing.attempt_invoices l where l.tenant_id = ${tx.ctx.tenant.id} and l.invoice_id = i.id and l.is_live)`);
  return row?.sum ?? 0;
}
