import { isId, NotFound } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import { intentOf, textIn, type Ctx, type PageSources, type Submitted } from '@portico/kit/server';
import { creditsOfInvoice, paymentsOfInvoice, readSentInvoice } from '../invoice/invoice.queries.ts';
import { invoiceOfLink } from '../invoice/pay-link.ts';
import { cardFormOf } from '../payment/card-form-of.ts';
import { finishPayment, giveUpPayment } from '../payment/finish-payment.ts';
import { payByLink } from '../payment/pay-invoices.ts';
import { asChanged, paidIn, payIn } from '../views/pay-in.ts';
import { waitingFor } from '../payment/waiting-payment.ts';

/** The invoice of a pay link, and what the card form needs. Opening it changes nothing. */
export async function load(ctx: Ctx, request: PageRequest) {
  const token = request.params['token']!;
  const read = await ctx.inTenant(async (tx) => {
    const { id } = await invoiceOfLink(tx, token);
    const invoice = await readSentInvoice(tx, id);
    return { invoice, payments: await paymentsOfInvoice(tx, invoice), credits: await creditsOfInvoice(tx, invoice) };
  });
  const isOpen = read.invoice.open.amount > 0;
  const waiting = isOpen && read.invoice.checking ? await waitingFor(ctx, read.invoice.id) : undefined;
  return { ...read, formId: ctx.newId(), isOpen, changed: request.query.has('changed'), form: isOpen ? await cardFormOf(ctx) : null, waiting: waiting ?? null };
}

/** The card fields come from the gateway's own origin. */
export const sources = async (ctx: Ctx): Promise<PageSources> => (await cardFormOf(ctx))?.sources ?? {};

/** Pays the invoice of the link; or finds out how a payment went that the bank had to confirm. */
export async function submit(ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> {
  const token = request.params['token']!;
  const here = `/pay/${token}`;
  const attempt = async () => {
    const attemptId = textIn(form, 'attemptId') ?? '';
    if (!isId(attemptId)) throw new NotFound();
    const { id } = await ctx.inTenant((tx) => invoiceOfLink(tx, token));
    return { attemptId, mayPay: async (invoiceId: string) => invoiceId === id };
  };
  const work = intentOf<() => Promise<Submitted>>(form, {
    pay: async () => {
      const { input, formId } = payIn(form);
      const outcome = await payByLink(ctx, token, input, formId).catch(asChanged);
      return outcome === 'changed' ? { ok: true, go: `${here}?changed=1` } : paidIn(outcome, here, ctx);
    },
    finish: async () => paidIn(await finishPayment(ctx, await attempt()), here, ctx),
    'give-up': async () => paidIn(await giveUpPayment(ctx, await attempt()), here, ctx),
  });
  return work();
}
