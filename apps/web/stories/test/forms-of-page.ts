/** A field of a form as it stands in the HTML. */
export interface FormField {
  readonly name: string;
  readonly kind: 'text' | 'secret' | 'hidden' | 'choice' | 'box' | 'file';
  readonly value: string;
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
  return [...body.matchAll(/<(input|textarea|select)\b([^>]*)>/g)].flatMap(([, tag, rest]): FormField[] => {
    const { name, type = 'text', value = '' } = attributesOf(rest!);
    return name ? [{ name, kind: kindOf(tag!, type), value }] : [];
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
