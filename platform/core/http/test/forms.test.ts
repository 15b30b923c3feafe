import { describe, expect, test } from 'vitest';
import { InvalidInput } from '@portico/kit';
import { formInput, intentOf } from '@portico/kit/server';
import { takeForm, typedIn } from '../forms.ts';
import { MalformedForm } from '../refusals.ts';

const formOf = (entries: readonly (readonly [string, string])[]): FormData => {
  const form = new FormData();
  for (const [name, value] of entries) form.append(name, value);
  return form;
};
const sent = (fields: number) =>
  new Request('http://acme.test/', { method: 'POST', body: new URLSearchParams(Array.from({ length: fields }, (_, at) => [`f${at}`, ''])) });

describe('a form is taken apart', () => {
  test('up to 1,000 fields; more are refused before anything looks at them', async () => {
    expect([...(await takeForm(sent(1_000))).keys()]).toHaveLength(1_000);
    await expect(takeForm(sent(1_001))).rejects.toThrow(MalformedForm);
  });

  test('what was typed is shown again: values of one name with commas, without secrets, files and U+0000', () => {
    const form = formOf([
      ['id', '1'],
      ['id', '2'],
      ['note', 'a\0b'],
      ['password', 'secret'],
      ['_part', 'leads/note'],
      ['__proto__', 'x'],
    ]);
    form.append('logo', new File(['x'], 'logo.png'));
    expect(Object.entries(typedIn(form))).toEqual([
      ['id', '1,2'],
      ['note', 'ab'],
      ['__proto__', 'x'],
    ]);
  });
});

describe('a form as the input of a use case', () => {
  test('an empty field is null, one dot makes an object, boxes are true or false, the intent is left out', () => {
    const form = formOf([
      ['name', ''],
      ['admin.name', 'Ada'],
      ['admin.email', 'ada@acme.test'],
      ['enabled', 'on'],
      ['intent', 'save'],
    ]);
    expect(JSON.parse(JSON.stringify(formInput(form, ['enabled', 'mailed'])))).toEqual({
      name: null,
      admin: { name: 'Ada', email: 'ada@acme.test' },
      enabled: true,
      mailed: false,
    });
  });

  test('names that no form of ours has neither break it nor reach a prototype', () => {
    const form = formOf([
      ['a'.repeat(3) + '.a'.repeat(100_000), 'deep'],
      ['name', 'plain'],
      ['name.first', 'Ada'],
      ['__proto__.isOwner', 'yes'],
      ['constructor.name', 'x'],
    ]);
    expect(formInput(form).name).toBe('plain');
    expect(Object.keys(formInput(form))).toEqual(['name', '__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).isOwner).toBeUndefined();
  });
});

describe('what a form wants done', () => {
  const intents = { save: 'saved', remove: 'removed' };
  test('is one of what its page names', () => expect(intentOf(formOf([['intent', 'save']]), intents)).toBe('saved'));
  test.each(['', 'burn', 'constructor', '__proto__', 'toString'])('"%s" is none: invalid input that names it, and nothing is done', (intent) => {
    const problem = intent === '' ? { key: 'portico.problem.required' } : { key: 'portico.problem.intent', values: { intent } };
    expect(refusalOf(() => intentOf(formOf([['intent', intent]]), intents))).toEqual({ intent: problem });
  });
  test('is invalid when it is missing, or a file', () => {
    expect(refusalOf(() => intentOf(new FormData(), intents))).toEqual({ intent: { key: 'portico.problem.required' } });
    const form = new FormData();
    form.set('intent', new File(['save'], 'save'));
    expect(refusalOf(() => intentOf(form, intents))).toEqual({ intent: { key: 'portico.problem.required' } });
  });
});

const refusalOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof InvalidInput ? error.fields : error;
  }
};
