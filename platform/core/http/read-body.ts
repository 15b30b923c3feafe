import type { IncomingMessage } from 'node:http';
import { InvalidInput } from '@portico/kit';
import { BodyTooLarge, MalformedJson, WrongMediaType } from './refusals.ts';
import { MOST_BYTES } from './same-origin.ts';

/** The whole body, at most 1 MiB. Rejects with BodyTooLarge as soon as more arrives; the connection stays open for the answer. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= MOST_BYTES) return void chunks.push(chunk);
      request.off('data', take).resume();
      reject(new BodyTooLarge());
    };
    request.on('data', take);
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('aborted', () => reject(new Error('the caller went away')));
  });
}

/** The value of a JSON body. Throws WrongMediaType, MalformedJson, or InvalidInput where a text holds what no text may. */
export function jsonOf(body: Buffer, contentType: string | undefined): unknown {
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? '')) throw new WrongMediaType();
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) throw new MalformedJson();
    throw error;
  }
  refuseNul(value);
  return value;
}

/** The most levels that a JSON value may have. */
const MOST_LEVELS = 64;

// Postgres has no text with a NUL in it: it is refused at its field, here, once for all.
function refuseNul(value: unknown, path: readonly string[] = []): void {
  if (path.length > MOST_LEVELS) throw new MalformedJson();
  if (typeof value === 'string' && value.includes('\0')) throw new InvalidInput({ [path.join('.')]: { key: 'portico.problem.characters' } });
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) refuseNul(part, [...path, name]);
}

/** Parameters of a query or a form as a plain object: a name that comes several times becomes a list. */
export function valuesOf(parameters: URLSearchParams): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (const name of new Set(parameters.keys())) {
    const all = parameters.getAll(name);
    if (all.some((value) => value.includes('\0'))) throw new InvalidInput({ [name]: { key: 'portico.problem.characters' } });
    values[name] = all.length > 1 ? all : all[0]!;
  }
  return { ...values };
}
