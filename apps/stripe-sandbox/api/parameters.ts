import type { Address, Metadata } from '../store/records.ts';
import type { Parameters } from './form-body.ts';
import { invalid } from './stripe-error.ts';

/** Reads one parameter. @throws StripeError that names it */
type Reader<Value> = (value: string | Parameters | undefined, name: string) => Value;
type Shape = Record<string, Reader<unknown>>;
/** What a shape reads. */
export type Read<S extends Shape> = { [Name in keyof S]: ReturnType<S[Name]> };

/** Reads the parameters of a call by its shape. @throws StripeError for the first that is unknown, missing or wrong */
export function readParameters<S extends Shape>(shape: S, given: Parameters): Read<S> {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(shape, name) && name !== 'expand');
  if (unknown.length > 0) throw unknownParameters(unknown);
  const read: Record<string, unknown> = {};
  for (const name in shape) read[name] = shape[name]!(given[name], name);
  return read as Read<S>;
}

function unknownParameters(names: string[]) {
  const some = names.length > 1 ? 'parameters' : 'parameter';
  return invalid(`Received unknown ${some}: ${names.join(', ')}`, names[0]!, 'parameter_unknown');
}

/** Undefined: not given. Null: sent empty, to unset it. */
export const text: Reader<string | null | undefined> = (value, name) => {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw invalid('Invalid string', name);
  if (value.length > 5_000) throw invalid(`Invalid string: must be at most 5000 characters`, name, 'parameter_invalid_string_blank');
  return value === '' ? null : value;
};

export const requiredText: Reader<string> = (value, name) => required(text(value, name), name);
export const id: Reader<string | undefined> = (value, name) => filled(text(value, name), name);
export const requiredId: Reader<string> = (value, name) => required(text(value, name), name);

function required<Value>(value: Value | null | undefined, name: string): Value {
  if (value === undefined) throw invalid(`Missing required param: ${name}.`, name, 'parameter_missing');
  return filled(value, name)!;
}

function filled<Value>(value: Value | null, name: string): Value {
  if (value !== null) return value;
  throw invalid(
    `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`,
    name,
    'parameter_invalid_empty',
  );
}

export const integer: Reader<number | undefined> = (value, name) => {
  const given = filled(text(value, name), name);
  if (given === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(given)) throw invalid(`Invalid integer: ${given}`, name, 'parameter_invalid_integer');
  return Number(given);
};

export const requiredInteger: Reader<number> = (value, name) => required(integer(value, name), name);

export const flag: Reader<boolean | undefined> = (value, name) => {
  const given = filled(text(value, name), name);
  if (given === undefined) return undefined;
  if (given !== 'true' && given !== 'false') throw invalid(`Invalid boolean: ${given}`, name);
  return given === 'true';
};

export const oneOf =
  <const Value extends string>(...values: Value[]): Reader<Value | undefined> =>
  (value, name) => {
    const given = filled(text(value, name), name);
    if (given === undefined || values.includes(given as Value)) return given as Value | undefined;
    throw invalid(`Invalid ${name}: must be one of ${values.join(', ')}`, name);
  };

export const list: Reader<string[] | undefined> = (value, name) => {
  if (value === undefined) return undefined;
  if (typeof value === 'string') throw invalid('Invalid array', name);
  return Object.entries(value).map(([place, one]) => requiredText(one, `${name}[${place}]`));
};

/** What is to change: a null takes the key out. Null as a whole empties everything. */
export type MetadataChange = Record<string, string | null> | null | undefined;

export const metadata: Reader<MetadataChange> = (value, name) => {
  if (value === undefined || value === '') return value === '' ? null : undefined;
  if (typeof value === 'string') throw invalid('Invalid object', name);
  const changes: Record<string, string | null> = {};
  for (const [key, one] of Object.entries(value)) {
    if (key.length > 40) throw invalid(`Metadata key names can have up to 40 characters, but you passed in ${key.length}.`, `${name}[${key}]`);
    const given = text(one, `${name}[${key}]`)!;
    if (given && given.length > 500)
      throw invalid(`Metadata values can have up to 500 characters, but you passed in a value that is ${given.length} characters.`, `${name}[${key}]`);
    changes[key] = given;
  }
  return changes;
};

export function changedMetadata(before: Metadata, change: MetadataChange): Metadata {
  if (change === undefined) return before;
  if (change === null) return {};
  const kept = Object.entries({ ...before, ...change }).filter((entry): entry is [string, string] => entry[1] !== null);
  if (kept.length > 50) throw invalid(`You may only specify up to 50 metadata keys; you tried to specify ${kept.length}.`, 'metadata');
  return Object.fromEntries(kept);
}

/** A hash of its own shape. */
export const hash =
  <S extends Shape>(shape: S): Reader<Read<S> | undefined> =>
  (value, name) => {
    if (value === undefined) return undefined;
    if (typeof value === 'string') throw invalid('Invalid object', name);
    const unknown = Object.keys(value).filter((key) => !Object.hasOwn(shape, key));
    if (unknown.length > 0) throw unknownParameters(unknown.map((key) => `${name}[${key}]`));
    return Object.fromEntries(Object.entries(shape).map(([key, reader]) => [key, reader(value[key], `${name}[${key}]`)])) as Read<S>;
  };

const addressShape = { city: text, country: text, line1: text, line2: text, postal_code: text, state: text };

export const address: Reader<Address | undefined> = (value, name) => {
  const given = hash(addressShape)(value, name);
  return given && (Object.fromEntries(Object.entries(given).map(([key, one]) => [key, one ?? null])) as Address);
};

/** A range of instants in epoch seconds, or one of them. */
export const range: Reader<{ gt?: number; gte?: number; lt?: number; lte?: number } | undefined> = (value, name) => {
  if (typeof value !== 'string') return hash({ gt: integer, gte: integer, lt: integer, lte: integer })(value, name);
  const at = requiredInteger(value, name);
  return { gte: at, lte: at };
};

/** What every list takes. */
export const paging = { limit: integer, starting_after: id, ending_before: id, created: range };
