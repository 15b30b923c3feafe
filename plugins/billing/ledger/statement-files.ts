import { NotFound, type Id } from '@portico/kit';
import { csvFile, fileAnswer, type Ctx, type FileAnswer } from '@portico/kit/server';
import { moneyText } from '../invoice/money-text.ts';
import { sellerIn } from '../invoice/issue-invoice.ts';
import { dayText, drawHead, drawNote, drawPaper, drawTable, logoOf, type Paper } from '../paper/tagged-paper.ts';
import { ageingOf } from './ageing.queries.ts';
import { AGES, type Age } from './ages.ts';
import { customerNamed } from './customer-named.queries.ts';
import { readStatement, readWholeStatement, type Statement, type StatementLine, type StatementSpan } from './statement.queries.ts';
import type { Amount } from '../plan/plan.queries.ts';

/** What a line of a statement is, in words. */
export const lineText = (ctx: Ctx, { kind, number }: StatementLine): string => ctx.text(`billing.statement.${kind}`, { number: number ?? '' });

const nameOf = (ctx: Ctx, { from, to }: StatementSpan, ending: string): string => `${ctx.text('billing.statement')} ${from} ${to}.${ending}`;

/** A customer's statement as a table for a spreadsheet, with every line of its days. What it holds is what `readStatement` shows the actor. */
export async function statementTable(ctx: Ctx, accountId: Id, span: StatementSpan): Promise<FileAnswer> {
  const statement = await ctx.inTenant((tx) => readWholeStatement(tx, accountId, span));
  const head = ['day', 'what', 'amount', 'balance', 'currency'].map((column) => ctx.text(`billing.statement.column.${column}`));
  const rows = statement.lines.map((line) => [line.on, lineText(ctx, line), line.amount, line.balance, span.currency]);
  return csvFile(nameOf(ctx, span, 'csv'), head, [
    [span.from, ctx.text('billing.statement.opening'), null, statement.opening, span.currency],
    ...rows,
    [span.to, ctx.text('billing.statement.closing'), null, statement.closing, span.currency],
  ]);
}

/** The same as a tagged PDF, equal to the page: drawn anew each time, since what it says ends today. A long one says that it is cut. Throws NotFound. */
export async function statementPaper(ctx: Ctx, accountId: Id, span: StatementSpan): Promise<FileAnswer> {
  const read = await ctx.inTenant(async (tx) => ({
    statement: await readStatement(tx, accountId, span),
    ageing: await ageingOf(tx, accountId, span.currency),
    seller: await sellerIn(tx),
    buyer: await customerNamed(tx, accountId),
  }));
  const { seller, buyer, statement, ageing } = read;
  if (!buyer) throw new NotFound();
  const title = ctx.text('billing.statement');
  const facts = [
    `${ctx.text('billing.invoice.to')}: ${buyer.name} (#${buyer.number})`,
    `${dayText(ctx, span.from)} – ${dayText(ctx, span.to)} · ${span.currency}`,
  ];
  const logo = await logoOf(ctx);
  const bytes = await drawPaper(ctx, { title, author: seller.name, madeAt: ctx.clock.now() }, (paper) => {
    drawHead(paper, { seller, logo, title, facts });
    drawLines(ctx, paper, statement);
    if (statement.isCut) drawNote(paper, `${ctx.text('billing.statement.cut')}. ${ctx.text('billing.statement.cut.text')}`);
    drawAges(ctx, paper, ageing);
  });
  return fileAnswer({ name: nameOf(ctx, span, 'pdf'), type: 'application/pdf', bytes });
}

function drawLines(ctx: Ctx, paper: Paper, { from, to, opening, closing, lines }: Statement): void {
  const money = ({ amount, currency }: Amount) => ({ text: moneyText(ctx, amount, currency), end: true });
  const ends = (day: string, key: string, balance: Amount) => [
    dayText(ctx, day),
    { text: ctx.text(key), strong: true },
    '',
    { ...money(balance), strong: true },
  ];
  drawTable(paper, {
    widths: [110, '*', 90, 90],
    head: [
      ctx.text('billing.statement.day'),
      ctx.text('billing.statement.what'),
      { text: ctx.text('billing.amount'), end: true },
      { text: ctx.text('billing.statement.balance'), end: true },
    ],
    rows: [
      ends(from, 'billing.statement.opening', opening),
      ...lines.map((line) => [dayText(ctx, line.on), lineText(ctx, line), money(line.amount), money(line.balance)]),
      ends(to, 'billing.statement.closing', closing),
    ],
  });
}

function drawAges(ctx: Ctx, paper: Paper, ageing: Readonly<Record<Age, Amount>>): void {
  if (AGES.every((age) => ageing[age].amount === 0)) return;
  drawNote(paper, ctx.text('billing.ageing'));
  paper.moveDown(0.5);
  drawTable(paper, {
    widths: AGES.map(() => '*' as const),
    head: AGES.map((age) => ({ text: ctx.text(`billing.ageing.${age}`), end: true })),
    rows: [AGES.map((age) => ({ text: moneyText(ctx, ageing[age].amount, ageing[age].currency), end: true }))],
  });
}
