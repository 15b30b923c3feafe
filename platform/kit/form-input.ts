import { z } from 'zod';
import { InvalidInput } from './errors.ts';
import { readInput } from './invalid-input.ts';

/**
 * What a form sent, as a use case's input expects it: an empty field is null, a name with one dot (`admin.name`) becomes
 * a field of an object, a tick box that is named in `boxes` is true or false. Files, the form's own `intent` and names
 * with more dots are left out: nobody's input is deeper, and names come from outside.
 */
export function formInput(form: FormData, boxes: readonly string[] = []): Record<string, unknown> {
  const input = emptyInput();
  for (const box of boxes) place(input, box, form.has(box));
  for (const [name, value] of form) {
    if (typeof value === 'string' && !OF_THE_HOST.has(name) && !boxes.includes(name)) place(input, name, value === '' ? null : value);
  }
  return input;
}

// what the form says to the page, and what the frame of a part says to the host
const OF_THE_HOST: ReadonlySet<string> = new Set(['intent', '_part']);

// Without a prototype, `constructor.name` is a name like any other.
const emptyInput = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;

function place(input: Record<string, unknown>, name: string, value: unknown): void {
  const dot = name.indexOf('.');
  if (dot < 0) {
    input[name] = value;
    return;
  }
  const [head, field] = [name.slice(0, dot), name.slice(dot + 1)];
  if (field.includes('.')) return;
  const inner = (input[head] ??= emptyInput());
  // `admin=x` beside `admin.name=y` is no form of ours: the first of them stands, and the schema tells what is wrong with it
  if (typeof inner === 'object' && inner !== null) (inner as Record<string, unknown>)[field] = value;
}

/**
 * What a page does for the form's `intent`: one of those that it names. A form without one, or with one that the page does
 * not name itself (`constructor` too), is InvalidInput at `intent`: no action is anybody's default.
 */
export function intentOf<Handler>(form: FormData, intents: Readonly<Record<string, Handler>>): Handler {
  const name = readInput(Intent, { intent: form.get('intent') }).intent;
  if (!Object.hasOwn(intents, name)) throw new InvalidInput({ intent: { key: 'portico.problem.intent', values: { intent: name } } });
  return intents[name] as Handler;
}

const Intent = z.object({ intent: z.string('portico.problem.required').min(1, 'portico.problem.required').max(60) });
