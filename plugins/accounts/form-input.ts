import type { z } from 'zod';
import { InvalidInput, type FieldProblem } from '@portico/kit';

/**
 * What a form sent, as a use case's input expects it: an empty field is null, dotted names (`admin.name`) become nested
 * objects, a tick box that is named in `boxes` is true or false. Files are left out.
 */
export function formInput(form: FormData, boxes: readonly string[] = []): Record<string, unknown> {
  const input = emptyInput();
  for (const box of boxes) place(input, box, form.has(box));
  for (const [name, value] of form) {
    if (typeof value === 'string' && !boxes.includes(name)) place(input, name, value === '' ? null : value);
  }
  return input;
}

// Names come from outside: without a prototype, `constructor.name` is a name like any other.
const emptyInput = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;

function place(input: Record<string, unknown>, path: string, value: unknown): void {
  const [head, ...rest] = path.split('.');
  if (head === undefined) return;
  if (rest.length === 0) {
    input[head] = value;
    return;
  }
  const inner = (input[head] ??= emptyInput()) as Record<string, unknown>;
  place(inner, rest.join('.'), value);
}

/** Parses what was sent. Throws InvalidInput with the first problem of each field; the schema's messages are text keys. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const fields: Record<string, FieldProblem> = {};
  for (const issue of parsed.error.issues) fields[issue.path.join('.')] ??= { key: issue.message, values: limitsOf(issue) };
  throw new InvalidInput(fields);
}

// Only the limits that a sentence may name, never what was typed.
const limitsOf = (issue: z.core.$ZodIssue): Record<string, number> =>
  Object.fromEntries(Object.entries(issue).filter((entry): entry is [string, number] => ['minimum', 'maximum'].includes(entry[0]) && typeof entry[1] === 'number'));
