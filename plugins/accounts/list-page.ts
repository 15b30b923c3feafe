import { z } from 'zod';
import { InvalidInput, isId, type Id } from '@portico/kit';
import { rawSql, sql, type ListPage, type Sql } from '@portico/kit/server';

/** One order of a list: the SQL of its key, the key's type, and which way it runs. The second key is always the id, the same way. */
export interface SortOrder {
  readonly key: Sql;
  readonly type: 'text' | 'timestamptz';
  readonly descending: boolean;
}

/** Where a page of a list begins: after one row, or before one, of at most `limit` rows. */
export interface Place {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly before?: string | undefined;
}

/** The query parameters that every list takes. */
export const PlaceQuery = z.object({
  limit: z.coerce
    .number('accounts.problem.limit')
    .int('accounts.problem.limit')
    .min(1, 'accounts.problem.limit')
    .max(100, 'accounts.problem.limit')
    .default(50),
  cursor: z.string().max(2_000, 'portico.problem.cursor').optional(),
});

/** The parameters of a list in a page's address: as the API's, with the way back. An empty field of a filter is none. */
export function pageQuery<Shape extends z.ZodRawShape>(query: z.ZodObject<Shape>, address: URLSearchParams) {
  const withWayBack = query.extend({ before: z.string().max(2_000, 'portico.problem.cursor').optional() });
  return withWayBack.parse(Object.fromEntries([...address].filter(([, value]) => value !== '')));
}

/** A page of a list with the way back; pages show it, the API hands out `data` and `nextCursor`. */
export interface WalkedPage<Row> extends ListPage<Row> {
  /** Hand it back as `before`; null on the first page. */
  readonly previousCursor: string | null;
}

/** The three pieces of a keyset query: a condition, an order, and how its rows become a page. */
export function walk<Row extends { id: Id; sort_key: string }>(order: SortOrder, id: Sql, place: Place) {
  const backwards = place.before !== undefined;
  const from = backwards ? readCursor('before', place.before!) : place.cursor === undefined ? undefined : readCursor('cursor', place.cursor);
  const descending = order.descending !== backwards;
  const beyond = rawSql(descending ? '<' : '>');
  const way = rawSql(descending ? 'desc' : 'asc');
  return {
    where: from ? sql`(${order.key}, ${id}) ${beyond} (${from.key}::${rawSql(order.type)}, ${from.id}::uuid)` : sql`true`,
    // one row more than asked for tells whether there is another page
    orderAndLimit: sql`order by ${order.key} ${way}, ${id} ${way} limit ${place.limit + 1}`,
    page(found: readonly Row[]): { rows: readonly Row[]; nextCursor: string | null; previousCursor: string | null } {
      const hasMore = found.length > place.limit;
      const rows = found.slice(0, place.limit);
      if (backwards) rows.reverse();
      const [first, last] = [rows[0], rows.at(-1)];
      return {
        rows,
        nextCursor: last && (backwards || hasMore) ? writeCursor(last) : null,
        previousCursor: first && (backwards ? hasMore : from) ? writeCursor(first) : null,
      };
    },
  };
}

const writeCursor = (row: { id: Id; sort_key: string }): string => Buffer.from(JSON.stringify([row.sort_key, row.id])).toString('base64url');

function readCursor(field: string, text: string): { key: string; id: Id } {
  try {
    const [key, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    if (typeof key === 'string' && typeof id === 'string' && isId(id) && !key.includes('\0')) return { key, id };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new InvalidInput({ [field]: { key: 'portico.problem.cursor' } });
}
