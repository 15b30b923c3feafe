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

/** Takes a form apart as it came, so that a refusal can show what was typed. Throws MalformedForm. */
export const takeForm = (request: Request): Promise<FormData> =>
  request.formData().catch((error: unknown) => {
    if (error instanceof TypeError || error instanceof SyntaxError) throw new MalformedForm();
    throw error;
  });

/** Throws InvalidInput at a field that holds what no text may: U+0000. */
export function demandText(form: FormData): void {
  for (const [name, value] of form) {
    if (typeof value === 'string' && value.includes('\0')) throw new InvalidInput({ [name]: { key: 'portico.problem.characters' } });
  }
}

const SECRET = /password|secret|current|token|apikey|api-key/i;

/** What was typed, to be shown again: several values of one name with commas between; secrets and files left out. */
export function typedIn(form: FormData): Refusal['typed'] {
  const typed: Record<string, string> = {};
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name).filter((value): value is string => typeof value === 'string');
    if (values.length > 0 && name !== PART_FIELD && !SECRET.test(name)) typed[name] = values.join(',').replaceAll('\0', '');
  }
  return typed;
}
