import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemsOf } from '@portico/core';

const Form = z.strictObject({
  name: z.string().min(1, 'leads.problem.name-missing').max(5),
  age: z.int().min(18).max(99),
  mail: z.email().optional(),
  kind: z.enum(['a', 'b']).optional(),
  tags: z.array(z.string()).min(1).optional(),
});
const keysOf = (input: object): Record<string, string> => {
  const read = Form.safeParse(input);
  return read.success ? {} : Object.fromEntries(Object.entries(problemsOf(read.error)).map(([field, { key }]) => [field, key]));
};

describe('what is wrong with an input, field by field', () => {
  it('says what is missing, and keeps a sentence of our own', () => {
    expect(keysOf({ name: '' })).toEqual({ name: 'leads.problem.name-missing', age: 'portico.problem.required' });
  });
  it('tells a wrong type from a missing value', () => {
    expect(keysOf({ name: 'Ann', age: 'abc' })).toEqual({ age: 'portico.problem.number' });
    expect(keysOf({ name: 7, age: Number.NaN })).toEqual({ name: 'portico.problem.invalid', age: 'portico.problem.number' });
  });
  it('names the bounds', () => {
    const read = Form.safeParse({ name: 'Annabel', age: 100 });
    expect(problemsOf(read.error!)).toEqual({
      name: { key: 'portico.problem.too-long', values: { maximum: 5 } },
      age: { key: 'portico.problem.too-big', values: { maximum: 99 } },
    });
    expect(keysOf({ name: 'Ann', age: 3 })).toEqual({ age: 'portico.problem.too-small' });
  });
  it('knows addresses, choices, empty lists and fields that nobody asked for', () => {
    expect(keysOf({ name: 'Ann', age: 20, mail: 'x', kind: 'c', tags: [], more: 1 })).toEqual({
      mail: 'portico.problem.email',
      kind: 'portico.problem.choice',
      tags: 'portico.problem.required',
      more: 'portico.problem.unknown-field',
    });
  });
});
