import { isId, NotFound, type Id } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import { intentOf, textIn, type Ctx, type PageSources, type Submitted, type Tx } from '@portico/kit/server';
import { payableInvoices } from '../ledger/balance.queries.ts';
import { readInvoice } from '../invoice/invoice.queries.ts';
import { accountIn } from '../payment/account-in.ts';
import { cardFormOf } from '../payment/card-form-of.ts';
import { finishPayment, giveUpPayment } from '../payment/finish-payment.ts';
import { payInvoices } from '../payment/pay-invoices.ts';
import { waitingFor } from '../payment/waiting-payment.ts';
import { cardsOf, isAutoPayOn } from '../terms/terms.queries.ts';
import { asChanged, paidIn, payIn } from '../views/pay-in.ts';

/**
 * What the customer can pay now: the invoices that the address names, else all that are open. Of two bill groups or
 * currencies the first is chosen; the others are paid after it.
 */
export async function load(ctx: Ctx, request: PageRequest) {
  ctx.demand('pay', 'Invoice');
  const accountId = accountIn(ctx, undefined);
  const all = await ctx.inTenant((tx) => payableInvoices(tx, accountId));
  const named = request.query.getAll('invoice').filter(isId);
  const wanted = named.length > 0 ? all.filter(({ id }) => named.includes(id)) : all;
  const first = wanted.find(({ checking }) => !checking) ?? wanted[0];
  const chosen = wanted.filter((one) => !one.checking && one.billGroupId === first?.billGroupId && one.open.currency === first.open.currency);
  const waiting = await firstWaiting(
    ctx,
    wanted.filter(({ checking }) => checking).map(({ id }) => id),
  );
  return {
    all,
    chosen: chosen.map(({ id }) => id),
    isWhole: named.length === 0,
    changed: request.query.has('changed'),
    // the form that is shown makes one payment, however often it is sent
    formId: ctx.newId(),
    form: await cardFormOf(ctx),
    ...(first ? await ctx.inTenant((tx) => waysToPay(tx, first.billGroupId)) : { cards: [], autoPayFor: null }),
    waiting: waiting ?? null,
  };
}

/** The cards of a bill group; whose name auto-pay is agreed to in, unless it is on. */
async function waysToPay(tx: Tx, billGroupId: Id) {
  const cards = await cardsOf(tx, billGroupId);
  const isOn = await isAutoPayOn(tx, billGroupId);
  return { cards, autoPayFor: isOn || !tx.ctx.may('change', 'BillingTerms') ? null : tx.ctx.tenant.name };
}

async function firstWaiting(ctx: Ctx, invoiceIds: readonly string[]) {
  for (const id of invoiceIds) {
    const waiting = await waitingFor(ctx, id);
    if (waiting) return waiting;
  }
  return undefined;
}

/** The card fields come from the gateway's own origin. */
export const sources = async (ctx: Ctx): Promise<PageSources> => (await cardFormOf(ctx))?.sources ?? {};

/** Pays what was shown; or finds out how a payment went that the bank had to confirm. */
export async function submit(ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> {
  const attempt = () => {
    const attemptId = textIn(form, 'attemptId') ?? '';
    if (!isId(attemptId)) throw new NotFound();
    return { attemptId, mayPay: async (invoiceId: string) => Boolean(await ctx.inTenant((tx) => readInvoice(tx, invoiceId))) };
  };
  const work = intentOf<() => Promise<Submitted>>(form, {
    pay: async () => {
      const { input, formId } = payIn(form);
      const outcome = await payInvoices(ctx, input, formId).catch(asChanged);
      if (outcome === 'changed') return { ok: true, go: changedHere(request) };
      const said = paidIn(outcome, outcome.kind === 'paid' ? '/billing/invoices' : '/billing/pay', ctx);
      return outcome.kind === 'paid' && input.autoPay ? { ...said, say: 'billing.pay.say-paid-and-on' } : said;
    },
    finish: async () => paidIn(await finishPayment(ctx, attempt()), '/billing/pay', ctx),
    'give-up': async () => paidIn(await giveUpPayment(ctx, attempt()), '/billing/pay', ctx),
  });
  return work();
}

// The same choice, looked at anew: the sum that is shown is the one that is owed now.
function changedHere({ query }: PageRequest): string {
  const again = new URLSearchParams(
    query
      .getAll('invoice')
      .filter(isId)
      .map((id) => ['invoice', id]),
  );
  again.set('changed', '1');
  return `/billing/pay?${again.toString()}`;
}
