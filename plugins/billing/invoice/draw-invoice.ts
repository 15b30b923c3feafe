import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Ctx } from '@portico/kit/server';
import PDFDocument from 'pdfkit';
import type { InvoiceView } from './invoice.queries.ts';
import { moneyText } from './money-text.ts';

const require = createRequire(import.meta.url);
let fonts: { readonly text: Buffer; readonly strong: Buffer } | undefined;

const MARGIN = 56;
const QUIET = '#555555';
const INK = '#111111';

/** An issued invoice as a tagged PDF: who, when, the lines, what they add up to. The same words and sums as its page. */
export async function drawInvoice(ctx: Ctx, invoice: InvoiceView, logo: Uint8Array | undefined): Promise<Buffer> {
  const title = ctx.text('billing.invoice.title', { number: invoice.number ?? '' });
  const paper = new PDFDocument({
    size: ctx.tenant.locale === 'en-US' ? 'LETTER' : 'A4',
    margin: MARGIN,
    pdfVersion: '1.7',
    tagged: true,
    // the typings know the archive formats only
    subset: 'PDF/UA' as never,
    lang: ctx.tenant.locale,
    displayTitle: true,
    info: { Title: title, Author: invoice.seller.name, CreationDate: new Date(invoice.createdAt), ModDate: new Date(invoice.createdAt) },
  });
  const pieces: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, fail) => {
    paper.on('data', (piece: Buffer) => pieces.push(piece));
    paper.on('end', () => resolve(Buffer.concat(pieces)));
    paper.on('error', fail);
  });
  fonts ??= {
    text: readFileSync(require.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf')),
    strong: readFileSync(require.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf')),
  };
  paper.registerFont('text', fonts.text).registerFont('strong', fonts.strong).font('text').fontSize(10);
  drawHead(ctx, paper, invoice, { title, logo });
  drawLines(ctx, paper, invoice);
  drawFoot(ctx, paper, invoice);
  paper.end();
  return done;
}

interface Head {
  readonly title: string;
  readonly logo: Uint8Array | undefined;
}

function drawHead(ctx: Ctx, paper: PDFKit.PDFDocument, invoice: InvoiceView, { title, logo }: Head): void {
  const { seller, buyer } = invoice;
  if (logo) paper.image(Buffer.from(logo), { fit: [140, 48], alt: seller.name } as PDFKit.Mixins.ImageOption).moveDown(1);
  const head = paper.struct('Sect');
  paper.addStructure(head);
  const say = (tag: string, text: string, look: () => void): void => {
    if (text === '') return;
    head.add(
      paper.struct(tag, {}, () => {
        look();
        paper.text(text);
      }),
    );
  };
  const strong = (size: number) => () => void paper.font('strong').fontSize(size).fillColor(INK);
  const quiet = () => void paper.font('text').fontSize(10).fillColor(QUIET);
  const plain = () => void paper.font('text').fontSize(10).fillColor(INK);
  say('P', seller.name, strong(12));
  say('P', [seller.contact, seller.email, seller.phone].filter(Boolean).join(' · '), quiet);
  paper.moveDown(1.5);
  say('H1', title, strong(20));
  paper.moveDown(0.5);
  say('P', `${ctx.text('billing.invoice.to')}: ${buyer.name} (#${buyer.number}) · ${buyer.billGroup}`, plain);
  say('P', `${ctx.text('billing.invoice.issued-on')}: ${dayText(ctx, invoice.issuedOn!)}`, plain);
  say('P', `${ctx.text('billing.invoice.due-on')}: ${dayText(ctx, invoice.dueOn!)}`, plain);
  head.end();
  paper.moveDown(1.5);
}

function drawLines(ctx: Ctx, paper: PDFKit.PDFDocument, invoice: InvoiceView): void {
  const { currency } = invoice.total;
  const money = (minor: number) => moneyText(ctx, minor, currency);
  const head = ['billing.invoice.line', 'billing.invoice.quantity', 'billing.price', 'billing.amount'].map((key, at) => ({
    text: ctx.text(key),
    type: 'TH' as const,
    font: { src: 'strong' },
    align: at === 0 ? ('left' as const) : ('right' as const),
  }));
  const lines = invoice.lines.map(({ description, quantity, unit, amount, from, to }) => [
    from && to ? `${description}\n${dayText(ctx, from)} – ${dayText(ctx, to)}` : description,
    { text: String(quantity), align: 'right' as const },
    { text: money(unit), align: 'right' as const },
    { text: money(amount), align: 'right' as const },
  ]);
  const sum = [
    { text: ctx.text('billing.total'), colSpan: 3, font: { src: 'strong' } },
    { text: money(invoice.total.amount), align: 'right' as const, font: { src: 'strong' } },
  ];
  paper.font('text').fontSize(10).fillColor(INK);
  const body = paper.struct('Sect');
  paper.addStructure(body);
  paper.table({
    structParent: body,
    columnStyles: ['*', 60, 90, 90],
    defaultStyle: { border: [0, 0, 0.5, 0], borderColor: '#cccccc', padding: [6, 4, 6, 4] },
    data: [head, ...lines, sum],
  } as PDFKit.Mixins.TableOptionsWithData);
  body.end();
}

function drawFoot(_ctx: Ctx, paper: PDFKit.PDFDocument, invoice: InvoiceView): void {
  if (invoice.note === '') return;
  paper.moveDown(2).font('text').fontSize(10).fillColor(QUIET);
  paper.addStructure(paper.struct('P', {}, () => void paper.text(invoice.note, MARGIN)));
}

// A calendar day is the same everywhere: read as UTC, written as UTC.
const dayText = (ctx: Ctx, day: string): string =>
  new Intl.DateTimeFormat(ctx.tenant.locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
