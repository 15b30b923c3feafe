import { isId, readInput, type Id } from '@portico/kit';
import { textIn, type Ctx, type Submitted } from '@portico/kit/server';
import { z } from 'zod';
import { PayInvoices } from '../payment/pay-input.ts';
import { AmountChanged } from '../payment/payment-errors.ts';
import { declineWords } from '../payment/decline-words.ts';
import type { PaidOutcome } from '../payment/pay-invoices.ts';

/** A payment as its form was sent: the invoices with what was shown of each, and the card. Throws InvalidInput. */
export function payIn(form: FormData): { input: PayInvoices; formId: Id } {
  const currency = textIn(form, 'currency') ?? '';
  const invoices = [...form.entries()].flatMap(([name, value]) =>
    name.startsWith('invoice-') ? [{ invoiceId: name.slice('invoice-'.length), amount: { amount: Number(value), currency } }] : [],
  );
  const method = textIn(form, 'method') ?? '';
  const paid = isId(method) ? { methodId: method } : { card: textIn(form, 'card') ?? '', keep: form.has('keep') };
  return {
    input: readInput(PayInvoices, { invoices, whole: form.has('whole'), with: paid, autoPay: form.has('autoPay') }),
    formId: readInput(z.object({ formId: z.uuid() }), { formId: textIn(form, 'formId') }).formId,
  };
}

/** What is owed is not what was shown: the page shows it anew, and nothing was charged. Any other error goes on. */
export function asChanged(error: unknown): 'changed' {
  if (error instanceof AmountChanged) return 'changed';
  throw error;
}

/** What the page says of how a payment went. A declined card says why, in plain words, and what to do next. */
export function paidIn(outcome: PaidOutcome, here: string, ctx: Ctx): Submitted {
  if (outcome.kind === 'paid') return { ok: true, say: 'billing.pay.say-paid', go: here };
  if (outcome.kind === 'declined') return { ok: false, fields: {}, say: declineWords(ctx, outcome.code) };
  return { ok: true, go: here };
}
