import { csvFile, type CsvCell, type Ctx, type FileAnswer } from '@portico/kit/server';
import { listInvoices, type InvoiceRow, type ListInvoices } from './invoice.queries.ts';

/** What the list is narrowed to and in which order; it has no pages. */
export type InvoicesWanted = Omit<ListInvoices, 'limit' | 'cursor'>;

const AT_ONCE = 500;
const COLUMNS = ['number', 'status', 'issued-on', 'due-on', 'total', 'open', 'currency'] as const;

/** The customer's invoices as a table for a spreadsheet: those that their list shows, all of its pages. */
export async function invoiceTable(ctx: Ctx, wanted: InvoicesWanted): Promise<FileAnswer> {
  const rows: InvoiceRow[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await ctx.inTenant((tx) => listInvoices(tx, { ...wanted, limit: AT_ONCE, ...(cursor ? { cursor } : {}) }));
    rows.push(...page.data);
    cursor = page.nextCursor;
  }
  const head = COLUMNS.map((column) => ctx.text(`billing.invoices.column.${column}`));
  return csvFile(
    `${ctx.text('billing.invoices')}.csv`,
    head,
    rows.map((row) => cellsOf(ctx, row)),
  );
}

const cellsOf = (ctx: Ctx, { number, status, issuedOn, dueOn, total, open }: InvoiceRow): CsvCell[] => [
  number,
  ctx.text(`billing.invoice.${status}`),
  issuedOn,
  dueOn,
  total,
  open,
  total.currency,
];
