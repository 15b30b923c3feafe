import { expect, test } from 'vitest';
import { csvFile } from '../csv.ts';

const textOf = (rows: Parameters<typeof csvFile>[2]): string => Buffer.from(csvFile('x.csv', ['Name', 'Amount'], rows).bytes).toString('utf8');

test('a table is RFC 4180 with a byte order mark, a header, and what is quoted must be', () => {
  expect(textOf([['Marlow, "Dana"\nLtd', 7]])).toBe('\ufeffName,Amount\r\n"Marlow, ""Dana""\nLtd",7\r\n');
});

test('amounts are plain decimals of their currency, below zero too', () => {
  const amounts = [
    ['a', { amount: -1_230, currency: 'USD' }],
    ['b', { amount: 500, currency: 'JPY' }],
    ['c', { amount: 5_120, currency: 'KWD' }],
    ['d', null],
    ['e', { amount: -5, currency: 'USD' }],
    ['f', { amount: 9_007_199_254_740_991, currency: 'KWD' }],
  ] as const;
  expect(textOf(amounts).split('\r\n').slice(1, 7)).toEqual(['a,-12.30', 'b,500', 'c,5.120', 'd,', 'e,-0.05', 'f,9007199254740.991']);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('text that begins like a formula is never run in a spreadsheet: %j', (text) => {
  const cell = textOf([[text, 1]]).slice('\ufeffName,Amount\r\n'.length);
  expect(cell.replace(/^"/, '').charAt(0)).toBe("'");
});
