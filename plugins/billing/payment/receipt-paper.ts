import type { Id } from '@portico/kit';
import { fileAnswer, type Ctx, type FileAnswer } from '@portico/kit/server';
import { sellerIn } from '../invoice/issue-invoice.ts';
import { moneyText } from '../invoice/money-text.ts';
import { dayText, drawHead, drawPaper, drawTable, logoOf, type PaperCell } from '../paper/tagged-paper.ts';
import type { Amount } from '../plan/plan.queries.ts';
import { readPayment } from './payment.queries.ts';

/**
 * The receipt of a payment that the actor may see, as a tagged PDF: when, how, for which invoices, and what went back since.
 * Drawn anew each time, from what the books say now. Throws NotFound.
 */
export async function receiptPaper(ctx: Ctx, paymentId: Id): Promise<FileAnswer> {
  const { payment, seller } = await ctx.inTenant(async (tx) => ({ payment: await readPayment(tx, paymentId), seller: await sellerIn(tx) }));
  const title = ctx.text('billing.receipt.title', { number: payment.number });
  const facts = [
    `${ctx.text('billing.receipt.from')}: ${payment.account}`,
    `${ctx.text('billing.payment.received-on')}: ${dayText(ctx, payment.receivedOn)}`,
    `${ctx.text('billing.payment.how')}: ${payment.described || ctx.text(`billing.road.${payment.road}`)}`,
  ];
  const logo = await logoOf(ctx);
  const bytes = await drawPaper(ctx, { title, author: seller.name, madeAt: payment.receivedAt }, (paper) => {
    drawHead(paper, { seller, logo, title, facts });
    drawTable(paper, {
      widths: ['*', 120],
      head: [ctx.text('billing.payment.for'), { text: ctx.text('billing.amount'), end: true }],
      rows: rowsOf(ctx, payment),
    });
  });
  return fileAnswer({ name: `${title}.pdf`, type: 'application/pdf', bytes });
}

/** Each invoice, what was left over, the sum, and what went back: they add up. */
function rowsOf(ctx: Ctx, { parts, amount, refunded }: Awaited<ReturnType<typeof readPayment>>): PaperCell[][] {
  const row = (text: string, { amount: minor, currency }: Amount, strong = false): PaperCell[] => [
    { text, strong },
    { text: moneyText(ctx, minor, currency), end: true, strong },
  ];
  const left = amount.amount - parts.reduce((sum, part) => sum + part.amount.amount, 0);
  return [
    ...parts.map((part) => row(ctx.text('billing.invoice.title', { number: part.number }), part.amount)),
    ...(left > 0 ? [row(ctx.text('billing.money.credit'), { ...amount, amount: left })] : []),
    row(ctx.text('billing.receipt.received'), amount, true),
    ...(refunded.amount > 0 ? [row(ctx.text('billing.invoice.happened.refunded'), { ...refunded, amount: -refunded.amount })] : []),
  ];
}
