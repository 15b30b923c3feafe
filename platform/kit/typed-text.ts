/** What people type: into the fields of a form, and as lines of text in an input. */
import { z } from 'zod';
import { InvalidInput } from './errors.ts';
import { parseMoney, type MoneyWire } from './money.ts';

/** What was typed into a field, trimmed; undefined when it was left empty. */
export function textIn(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A whole number that was typed; NaN when it is none, so that the schema says so at its field. */
export const numberIn = (form: FormData, name: string): number => Number(textIn(form, name) ?? NaN);

/** An amount that was typed, "312.40", as it travels on the wire. Throws InvalidInput at the field. */
export function amountIn(form: FormData, name: string, currency: string): z.output<typeof MoneyWire> {
  const money = parseMoney(textIn(form, name) ?? '', currency);
  if (!money) throw new InvalidInput({ [name]: { key: 'portico.problem.amount' } });
  return { amount: Number(money.amount), currency };
}

// C0 and C1 control characters: Postgres refuses NUL, and none of them is anything that a person writes into a line.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
const wellFormed = (text: string): string => (text as string & { toWellFormed(): string }).toWellFormed().normalize('NFC').trim();

/** One line that a person writes: trimmed, NFC, at most `most` characters, without control characters; at least one when `missing` says what is asked for. */
export const lineOfText = (most: number, missing?: string) => {
  const line = z.string().max(most);
  const needed = missing ? line.min(1, missing) : line;
  return z
    .string()
    .transform(wellFormed)
    .pipe(needed.refine((text) => !CONTROL.test(text) && !/[\r\n]/.test(text), 'portico.problem.characters'));
};

/** Several lines that a person writes: as `lineOfText`, and with line ends. */
export const linesOfText = (most: number) =>
  z
    .string()
    .transform(wellFormed)
    .pipe(
      z
        .string()
        .max(most)
        .refine((text) => !CONTROL.test(text), 'portico.problem.characters'),
    );
