import { InvalidInput, type FieldProblem } from './errors.ts';
import type { z } from 'zod';

/** Input as its schema reads it: what a form, an address or a body says. Throws InvalidInput with a problem for each field. */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const read = schema.safeParse(input);
  if (!read.success) throw invalidInputOf(read.error);
  return read.data;
}

/** A refused schema as one problem per field, each the key of a general sentence unless the rule has one of its own. */
export function invalidInputOf(error: z.core.$ZodError): InvalidInput {
  const fields: Record<string, FieldProblem> = {};
  for (const issue of error.issues) {
    for (const field of fieldsOf(issue)) fields[field] ??= problemOf(issue);
  }
  return new InvalidInput(fields);
}

const fieldsOf = (issue: z.core.$ZodIssue): string[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key].join('.')) : [issue.path.join('.')];

// A rule's own message is the key of a sentence; what zod says by itself (with spaces) gives way to a general sentence.
function problemOf(issue: z.core.$ZodIssue): FieldProblem {
  if (/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/.test(issue.message)) return { key: issue.message };
  switch (issue.code) {
    case 'invalid_type':
      return { key: wrongKind(issue) };
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_format':
      return { key: FORMATS[issue.format] ?? 'portico.problem.invalid' };
    case 'invalid_value':
      return { key: 'portico.problem.choice' };
    case 'unrecognized_keys':
      return { key: 'portico.problem.unknown-field' };
    default:
      return { key: 'portico.problem.invalid' };
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  email: 'portico.problem.email',
  url: 'portico.problem.url',
  date: 'portico.problem.date',
  datetime: 'portico.problem.date',
  uuid: 'portico.problem.id',
};

function wrongKind(issue: z.core.$ZodIssueInvalidType): string {
  // a form sends an empty field as null
  if (issue.path.length > 0 && /received (undefined|null)$/.test(issue.message)) return 'portico.problem.required';
  if (issue.expected === 'object' || issue.expected === 'record') return 'portico.problem.object';
  return issue.expected === 'number' ? 'portico.problem.number' : 'portico.problem.invalid';
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): FieldProblem {
  if (issue.origin === 'string' && issue.minimum === 1) return { key: 'portico.problem.required' };
  const key = issue.origin === 'string' ? 'too-short' : issue.origin === 'array' ? 'too-few' : 'too-small';
  return { key: `portico.problem.${key}`, values: { minimum: String(issue.minimum) } };
}

function tooBig(issue: z.core.$ZodIssueTooBig): FieldProblem {
  const key = issue.origin === 'string' ? 'too-long' : issue.origin === 'array' ? 'too-many' : 'too-big';
  return { key: `portico.problem.${key}`, values: { maximum: String(issue.maximum) } };
}
