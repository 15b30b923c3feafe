/** A field of a form as it stands in the HTML. */
export interface FormField {
  readonly name: string;
  readonly kind: 'text' | 'secret' | 'hidden' | 'choice' | 'box' | 'file';
  /** `number` (amounts too), `date`, `email`; `select`, `radio`, `textarea`. */
  readonly type: string;
  /** What stands in it: of a choice what is chosen, of a box what it sends when it is on. */
  readonly value: string;
  /** What a choice can be; an empty one is left out. */
  readonly options: readonly string[];
  /** It is marked as wrong. */
  readonly isWrong: boolean;
}

/** A form that writes: where it posts to, its fields, and the buttons that tell it what to do. */
export interface PageForm {
  readonly action: string | undefined;
  readonly fields: readonly FormField[];
  readonly buttons: readonly { readonly name: string; readonly value: string }[];
}

const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const attributesOf = (tag: string): Record<string, string> =>
  Object.fromEntries([...tag.matchAll(/([a-zA-Z-]+)="([^"]*)"/g)].map(([, name, value]) => [name!.toLowerCase(), unescaped(value!)]));

/** The forms of a page that are sent by POST, in their order. */
export function formsOfPage(html: string): PageForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].flatMap(([, head, body]) => {
    const { method, action } = attributesOf(head!);
    return method?.toLowerCase() === 'post' ? [{ action, fields: fieldsOf(body!), buttons: buttonsOf(body!) }] : [];
  });
}

function fieldsOf(body: string): FormField[] {
  const tags = [...body.matchAll(/<(input|textarea|select)\b([^>]*)>(?:([\s\S]*?)<\/\1>)?/g)];
  const fields = tags.flatMap(([, tag, rest, inside]): FormField[] => {
    const { name, type = tag === 'input' ? 'text' : tag!, inputmode, value = '', 'aria-invalid': invalid } = attributesOf(rest!);
    const own = tag === 'select' ? chosen(inside ?? '') : { value: tag === 'textarea' ? unescaped(inside ?? '').trim() : value, options: [] };
    return name ? [{ name, kind: kindOf(tag!, type), type: inputmode === 'decimal' ? 'number' : type, ...own, isWrong: invalid === 'true' }] : [];
  });
  return radiosAsOne(fields, body);
}

/** What a select offers, and what is chosen: without a word of it, the first. */
function chosen(inside: string): Pick<FormField, 'value' | 'options'> {
  const offered = [...inside.matchAll(/<option\b([^>]*)>/g)].map(([, rest]) => ({ value: attributesOf(rest!).value ?? '', isOn: /\bselected\b/.test(rest!) }));
  return { value: (offered.find(({ isOn }) => isOn) ?? offered[0])?.value ?? '', options: offered.map(({ value }) => value).filter(Boolean) };
}

/** Radio buttons of one name are one choice; what is wrong is said at the fieldset around them. */
function radiosAsOne(fields: readonly FormField[], body: string): FormField[] {
  const isWrong = /<fieldset\b[^>]*ui-field-wrong/.test(body);
  const isOn = (name: string, value: string) =>
    [...body.matchAll(/<input\b([^>]*)>/g)].some(([, rest]) => {
      const one = attributesOf(rest!);
      return one.name === name && one.value === value && /\bchecked\b/.test(rest!);
    });
  return fields.flatMap((field, at) => {
    if (field.type !== 'radio') return [field];
    if (fields.findIndex(({ name }) => name === field.name) !== at) return [];
    const options = fields.filter(({ name }) => name === field.name).map(({ value }) => value);
    return [{ ...field, options, value: options.find((value) => isOn(field.name, value)) ?? '', isWrong }];
  });
}

function kindOf(tag: string, type: string): FormField['kind'] {
  if (tag === 'select' || type === 'radio') return 'choice';
  if (type === 'hidden' || type === 'file') return type;
  if (type === 'password') return 'secret';
  return type === 'checkbox' ? 'box' : 'text';
}

const buttonsOf = (body: string): PageForm['buttons'] =>
  [...body.matchAll(/<button\b([^>]*)>/g)].flatMap(([, rest]) => {
    const { name, value = '' } = attributesOf(rest!);
    return name ? [{ name, value }] : [];
  });
