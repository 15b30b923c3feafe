import { RARE_WORD } from '../rows.ts';

/** Both ways of each column. */
export const LIST_SORTS = ['received', 'name', 'type', 'status', 'town', 'assignee'].flatMap((column) => [`-${column}`, column]);

/** Ids that a filter needs. */
interface Ids {
  readonly type: string;
  readonly order: string;
}

/** A combination of filters by name. */
export interface FilterSet {
  readonly name: string;
  query(ids: Ids): Record<string, string>;
}

const day = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
/** A quarter of the days that there are rows of. */
const dates = { from: day(40), to: day(18) };

const ONE: readonly { name: string; query: (ids: Ids) => Record<string, string> }[] = [
  { name: 'type', query: ({ type }) => ({ type }) },
  { name: 'dates', query: () => dates },
  { name: 'text', query: () => ({ q: RARE_WORD.slice(0, 4) }) },
];

/** The name of the set that filters nothing. */
export const NO_FILTER = 'no filter';

/** Every combination of type, dates and text, from none to all three; and the order, which the console offers. */
export const FILTER_SETS: readonly FilterSet[] = [
  ...Array.from({ length: 2 ** ONE.length }, (_, bits) => {
    const chosen = ONE.filter((_one, at) => (bits & (2 ** at)) !== 0);
    return {
      name: chosen.map(({ name }) => name).join(' + ') || NO_FILTER,
      query: (ids: Ids) => Object.assign({}, ...chosen.map(({ query }) => query(ids))) as Record<string, string>,
    };
  }),
  { name: 'order', query: ({ order }) => ({ order }) },
];
