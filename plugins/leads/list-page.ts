import { InvalidInput, isId, type Id } from '@portico/kit';
import { z } from 'zod';

/** How a list is asked for a part of itself. */
export const ListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(2_000).optional(),
});

/** A place in a list: the sort that it was made for, the last row's sort key, and its id. */
export interface Place {
  readonly key: string;
  readonly id: Id;
}

/** The place as an opaque text. */
export const cursorOf = (sort: string, { key, id }: Place): string => Buffer.from(JSON.stringify([sort, key, id])).toString('base64url');

/** Reads a cursor of this very sort; anything else is InvalidInput at `cursor`. */
export function placeOf(sort: string, cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const parts = parsed(cursor);
  if (!Array.isArray(parts) || parts.length !== 3) throw badCursor();
  const [madeFor, key, id] = parts as unknown[];
  if (madeFor !== sort || typeof key !== 'string' || key.includes('\0') || typeof id !== 'string' || !isId(id)) throw badCursor();
  return { key, id };
}

/** The answer to a cursor that is not one of this list's. */
export const badCursor = (): InvalidInput => new InvalidInput({ cursor: { key: 'portico.problem.cursor' } });

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Cuts the one row too many that tells whether there is a next page. */
export const cut = <Row>(rows: readonly Row[], limit: number): { readonly data: readonly Row[]; readonly hasMore: boolean } => ({
  data: rows.slice(0, limit),
  hasMore: rows.length > limit,
});
