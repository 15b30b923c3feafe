import type { HtmlElement } from '../html-tree.ts';
import type { Plan } from '../statements.ts';

/** What the twins are told when they start: the product looks these up and keeps them for some seconds. */
export interface TwinConfig {
  /** Host name → business. */
  readonly tenants: Readonly<Record<string, { readonly id: string; readonly locale: string }>>;
  /** Name of a list request (`listName`) → what it asks the database. */
  readonly lists: Readonly<Record<string, Plan>>;
  readonly page: Plan;
  /** Host name → the page as the product wrote it for that business. */
  readonly pages: Readonly<Record<string, HtmlElement>>;
}

const FILTERS = ['type', 'from', 'to', 'q', 'order'] as const;

/** The name of a list request: its sort, which filters it has, and whether it begins at a place. */
export const listName = (query: Readonly<Record<string, unknown>>): string =>
  [String(query.sort ?? '-received'), ...FILTERS.filter((name) => query[name] !== undefined), ...(query.cursor === undefined ? [] : ['place'])].join(' ');
