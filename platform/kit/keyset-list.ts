/** Lists that are walked by cursor: the same parameters, cursors and answers everywhere, by API and by page. */
import sql, { raw, type Sql } from 'sql-template-tag';
import { z } from 'zod';
import type { ListPage } from './core-api.ts';
import { InvalidInput } from './errors.ts';
import { readInput } from './invalid-input.ts';
import { isId, type Id } from './ids.ts';

/**
 * The query parameters that every list takes: `limit` 1 to 100 (default 50), `cursor`, and `sort`, one of the orders
 * offered. A minus before an order turns it round; the first order is the list's own.
 */
export const listQuery = <const Sorts extends readonly [string, ...string[]]>(sorts: Sorts) =>
  z.object({
    limit: z.coerce.number().int().min(1).max(100).default(50),
    cursor: z.string().max(2_000, 'portico.problem.cursor').optional(),
    sort: z.enum(sorts, 'portico.problem.choice').default(sorts[0] as never),
  });

/**
 * The parameters of a list in a page's address: as the API's, with the way back (`before`). What is not valid there counts
 * as not given, a cursor of another list or order too, and an empty field of a filter: an address is often typed, shortened
 * or kept for long, and the page is of more use than its error. By API the same is InvalidInput.
 */
export function addressQuery<Shape extends z.ZodRawShape>(query: z.ZodObject<Shape>, address: URLSearchParams) {
  const withWayBack = query.extend({ before: z.string().max(2_000).optional() });
  const given = Object.fromEntries([...address].filter(([, value]) => value !== ''));
  const read = withWayBack.safeParse(given);
  for (const issue of read.error?.issues ?? []) delete given[String(issue.path[0])];
  return { ...(read.success ? read.data : readInput(withWayBack, given)), lostIsFirst: true as const };
}

/** Where a page of a list begins: after one row (`cursor`), or before one (`before`), of at most `limit` rows, in an order. */
export interface ListPlace {
  readonly limit: number;
  readonly sort: string;
  readonly cursor?: string | undefined;
  readonly before?: string | undefined;
  /** A cursor that is none of this list leads to the first page; without it, it is InvalidInput. */
  readonly lostIsFirst?: boolean | undefined;
}

/** A page of a list with the way back; pages show it, the API hands out `data` and `nextCursor`. */
export interface WalkedPage<Row> extends ListPage<Row> {
  /** Hand it back as `before`; null on the first page. */
  readonly previousCursor: string | null;
}

/** The SQL that a list is ordered by, and its type. The second key is always the id, the same way. */
export interface SortKey {
  readonly key: Sql;
  readonly type: 'text' | 'timestamptz' | 'bigint';
}

/** A row of a keyset query: what it was sorted by stands in `sort_key`. */
interface SortedRow {
  readonly id: string;
  readonly sort_key: string;
}

/**
 * The pieces of a keyset query (a condition, an order with its limit and without, and how its rows become a page). Throws
 * InvalidInput at `cursor` or `before` for a cursor that this list did not write in this order, unless `lostIsFirst`.
 */
export function walkList<Row extends SortedRow>({ key, type }: SortKey, id: Sql, place: ListPlace) {
  const { from, backwards, descending } = startOf(place, type);
  const way = raw(descending ? 'desc' : 'asc');
  return {
    where: from ? sql`(${key}, ${id}) ${raw(descending ? '<' : '>')} (${from.key}::${raw(type)}, ${from.id}::uuid)` : sql`true`,
    order: sql`order by ${key} ${way}, ${id} ${way}`,
    // one row more than asked for tells whether there is another page
    orderAndLimit: sql`order by ${key} ${way}, ${id} ${way} limit ${place.limit + 1}`,
    page: (found: readonly Row[]) => pageOf(found, place, backwards, from !== undefined),
  };
}

/** The same over rows that are all at hand: for what a business has a handful of. Errors as `walkList`. */
export function walkRows<Row>(rows: readonly Row[], keyOf: (row: Row) => { readonly key: string; readonly id: string }, place: ListPlace): WalkedPage<Row> {
  const { from, backwards, descending } = startOf(place);
  const turn = descending ? -1 : 1;
  const order = (a: { key: string; id: string }, b: { key: string; id: string }): number => turn * (compare(a.key, b.key) || compare(a.id, b.id));
  const sorted = rows.map((row) => ({ row, ...keyOf(row) })).sort(order);
  const beyond = from ? sorted.filter((one) => order(one, from) > 0) : sorted;
  const found = beyond.slice(0, place.limit + 1).map(({ row, id, key }) => ({ row, id, sort_key: key }));
  const page = pageOf(found, place, backwards, from !== undefined);
  return { data: page.rows.map(({ row }) => row), nextCursor: page.nextCursor, previousCursor: page.previousCursor };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function startOf(place: ListPlace, type?: SortKey['type']) {
  const field = place.before === undefined ? 'cursor' : 'before';
  const written = place[field];
  const from = written === undefined ? undefined : readCursor(written, place.sort, type);
  if (written !== undefined && !from && !place.lostIsFirst) throw new InvalidInput({ [field]: { key: 'portico.problem.cursor' } });
  const backwards = field === 'before' && from !== undefined;
  return { from, backwards, descending: place.sort.startsWith('-') !== backwards };
}

function pageOf<Row extends SortedRow>(found: readonly Row[], place: ListPlace, backwards: boolean, isFurther: boolean) {
  const hasMore = found.length > place.limit;
  const rows = found.slice(0, place.limit);
  if (backwards) rows.reverse();
  const [first, last] = [rows[0], rows.at(-1)];
  return {
    rows: rows as readonly Row[],
    nextCursor: last && (backwards || hasMore) ? writeCursor(place.sort, last) : null,
    previousCursor: first && (backwards ? hasMore : isFurther) ? writeCursor(place.sort, first) : null,
  };
}

const writeCursor = (sort: string, row: SortedRow): string => Buffer.from(JSON.stringify([sort, row.sort_key, row.id])).toString('base64url');

/** Undefined for what this list did not write in this order. */
function readCursor(written: string, order: string, type: SortKey['type'] | undefined): { key: string; id: Id } | undefined {
  const parts = partsOf(written);
  if (parts.length !== 3 || !parts.every((part) => typeof part === 'string' && !part.includes('\0'))) return undefined;
  const [sort, key, id] = parts as [string, string, string];
  const fits = type === undefined || (isId(id) && isKey[type](key));
  return sort === order && fits ? { key, id } : undefined;
}

/** What Postgres reads as a key of this type; anything else would be an error of the database. */
const isKey: Readonly<Record<SortKey['type'], (key: string) => boolean>> = {
  text: () => true,
  bigint: (key) => /^-?\d{1,15}$/.test(key),
  timestamptz: (key) => INSTANT.test(key) && new Date(key).toISOString() === key,
};
const INSTANT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

function partsOf(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
