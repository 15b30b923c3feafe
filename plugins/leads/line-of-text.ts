import { z } from 'zod';

// C0 and C1 control characters: Postgres refuses NUL, and none of them is anything that a person writes into a line.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

const wellFormed = (text: string): string => (text as string & { toWellFormed(): string }).toWellFormed().normalize('NFC').trim();

/** One line that a person writes: trimmed, NFC, at most `most` characters, without control characters. */
export const lineOfText = (most: number, missing?: string) => {
  const line = z.string().transform(wellFormed);
  return line.pipe(
    z
      .string()
      .min(missing ? 1 : 0, missing)
      .max(most, 'leads.problem.too-long')
      .refine((text) => !CONTROL.test(text) && !/[\r\n]/.test(text), 'leads.problem.strange-characters'),
  );
};

/** Several lines that a person writes. */
export const linesOfText = (most: number) =>
  z
    .string()
    .transform(wellFormed)
    .pipe(
      z
        .string()
        .max(most, 'leads.problem.too-long')
        .refine((text) => !CONTROL.test(text), 'leads.problem.strange-characters'),
    );
