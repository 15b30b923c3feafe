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
  return decimalOf(cell.amount, minorDigits(cell.currency));
}

// Digit by digit: a division would round what is beyond fifteen of them.
function decimalOf(minor: number, digits: number): string {
  const figures = String(Math.abs(minor)).padStart(digits + 1, '0');
  const whole = `${minor < 0 ? '-' : ''}${figures.slice(0, figures.length - digits)}`;
  return digits === 0 ? whole : `${whole}.${figures.slice(-digits)}`;
}
