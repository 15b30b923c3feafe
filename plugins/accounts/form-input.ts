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
