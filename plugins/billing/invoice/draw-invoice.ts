import type { Ctx } from '@portico/kit/server';
import { dayText, drawHead, drawNote, drawPaper, drawTable, type Paper } from '../paper/tagged-paper.ts';
import type { InvoiceView } from './invoice.queries.ts';
import { moneyText } from './money-text.ts';

/** An issued invoice as a tagged PDF: who, when, the lines, what they add up to. The same words and sums as its page. */
export async function drawInvoice(ctx: Ctx, invoice: InvoiceView, logo: Uint8Array | undefined): Promise<Buffer> {
  const { seller, buyer } = invoice;
  const title = ctx.text('billing.invoice.title', { number: invoice.number ?? '' });
  const facts = [
    `${ctx.text('billing.invoice.to')}: ${buyer.name} (#${buyer.number}) · ${buyer.billGroup}`,
    `${ctx.text('billing.invoice.issued-on')}: ${dayText(ctx, invoice.issuedOn!)}`,
    `${ctx.text('billing.invoice.due-on')}: ${dayText(ctx, invoice.dueOn!)}`,
  ];
  return drawPaper(ctx, { title, author: seller.name, madeAt: invoice.createdAt }, (paper) => {
    drawHead(paper, { seller, logo, title, facts });
    drawLines(ctx, paper, invoice);
    drawNote(paper, invoice.note);
  });
}

function drawLines(ctx: Ctx, paper: Paper, invoice: InvoiceView): void {
  const { currency } = invoice.total;
  const money = (minor: number) => moneyText(ctx, minor, currency);
  const lines = invoice.lines.map(({ description, quantity, unit, amount, from, to }) => [
    from && to ? `${description}\n${dayText(ctx, from)} – ${dayText(ctx, to)}` : description,
    { text: String(quantity), end: true },
    { text: money(unit), end: true },
    { text: money(amount), end: true },
  ]);
  const sum = [
    { text: ctx.text('billing.total'), over: 3, strong: true },
    { text: money(invoice.total.amount), end: true, strong: true },
  ];
  drawTable(paper, {
    widths: ['*', 60, 90, 90],
    head: [
      ctx.text('billing.invoice.line'),
      ...['billing.invoice.quantity', 'billing.price', 'billing.amount'].map((key) => ({ text: ctx.text(key), end: true })),
    ],
    rows: [...lines, sum],
  });
}
