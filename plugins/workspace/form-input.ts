/** What a form sent, as a use case's input expects it: an empty field is null; files and the form's own `intent` are left out. */
export const formInput = (form: FormData): Record<string, string | null> =>
  Object.fromEntries(
    [...form]
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== 'intent')
      .map(([name, value]) => [name, value === '' ? null : value]),
  );
