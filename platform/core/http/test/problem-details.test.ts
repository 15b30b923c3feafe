import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { invalidInputOf, defineError, FactsChanged, Forbidden, InvalidInput, NotFound } from '@portico/kit';
import { knownError } from '../../errors/known-error.ts';
import { problemDetailsOf } from '../problem-details.ts';
import { jsonOf, valuesOf } from '../read-body.ts';

const text = (key: string, values: object = {}) => `${key} ${JSON.stringify(values)}`;
const fieldsOf = (schema: z.ZodType, value: unknown) => {
  const { error } = schema.safeParse(value);
  return Object.fromEntries(Object.entries(invalidInputOf(error!).fields).map(([field, { key }]) => [field, key]));
};

class WindowClosed extends defineError('returns.window-closed', 409) {}

describe('problem details', () => {
  it('carry status, stable code, a sentence and the number of the request', () => {
    expect(problemDetailsOf(new WindowClosed({ closesAt: '2026-11-22T00:00:00.000Z' }), text, 'r1')).toEqual({
      type: 'urn:portico:error:returns.window-closed',
      title: 'Conflict',
      status: 409,
      detail: 'returns.window-closed {"closesAt":"2026-11-22T00:00:00.000Z"}',
      code: 'returns.window-closed',
      instance: 'urn:portico:request:r1',
    });
  });
  it('name each field that is wrong', () => {
    const problem = problemDetailsOf(
      new InvalidInput({ phone: { key: 'leads.problem.phone' }, 'contact.email': { key: 'portico.problem.email' } }),
      text,
      'r1',
    );
    expect(problem.status).toBe(422);
    expect(problem.errors).toEqual([
      { field: 'phone', message: 'leads.problem.phone {}' },
      { field: 'contact.email', message: 'portico.problem.email {}' },
    ]);
  });
  it('bring the new list, in words, when what was confirmed is no longer what will happen', () => {
    const lines = [{ text: 'leads.leave-queue', values: { count: 2 }, final: true }, { text: 'leads.stay' }];
    const foreseen = { token: 't2', parts: [{ pluginId: 'leads', title: 'leads.title', revertible: false, lines }] };
    expect(problemDetailsOf(new FactsChanged(foreseen), text, 'r1')).toMatchObject({
      status: 409,
      code: 'portico.facts-changed',
      foreseen: {
        token: 't2',
        parts: [
          {
            plugin: 'leads',
            title: 'leads.title {}',
            revertible: false,
            failed: false,
            lines: [
              { text: 'leads.leave-queue {"count":2}', final: true },
              { text: 'leads.stay {}', final: false },
            ],
          },
        ],
      },
    });
  });
  it('tell nothing of what nobody foresaw', () => {
    const problem = problemDetailsOf(knownError(new Error('select * from secrets')), text, 'r1');
    expect(problem).toMatchObject({ status: 500, code: 'portico.unforeseen' });
    expect(JSON.stringify(problem)).not.toContain('secrets');
  });
});

describe('what was thrown', () => {
  it('is an error of ours as it is', () => {
    for (const error of [new NotFound(), new Forbidden()]) expect(knownError(error)).toBe(error);
  });
  it('is invalid input when a schema refused it', () => expect(knownError(z.string().safeParse(1).error)).toBeInstanceOf(InvalidInput));
  it.each(['22P02', '22003', '22021', '22001'])('is invalid input when the database refused a value (%s)', (code) =>
    expect(knownError(Object.assign(new Error(), { code }))?.status).toBe(422),
  );
  it.each(['ECONNREFUSED', '57P01', '08006'])('is unavailable when the database is away (%s)', (code) =>
    expect(knownError(Object.assign(new Error(), { code }))?.status).toBe(503),
  );
  it.each(['23505', '42P01', '42501', undefined])('is unforeseen when the mistake is ours (%s)', (code) =>
    expect(knownError(Object.assign(new Error(), { code }))).toBeUndefined(),
  );
});

describe('a refused schema', () => {
  it('says what is missing, too long, too small, of the wrong kind, not offered', () => {
    const schema = z.strictObject({
      name: z.string().min(1).max(5),
      age: z.number().int().min(18),
      kind: z.enum(['a', 'b']),
      email: z.email(),
      id: z.uuid(),
      tags: z.array(z.string()).max(1),
    });
    expect(fieldsOf(schema, { name: '', age: 3, kind: 'c', email: 'x', id: '1', tags: ['a', 'b'], more: 1 })).toEqual({
      name: 'portico.problem.required',
      age: 'portico.problem.too-small',
      kind: 'portico.problem.choice',
      email: 'portico.problem.email',
      id: 'portico.problem.id',
      tags: 'portico.problem.too-many',
      more: 'portico.problem.unknown-field',
    });
    expect(fieldsOf(schema, { name: 'x'.repeat(10_000), age: '3' })).toMatchObject({
      name: 'portico.problem.too-long',
      age: 'portico.problem.number',
      email: 'portico.problem.required',
    });
  });
  it("uses a rule's own key where it has one, and the path of a nested field", () => {
    expect(fieldsOf(z.object({ contact: z.object({ phone: z.string('leads.problem.phone') }) }), { contact: { phone: 1 } })).toEqual({
      'contact.phone': 'leads.problem.phone',
    });
  });
});

describe('what comes in', () => {
  const json =
    (body: string, kind: string | undefined = 'application/json') =>
    () =>
      jsonOf(Buffer.from(body), kind);
  it('is JSON by its kind and by its shape', () => {
    expect(json('{"a":[1]}')()).toEqual({ a: [1] });
    expect(json('{"a":1}', 'application/json; charset=utf-8')()).toEqual({ a: 1 });
    for (const kind of ['text/plain', 'application/json; charset=latin1', 'application/jsonx', ''])
      expect(json('{}', kind)).toThrow('portico.wrong-media-type');
    for (const body of ['', '{', '{"a":}', "{'a':1}", '\u00ff{}']) expect(json(body)).toThrow('portico.malformed-json');
    expect(() => jsonOf(Buffer.from([0x22, 0xff, 0x22]), 'application/json')).toThrow('portico.malformed-json');
  });
  it('has no text with a NUL in it, at any depth, and no bottomless depth', () => {
    expect(json('{"a":[{"b":"x\\u0000"}]}')).toThrow(expect.objectContaining({ fields: { 'a.0.b': { key: 'portico.problem.characters' } } }));
    expect(json('['.repeat(10_000) + ']'.repeat(10_000))).toThrow('portico.malformed-json');
    expect(() => valuesOf(new URLSearchParams('q=a%00b'))).toThrow('portico.invalid-input');
  });
  it('is a list where a name comes several times, and never reaches a prototype', () => {
    expect(valuesOf(new URLSearchParams('a=1&b=2&a=3'))).toEqual({ a: ['1', '3'], b: '2' });
    expect(Object.getPrototypeOf(valuesOf(new URLSearchParams('__proto__=x')))).toBe(Object.prototype);
  });
});
