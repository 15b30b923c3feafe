import type { BenchBusiness } from '../businesses.ts';
import type { Call } from '../drive.ts';
import type { Figure, Side } from '../measure.ts';
import type { Stand } from '../stand.ts';
import { FILTER_SETS, LIST_SORTS, NO_FILTER, type FilterSet } from './list-requests.ts';

const CONNECTIONS = 8;
/** Beyond so many hits a list may ask to narrow (issue: S2). */
const MOST_SORTED = 10_000;

/** The figure of one filter set in one sort. `tooMany`: the first business leaves more than 10,000 and is asked to narrow. */
export interface ListFigure {
  readonly filters: string;
  readonly sort: string;
  readonly tooMany: boolean;
  readonly figure: Figure;
}

/** What a list is called in the report. */
export const jobName = (filters: string, sort: string): string => `B4 list, ${filters}, ${sort}`;

interface Listed {
  readonly data: readonly { readonly id: string }[];
  readonly nextCursor: string | null;
  readonly tooMany?: true;
}

/**
 * B4: the API's list of leads, every combination of filters in every sort, by the keys of all businesses' account admins:
 * half of the calls go to the first business, which has nearly all rows; half ask for the first page, half for the second.
 */
export async function measureLists(stand: Stand, operations: number): Promise<ListFigure[]> {
  const figures: ListFigure[] = [];
  for (const filters of FILTER_SETS) {
    for (const [index, business] of stand.businesses.entries()) await keepExpected(stand, business, queryOf(business, filters), index);
    for (const sort of LIST_SORTS) {
      const calls = await checkedCalls(stand, filters, sort);
      const figure = await stand.measure(jobName(filters.name, sort), {
        operations,
        run: (side) =>
          stand.drivers[side].closedLoop(
            operations,
            CONNECTIONS,
            (at) => calls.at(side, at),
            (_, { status }) => demandOk(status),
          ),
      });
      figures.push({ filters: filters.name, sort, tooMany: calls.tooMany, figure });
    }
    for (const index of stand.businesses.keys()) await stand.installation.superuser.query(`drop table expected_${index}`);
  }
  return figures;
}

const queryOf = ({ types, orders }: BenchBusiness, filters: FilterSet): Record<string, string> => filters.query({ type: types[0]!.id, order: orders[0]!.id });

function demandOk(status: number): void {
  if (status !== 200) throw new Error(`a list answered ${status}`);
}

/** The calls of one combination, once both sides have shown that they answer what the rows say. */
async function checkedCalls(stand: Stand, filters: FilterSet, sort: string): Promise<{ tooMany: boolean; at(side: Side, at: number): Call }> {
  const calls = new Map<string, Call[]>();
  let tooMany = false;
  for (const [index, business] of stand.businesses.entries()) {
    const query = { sort, ...queryOf(business, filters) };
    const expected = await rowsOf(stand, index, sort);
    const hits = await hitsOf(stand, index);
    for (const side of ['product', 'twin'] as const) {
      const first = listCall(business, query);
      const page = JSON.parse((await stand.drivers[side].call(first)).text) as Listed;
      if (page.tooMany === true) demandMany(`${side}, ${business.host}, ${filters.name}, ${sort}`, filters, hits);
      tooMany ||= index === 0 && page.tooMany === true;
      const second = page.nextCursor ? listCall(business, { ...query, cursor: page.nextCursor }) : first;
      const next = page.nextCursor ? (JSON.parse((await stand.drivers[side].call(second)).text) as Listed) : { data: [] };
      if (page.tooMany !== true)
        demandRows(
          `${side}, ${business.host}, ${filters.name}, ${sort}`,
          [...page.data, ...next.data].map(({ id }) => id),
          expected.slice(0, page.nextCursor ? 100 : 50),
        );
      calls.set(`${side} ${index}`, [first, second]);
    }
  }
  const others = stand.businesses.length - 1;
  return { tooMany, at: (side, at) => calls.get(`${side} ${at % 2 === 0 ? 0 : 1 + (Math.floor(at / 2) % others)}`)![Math.floor(at / 2) % 2]! };
}

const listCall = ({ host, adminKey }: BenchBusiness, query: Record<string, string>): Call => ({
  host,
  path: `/api/v1/leads?${new URLSearchParams(query).toString()}`,
  headers: { authorization: `Bearer ${adminKey}` },
});

function demandRows(what: string, got: readonly string[], expected: readonly string[]): void {
  if (got.length === 0 || got.join() !== expected.join())
    throw new Error(`${what}: the list is not what the rows say (${got.length} rows, ${expected.length} expected)`);
}

// Whoever always asks to narrow would be fast.
function demandMany(what: string, { name }: FilterSet, hits: number): void {
  if (name === NO_FILTER || hits <= MOST_SORTED) throw new Error(`${what}: asks to narrow at ${hits} rows`);
}

const COLUMNS: Readonly<Record<string, string>> = {
  received: 'received_at',
  name: 'name_key',
  type: 'type_key',
  status: 'status_key',
  town: 'town_key',
  assignee: 'assignee_key',
};

/**
 * The leads that a filter set leaves at a business, found in the plainest way by a role that sees everything, kept for
 * asking in every sort.
 */
async function keepExpected({ installation }: Stand, { tenant, account }: BenchBusiness, query: Record<string, string>, index: number): Promise<void> {
  await installation.superuser.query(
    `create temporary table expected_${index} as select l.id, ${Object.values(COLUMNS)
      .map((column) => `l.${column}`)
      .join(', ')} from leads.leads l
     where l.tenant_id = $1 and l.account_id = $2 and ($3::uuid is null or l.lead_type_id = $3) and ($4::uuid is null or l.order_id = $4)
      and ($5::date is null or (l.received_at at time zone $8)::date between $5 and $6)
      and ($7::text is null or exists (select from unnest(l.words) as word where word like $7 || '%'))`,
    [tenant.id, account.id, query.type ?? null, query.order ?? null, query.from ?? null, query.to ?? null, query.q ?? null, tenant.zone],
  );
}

async function hitsOf({ installation }: Stand, index: number): Promise<number> {
  const { rows } = await installation.superuser.query<{ hits: number }>(`select count(*)::int as hits from expected_${index}`);
  return rows[0]!.hits;
}

/** The first 100 ids that a list in this sort must have. */
async function rowsOf({ installation }: Stand, index: number, sort: string): Promise<string[]> {
  const by = COLUMNS[sort.replace('-', '')]!;
  const way = sort.startsWith('-') ? 'desc' : 'asc';
  const { rows } = await installation.superuser.query<{ id: string }>(`select id from expected_${index} order by ${by} ${way}, id ${way} limit 100`);
  return rows.map(({ id }) => id);
}
