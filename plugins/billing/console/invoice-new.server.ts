import type { PageRequest } from '@portico/kit/page';
import { amountIn, numberIn, textIn, type Ctx, type Submitted } from '@portico/kit/server';
import { z } from 'zod';
import { WriteInvoice, writeInvoice } from '../invoice/write-invoice.ts';
import { buyerIn, buyersForChoice } from '../views/buyer-choice.ts';

/** So many lines stand on the form; empty ones are left out. */
const LINES = 5;

/** Whom an invoice can be for. */
export async function load(ctx: Ctx, request: PageRequest) {
  const { chosen, ...buyers } = await buyersForChoice(ctx, request.query.get('for'));
  // the form that is shown writes one invoice, however often it is sent
  return { buyers, invoiceId: ctx.newId(), currency: ctx.tenant.currency, lines: LINES, chosen };
}

/** Writes the draft and opens its page. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const filled = Array.from({ length: LINES }, (_, at) => at).filter((at) => at === 0 || textIn(form, `description-${at}`) || textIn(form, `price-${at}`));
  const input = WriteInvoice.parse({
    ...(await buyerIn(ctx, textIn(form, 'billGroupId') ?? '')),
    lines: filled.map((at) => ({
      description: textIn(form, `description-${at}`) ?? '',
      quantity: textIn(form, `quantity-${at}`) === undefined ? 1 : numberIn(form, `quantity-${at}`),
      price: amountIn(form, `price-${at}`, ctx.tenant.currency),
    })),
  });
  const id = await writeInvoice(ctx, input, z.uuid().optional().parse(textIn(form, 'invoiceId')));
  return { ok: true, say: 'billing.invoice.say-written', go: `/console/billing/invoices/${id}` };
}
