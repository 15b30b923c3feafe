import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type pg from 'pg';

/** The hash that keys and sessions are stored by. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** The key of a request. */
export const keyOf = (request: Request): string => request.headers.authorization?.slice('Bearer '.length) ?? '';

/** Runs a statement, prepared by name; its text is the same each time. */
export async function prepared<Row extends pg.QueryResultRow>(on: pg.Pool | pg.PoolClient, text: string, values: readonly unknown[]): Promise<Row[]> {
  return (await on.query<Row>({ name: nameOf(text), text, values: [...values] })).rows;
}

const names = new Map<string, string>();
function nameOf(text: string): string {
  const known = names.get(text) ?? `twin${names.size}`;
  names.set(text, known);
  return known;
}
