/**
 * A list's state lives in its address: `?q=&type=roofing&sort=-received&cursor=…`. These functions turn one address into
 * the next. Pure; `search` is what `useLocation().search` gives. A page with two lists gives each a `prefix`.
 */

/** Which way a column is sorted. */
export type SortWay = 'ascending' | 'descending';

/** The parameters that name a place in a list; they mean nothing once order or filter change. */
const PLACE = ['cursor', 'before'] as const;

/** Parameter name of one list: `sort`, or `returns.sort` with the prefix `returns`. */
export const paramName = (name: string, prefix = ''): string => (prefix ? `${prefix}.${name}` : name);

const linkOf = (params: URLSearchParams): string => `?${params.toString()}`;

/** The same address with some parameters changed: a text sets one, null removes it. The place in the list is dropped. */
export function listHref(search: string, changes: Readonly<Record<string, string | null>>, prefix = ''): string {
  const params = new URLSearchParams(search);
  for (const name of PLACE) params.delete(paramName(name, prefix));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) params.delete(paramName(name, prefix));
    else params.set(paramName(name, prefix), value);
  }
  return linkOf(params);
}

/** The order that an address asks for, else the list's own: `-received` means received, descending. */
export const sortOf = (search: string, defaultSort: string | undefined, prefix = ''): string | undefined =>
  new URLSearchParams(search).get(paramName('sort', prefix)) ?? defaultSort;

/** How a column is sorted now; undefined when the list is sorted by another. */
export function sortWay(sort: string | undefined, key: string): SortWay | undefined {
  if (sort === key) return 'ascending';
  return sort === `-${key}` ? 'descending' : undefined;
}

export interface SortLink {
  readonly search: string;
  readonly key: string;
  /** Which way the first click sorts. Default ascending; newest first reads better for times. */
  readonly first?: SortWay;
  readonly defaultSort?: string;
  readonly prefix?: string;
}

/** Where a header leads: first way, then the other, then back to the list's own order. */
export function sortHref({ search, key, first = 'ascending', defaultSort, prefix }: SortLink): string {
  const named = (way: SortWay) => (way === 'ascending' ? key : `-${key}`);
  const other = first === 'ascending' ? 'descending' : 'ascending';
  const current = sortOf(search, defaultSort, prefix);
  const cycle = [named(first), named(other)].filter((sort) => sort !== defaultSort);
  const at = cycle.indexOf(current ?? '');
  const next = cycle[at + 1] ?? null;
  return listHref(search, { sort: next }, prefix);
}

/** A filter that is on: what its chip says, and where the list is without it. */
export interface ActiveFilter {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly without: string;
}

/** One filter as the toolbar offers it. */
export type Filter =
  | {
      readonly kind: 'select';
      readonly name: string;
      readonly label: string;
      readonly options: readonly { readonly value: string; readonly label: string }[];
      readonly all: string;
    }
  | { readonly kind: 'dates'; readonly name: string; readonly label: string; readonly from: string; readonly to: string };

/** The filters that an address sets, in the order in which they are offered. Unknown values of a select show as they are. */
export function activeFilters(
  search: string,
  filters: readonly Filter[],
  say: { range(from: string | null, to: string | null): string },
  prefix = '',
): readonly ActiveFilter[] {
  const params = new URLSearchParams(search);
  const read = (name: string) => params.get(paramName(name, prefix)) || null;
  return filters.flatMap((filter): ActiveFilter[] => {
    if (filter.kind === 'select') {
      const value = read(filter.name);
      if (!value) return [];
      const label = filter.options.find((option) => option.value === value)?.label ?? value;
      return [{ name: filter.name, label: filter.label, value: label, without: listHref(search, { [filter.name]: null }, prefix) }];
    }
    const [from, to] = [read(filter.from), read(filter.to)];
    if (!from && !to) return [];
    return [
      { name: filter.name, label: filter.label, value: say.range(from, to), without: listHref(search, { [filter.from]: null, [filter.to]: null }, prefix) },
    ];
  });
}

/** The list without any filter and search word, its order kept. */
export function clearHref(search: string, filters: readonly Filter[], prefix = '', find = 'q'): string {
  const names = filters.flatMap((filter) => (filter.kind === 'select' ? [filter.name] : [filter.from, filter.to]));
  return listHref(search, Object.fromEntries([find, ...names].map((name) => [name, null])), prefix);
}

/** The next or previous page. `null` means the first page. */
export function pageHref(search: string, name: 'cursor' | 'before', cursor: string | null, prefix = ''): string {
  return listHref(search, { [name]: cursor }, prefix);
}
