import { stringify } from 'csv-stringify/sync';
import { minorDigits } from './money.ts';
import { fileAnswer, type FileAnswer } from './file-answer.ts';

/** A cell of a table that is saved: text, a whole number, an amount of money (as "-12.30"), or nothing. */
export type CsvCell = string | number | null | { readonly amount: number; readonly currency: string };

/**
 * A table as a CSV file that every spreadsheet opens (RFC 4180, UTF-8 with a byte order mark). What people wrote is never run
 * there: text that begins like a formula is given an apostrophe (OWASP, CSV injection). Amounts are plain decimals of their
 * currency's digits.
 */
export function csvFile(name: string, head: readonly string[], rows: readonly (readonly CsvCell[])[]): FileAnswer {
  const text = stringify([head, ...rows.map((row) => row.map(cellText))], { bom: true, record_delimiter: 'windows' });
  return fileAnswer({ name, type: 'text/csv', bytes: Buffer.from(text, 'utf8') });
}

const FORMULA = /^[=+\-@\t\r]/;

function cellText(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'string') return FORMULA.test(cell) ? `'${cell}` : cell;
  const digits = minorDigits(cell.currency);
  return (cell.amount / 10 ** digits).toFixed(digits);
}
