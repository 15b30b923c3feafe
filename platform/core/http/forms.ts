import { InvalidInput } from '@portico/kit';
import type { Refusal } from '@portico/kit/page';
import { MalformedForm } from './refusals.ts';

/** The hidden field that hands a page's form to a part in one of its slots: `<plugin id>/<view>`. */
export const PART_FIELD = '_part';

/** Takes a form apart. Throws MalformedForm, or InvalidInput at a field that holds what no text may. */
export async function readForm(request: Request): Promise<FormData> {
  const form = await takeForm(request);
  demandText(form);
  return form;
}

/** No form of a page comes near this; a body of 1 MiB could name 190,000 fields, each of which costs everybody time. */
const MOST_FIELDS = 1_000;

/** Takes a form apart as it came, so that a refusal can show what was typed. Throws MalformedForm, also at more than 1,000 fields. */
export async function takeForm(request: Request): Promise<FormData> {
  const form = await request.formData().catch((error: unknown) => {
    if (error instanceof TypeError || error instanceof SyntaxError) throw new MalformedForm();
    throw error;
  });
  if ([...form.keys()].length > MOST_FIELDS) throw new MalformedForm();
  return form;
}

/** Throws InvalidInput at a field that holds what no text may: U+0000. */
export function demandText(form: FormData): void {
  for (const [name, value] of form) {
    if (typeof value === 'string' && value.includes('\0')) throw new InvalidInput({ [name]: { key: 'portico.problem.characters' } });
  }
}

const SECRET = /password|secret|current|token|apikey|api-key/i;

/** What was typed, to be shown again: several values of one name with commas between; secrets and files left out. */
export function typedIn(form: FormData): Refusal['typed'] {
  const typed = new Map<string, string>();
  for (const [name, value] of form) {
    if (typeof value !== 'string' || name === PART_FIELD || SECRET.test(name)) continue;
    const before = typed.get(name);
    const plain = value.replaceAll('\0', '');
    typed.set(name, before === undefined ? plain : `${before},${plain}`);
  }
  return Object.fromEntries(typed);
}
