import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Instant } from '@portico/kit';
import { core, type Ctx } from '@portico/kit/server';
import PDFDocument from 'pdfkit';
import type { Seller } from '../invoice/invoice.model.ts';

/** A document that is being drawn. */
export type Paper = PDFKit.PDFDocument;

const require = createRequire(import.meta.url);
let fonts: { readonly text: Buffer; readonly strong: Buffer } | undefined;

export const MARGIN = 56;
const QUIET = '#555555';
const INK = '#111111';

/** What a document is called, whose it is, and when it was made: the same three, the same bytes. */
export interface PaperTitle {
  readonly title: string;
  readonly author: string;
  readonly madeAt: Instant;
}

/** A tagged PDF (PDF/UA) in the business's language and paper size. `draw` writes into it, from the first line to the last. */
export async function drawPaper(ctx: Ctx, { title, author, madeAt }: PaperTitle, draw: (paper: Paper) => void): Promise<Buffer> {
  const paper = new PDFDocument({
    size: ctx.tenant.locale === 'en-US' ? 'LETTER' : 'A4',
    margin: MARGIN,
    pdfVersion: '1.7',
    tagged: true,
    // the typings know the archive formats only
    subset: 'PDF/UA' as never,
    lang: ctx.tenant.locale,
    displayTitle: true,
    info: { Title: title, Author: author, CreationDate: new Date(madeAt), ModDate: new Date(madeAt) },
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
  draw(paper);
  paper.end();
  return done;
}

/** Who writes, what the document is, and a line for each fact below its title. */
export interface PaperHead {
  readonly seller: Seller;
  readonly logo: Uint8Array | undefined;
  readonly title: string;
  readonly facts: readonly string[];
}

/** The head of a document: logo, name and contact, the title, the facts. */
export function drawHead(paper: Paper, { seller, logo, title, facts }: PaperHead): void {
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
  say('P', seller.name, strong(12));
  say('P', [seller.contact, seller.email, seller.phone].filter(Boolean).join(' · '), () => void paper.font('text').fontSize(10).fillColor(QUIET));
  paper.moveDown(1.5);
  say('H1', title, strong(20));
  paper.moveDown(0.5);
  for (const fact of facts) say('P', fact, () => void paper.font('text').fontSize(10).fillColor(INK));
  head.end();
  paper.moveDown(1.5);
}

/** A cell of a table on paper: its text, to the right for figures, strong for sums, over several columns. */
export type PaperCell = string | { readonly text: string; readonly end?: boolean; readonly strong?: boolean; readonly over?: number };

/** A table: its header, the rows, the width of each column in points (`*`: what is left). */
export interface PaperTable {
  readonly widths: readonly ('*' | number)[];
  readonly head: readonly PaperCell[];
  readonly rows: readonly (readonly PaperCell[])[];
}

/** Draws a table with its header. */
export function drawTable(paper: Paper, { widths, head, rows }: PaperTable): void {
  paper.font('text').fontSize(10).fillColor(INK);
  const body = paper.struct('Sect');
  paper.addStructure(body);
  paper.table({
    structParent: body,
    columnStyles: [...widths],
    defaultStyle: { border: [0, 0, 0.5, 0], borderColor: '#cccccc', padding: [6, 4, 6, 4] },
    data: [head.map((cell) => ({ ...cellOf(cell), type: 'TH' as const, font: { src: 'strong' } })), ...rows.map((row) => row.map(cellOf))],
    // the typings know fewer ways to align a cell than the library
  } as unknown as PDFKit.Mixins.TableOptionsWithData);
  body.end();
}

function cellOf(cell: PaperCell) {
  const { text, end, strong, over } = typeof cell === 'string' ? { text: cell } : cell;
  return { text, align: end ? ('right' as const) : ('left' as const), ...(strong ? { font: { src: 'strong' } } : {}), ...(over ? { colSpan: over } : {}) };
}

/** A sentence of its own below what was drawn, quietly. */
export function drawNote(paper: Paper, text: string): void {
  if (text === '') return;
  paper.moveDown(2).font('text').fontSize(10).fillColor(QUIET);
  paper.addStructure(paper.struct('P', {}, () => void paper.text(text, MARGIN)));
}

/** A day in words. A calendar day is the same everywhere: read as UTC, written as UTC. */
export const dayText = (ctx: Ctx, day: string): string =>
  new Intl.DateTimeFormat(ctx.tenant.locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));

/** The business's logo, of a kind that a PDF can hold; a business with another kind, or none, has its name there. */
export async function logoOf(ctx: Ctx): Promise<Uint8Array | undefined> {
  const { logoFileId } = await ctx.use(core).branding();
  const file = logoFileId && (await ctx.inTenant((tx) => tx.files.read(logoFileId)));
  return file && ['image/png', 'image/jpeg'].includes(file.mediaType) ? file.bytes : undefined;
}
