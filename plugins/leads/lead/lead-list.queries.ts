import { CalendarDay, daysAfter, startOfDay, type Id, type Instant } from '@portico/kit';
import { joinSql, listQuery, rawSql, sql, walkList, type Ctx, type ListPlace, type SortKey, type Sql, type Tx } from '@portico/kit/server';
import { z } from 'zod';
import { leadReach, type LeadReach } from './lead-reach.ts';
import { NO_ACCOUNT, prefixRange, typedWords } from './lead-words.ts';
import type { LeadStatus, ReturnState } from './lead.model.ts';

/** Combined filters and text are sorted over at most so many hits; beyond it the person is asked to narrow the search. */
export const MOST_HITS = 10_000;
/** Lists count no further: "1,000+". */
export const MOST_COUNTED = 1_000;
/**
 * So many rows of an index are looked at for a page that one filter thins out. A filter that leaves one row in twenty fills
 * a page by then, and nothing needs counting; at any size it costs the same.
 */
export const MOST_WALKED = 1_000;

/** The leads of so many customers are merged in an order that staff ask for; each costs a look into an index, whatever it has. */
const MOST_MERGED = 1_000;
/** Of so many typed words it is asked how many leads have them; the others are looked for in what one of these finds. */
const MOST_PROBED = 6;

export const LEAD_SORTS = ['received', 'name', 'type', 'status', 'town', 'assignee'] as const;
type SortColumn = (typeof LEAD_SORTS)[number];
/** A column, or `-` and a column for the other way round. */
export type LeadSort = SortColumn | `-${SortColumn}`;
export const DEFAULT_SORT: LeadSort = '-received';
const ALL_SORTS: readonly [LeadSort, ...LeadSort[]] = [DEFAULT_SORT, ...LEAD_SORTS.flatMap((sort) => [sort, `-${sort}`] as const)];

/** What a list of leads can be asked for. `from` and `to` are days in the business's zone, both included. */
export const ListLeads = listQuery(ALL_SORTS).extend({
  from: CalendarDay.optional(),
  to: CalendarDay.optional(),
  type: z.uuid('leads.problem.type-unknown').optional().meta({ description: 'Id of a lead type' }),
  order: z.uuid().optional().meta({ description: 'Id of an order' }),
  q: z.string().max(200, 'leads.problem.too-long').optional().meta({ description: 'Words of name, town, e-mail or phone; each is a beginning' }),
  unmatched: z.enum(['1', 'true']).optional().meta({ description: 'Only leads that went to no order (staff)' }),
});
export type ListLeads = z.output<typeof ListLeads>;
/** The same with the ways that a page has: back, and past a cursor that is lost. */
type AskedLeads = ListLeads & Pick<ListPlace, 'before' | 'lostIsFirst'>;

/** One line of a list. */
export interface LeadLine {
  readonly id: Id;
  readonly receivedAt: Instant;
  readonly name: string;
  readonly type: string;
  readonly status: LeadStatus;
  readonly returnState: ReturnState | null;
  readonly town: string;
  readonly postalCode: string;
  readonly accountId: Id | null;
  readonly orderId: Id | null;
  readonly assigneeId: Id | null;
  readonly assignee: string | null;
}

/** A line as the portal shows it: the ids that nothing there asks for would travel with each row, twice. */
export type ShownLead = Omit<LeadLine, 'accountId' | 'orderId' | 'assigneeId'>;

/** A line with its place in the order that was asked for. */
type KeyedLine = LeadLine & { readonly sort_key: string };

/** A page of leads. `tooMany`: the filters leave more than 10,000, which nobody sorts; there is no data then. */
export interface LeadListPage {
  readonly data: readonly LeadLine[];
  readonly nextCursor: string | null;
  readonly previousCursor: string | null;
  readonly tooMany?: true;
  /** How many there are in all, up to 1,000; absent unless it was asked for. */
  readonly count?: { readonly total: number; readonly isFloor: boolean };
}

const KEYS: Readonly<Record<SortColumn, SortKey>> = {
  received: { key: sql`l.received_at`, type: 'timestamptz' },
  name: { key: sql`l.name_key`, type: 'text' },
  type: { key: sql`l.type_key`, type: 'text' },
  status: { key: sql`l.status_key`, type: 'text' },
  town: { key: sql`l.town_key`, type: 'text' },
  assignee: { key: sql`l.assignee_key`, type: 'text' },
};

interface Asked {
  readonly ctx: Ctx;
  readonly query: ListLeads;
  readonly reach: LeadReach;
  readonly words: readonly string[];
  readonly by: SortColumn;
  /** After the place, in reading order; a page before a place is read the other way round. */
  readonly keyset: ReturnType<typeof walkList<KeyedLine>>;
  readonly limit: number;
}

/** `withCount` also counts to 1,000. */
export interface ListOptions {
  readonly withCount?: boolean;
}

/**
 * The leads that the actor may see, filtered and sorted: the one query behind page, API and print. Without a filter, or
 * with one, rows come in the order of an index; text and combinations are found first, at most 10,000, then sorted.
 * Throws InvalidInput at `cursor`.
 */
export async function listLeads(tx: Tx, query: AskedLeads, options: ListOptions = {}): Promise<LeadListPage> {
  const asked = understand(tx.ctx, query);
  if (isUnfindable(asked)) return { ...NO_LEADS, ...(options.withCount ? { count: { total: 0, isFloor: false } } : {}) };
  const walked = canWalk(asked) ? await walk(tx, asked) : undefined;
  if (walked) return withCount(tx, asked, 'index', walked, options);
  const driver = await chooseDriver(tx, asked);
  if (driver === 'too-many') return { ...NO_LEADS, tooMany: true };
  const source = driver === 'index' ? indexOrder(asked) : hitOrder(asked, driver);
  return withCount(tx, asked, driver, await readLines(tx, source, asked), options);
}

const NO_LEADS: LeadListPage = { data: [], nextCursor: null, previousCursor: null };

async function withCount(tx: Tx, asked: Asked, driver: Driver, lines: readonly KeyedLine[], options: ListOptions): Promise<LeadListPage> {
  const count = options.withCount ? await countLeads(tx, asked, driver) : undefined;
  return { ...pageOf(asked, lines), ...(count ? { count } : {}) };
}

function understand(ctx: Ctx, query: AskedLeads): Asked {
  const by = query.sort.replace('-', '') as SortColumn;
  return {
    ctx,
    query,
    reach: leadReach(ctx.actor),
    words: typedWords(query.q ?? ''),
    by,
    keyset: walkList<KeyedLine>(KEYS[by], sql`l.id`, query),
    limit: query.limit,
  };
}

// ---- conditions --------------------------------------------------------------------------------------------------

/** Tenant, rights, and every filter but text and place, over the columns of `l`. */
const conditions = (asked: Asked): Sql => joinSql([...inReach(asked), ...filters(asked)], ' and ');

/** Tenant and rights, and whose leads they are. */
function inReach({ ctx, query, reach }: Asked): readonly Sql[] {
  const parts = [sql`l.tenant_id = ${ctx.tenant.id}`, ctx.visible('read', 'Lead', 'l')];
  if (reach.kind === 'account' || reach.kind === 'members') parts.push(sql`l.account_id = ${reach.accountId}`);
  if (query.unmatched) parts.push(sql`l.account_id is null`);
  return parts;
}

function filters({ ctx, query }: Asked): readonly Sql[] {
  const { zone } = ctx.tenant;
  const parts: Sql[] = [];
  if (query.type) parts.push(sql`l.lead_type_id = ${query.type}`);
  if (query.order) parts.push(sql`l.order_id = ${query.order}`);
  if (query.from) parts.push(sql`l.received_at >= ${startOfDay(query.from, zone)}::timestamptz`);
  if (query.to) parts.push(sql`l.received_at < ${startOfDay(daysAfter(query.to, 1), zone)}::timestamptz`);
  return parts;
}

/** Leads that have a word that begins so, read from the row: for rows that were found by something else. */
const hasWord = (word: string): Sql => {
  const { from, before } = prefixRange(word);
  return sql`exists (select from unnest(l.words) as w(word) where w.word >= ${from} and w.word < ${before})`;
};

/** The ids of leads in reach with a word that begins so: one range of the index for each account in reach. */
function wordsInReach({ ctx, reach }: Asked, word: string): Sql {
  const { from, before } = prefixRange(word);
  const range = (account: Sql): Sql =>
    sql`from leads.lead_words w where w.tenant_id = ${ctx.tenant.id} and w.account_id = ${account} and w.word >= ${from} and w.word < ${before}`;
  if (reach.kind === 'account' || reach.kind === 'members') return sql`select w.lead_id ${range(sql`${reach.accountId}`)}`;
  return sql`select found.lead_id from (select a.id from accounts.account_v1 a where a.tenant_id = ${ctx.tenant.id} union all select ${NO_ACCOUNT}::uuid) account
    cross join lateral (select w.lead_id ${range(sql`account.id`)} limit ${MOST_HITS + 1}) found`;
}

/** Something was typed, and no word is in it: "---" is the beginning of nothing. */
const isUnfindable = ({ query, words }: Asked): boolean => Boolean(query.q) && words.length === 0;

// ---- which way to the rows ---------------------------------------------------------------------------------------

/** `index`: in the order of an index. Else what to find first: the rows of the conditions, or those of one word. */
type Driver = 'index' | { readonly by: 'conditions' } | { readonly by: 'word'; readonly word: string };

const filtersOf = (query: ListLeads): number => [query.from || query.to, query.type, query.order].filter(Boolean).length;

async function chooseDriver(tx: Tx, asked: Asked): Promise<Driver | 'too-many'> {
  const { query, reach, words, by } = asked;
  if (words.length > 0) return rarest(tx, asked);
  const filters = filtersOf(query);
  if (isForStaff(asked) && filters === 0 && (query.unmatched || (await canMerge(tx)))) return 'index';
  const isServed = reach.kind === 'business' || reach.kind === 'several' ? by === 'received' : true;
  if (isServed && (filters === 0 || by === 'received' || isOneType(asked))) return 'index';
  if (!(await isMore(tx, asked))) return { by: 'conditions' };
  // One filter that leaves many rows leaves them close together in any order: the index finds a page of them soon.
  return isServed && filters === 1 ? 'index' : 'too-many';
}

/** Whether the business has few enough customers for their leads to be merged. */
async function canMerge(tx: Tx): Promise<boolean> {
  const more = await tx.row(sql`select a.id from accounts.account_v1 a where a.tenant_id = ${tx.ctx.tenant.id} offset ${MOST_MERGED} limit 1`);
  return more === undefined;
}

/** All leads of the business, in an order for which each customer has an index and the business has none. */
const isForStaff = ({ reach, by }: Asked): boolean => reach.kind === 'business' && by !== 'received';

// Passing over rows costs a third of counting them. Numbers stand in the text: a plan is chosen by them.
const isMore = async (tx: Tx, asked: Asked): Promise<boolean> => {
  const most = rawSql(String(MOST_HITS));
  const row = await tx.row<{ hits: number }>(
    sql`select ${most} + 1 as hits from (select from leads.leads l where ${conditions(asked)} offset ${most} limit 1) l`,
  );
  return row !== undefined;
};

/** Of the longest typed words the one that the fewest leads have; or the other conditions, when even that one has too many. */
async function rarest(tx: Tx, asked: Asked): Promise<Driver | 'too-many'> {
  const longest = [...asked.words].sort((a, b) => b.length - a.length).slice(0, MOST_PROBED);
  const probes = longest.map((word, at) => sql`select ${at}::int as at, count(*) as hits from (${wordsInReach(asked, word)} limit ${MOST_HITS + 1}) w`);
  const counted = await tx.rows<{ at: number; hits: number }>(joinSql(probes, ' union all '));
  const least = counted.reduce((a, b) => (b.hits < a.hits ? b : a));
  if (least.hits <= MOST_HITS) return { by: 'word', word: longest[least.at]! };
  return (await isMore(tx, asked)) ? 'too-many' : { by: 'conditions' };
}

// ---- the rows ----------------------------------------------------------------------------------------------------

/** Rows of a page in the order of an index. For a member: one stream for each person whose leads are shown, merged. */
function indexOrder(asked: Asked): Sql {
  const { ctx, reach } = asked;
  if (isForStaff(asked) && filtersOf(asked.query) === 0 && !asked.query.unmatched) return mergedOrder(asked);
  const where = sql`${conditions(asked)} and ${asked.keyset.where}`;
  if (reach.kind !== 'members') return sql`select l.* from leads.leads l where ${where} ${asked.keyset.orderAndLimit}`;
  return sql`select l.* from unnest(${reach.memberIds}::uuid[]) as shown(member_id) cross join lateral (
      select l.* from leads.leads l where l.tenant_id = ${ctx.tenant.id} and l.assignee_id = shown.member_id and ${where} ${asked.keyset.orderAndLimit}) l
    ${asked.keyset.orderAndLimit}`;
}

/**
 * Rows of a page in an order of the customers: the first of each customer, and of the leads that no order wanted, merged.
 * Only keys and ids are read for it, which stand in the indexes.
 */
function mergedOrder(asked: Asked): Sql {
  const { ctx, keyset, by } = asked;
  const first = (whose: Sql): Sql =>
    sql`select l.id, ${KEYS[by].key} from leads.leads l where ${conditions(asked)} and ${keyset.where} and ${whose} ${keyset.orderAndLimit}`;
  return sql`select l.* from leads.leads l where l.tenant_id = ${ctx.tenant.id} and l.id = any(array(
    select l.id from (
      select l.* from (select a.id as account_id from accounts.account_v1 a where a.tenant_id = ${ctx.tenant.id}) customer
        cross join lateral (${first(sql`l.account_id = customer.account_id`)}) l
      union all (${first(sql`l.account_id is null`)})) l
    ${keyset.orderAndLimit}))`;
}

/**
 * Leads of one type, or of one order, which are of one type too, sorted by type: they lie together in that order, so that
 * reading the types before them would never end. An index has them by themselves.
 */
const isOneType = ({ query, reach, by }: Asked): boolean =>
  reach.kind === 'account' && by === 'type' && filtersOf(query) === 1 && Boolean(query.type || query.order);

/** One filter over an account's leads in an order whose index has not the filter. */
const canWalk = (asked: Asked): boolean =>
  asked.reach.kind === 'account' && asked.words.length === 0 && asked.by !== 'received' && filtersOf(asked.query) === 1 && !isOneType(asked);

/** A full page from the first rows of an index; undefined when they do not fill one, which says nothing about the rest. */
async function walk(tx: Tx, asked: Asked): Promise<readonly KeyedLine[] | undefined> {
  const first = sql`select l.* from leads.leads l where ${joinSql(inReach(asked), ' and ')} and ${asked.keyset.where} ${asked.keyset.order} limit ${rawSql(String(MOST_WALKED))}`;
  const source = sql`with walked as (${first}) select l.* from walked l where ${joinSql(filters(asked), ' and ')} ${asked.keyset.orderAndLimit}`;
  const lines = await readLines(tx, source, asked);
  return lines.length > asked.limit ? lines : undefined;
}

/** Every lead that the filters leave, found by the driver. */
function hits(asked: Asked, driver: Exclude<Driver, 'index'>): Sql {
  const others = asked.words.filter((word) => driver.by === 'conditions' || word !== driver.word);
  const where = joinSql([conditions(asked), ...others.map(hasWord)], ' and ');
  if (driver.by === 'conditions') return sql`select l.* from leads.leads l where ${where}`;
  // Read by their key, then looked at: any other index is a guess about how many there are, and wrong by a million. An array
  // has each lead once; `offset 0` keeps the two apart.
  const found = sql`select l.* from leads.leads l where l.tenant_id = ${asked.ctx.tenant.id} and l.id = any(array(${wordsInReach(asked, driver.word)})) offset 0`;
  return sql`select l.* from (${found}) l where ${where}`;
}

const hitOrder = (asked: Asked, driver: Exclude<Driver, 'index'>): Sql =>
  sql`select l.* from (${hits(asked, driver)}) l where ${asked.keyset.where} ${asked.keyset.orderAndLimit}`;

const RFC_3339 = sql`'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

const readLines = async (tx: Tx, source: Sql, asked: Asked): Promise<readonly KeyedLine[]> =>
  (await tx.row<{ lines: KeyedLine[] }>(linesOf(source, asked)))?.lines ?? [];

/** The page as one JSON value: what costs is rows through the driver, not rows in the database. */
function linesOf(source: Sql, asked: Asked): Sql {
  const { by, ctx } = asked;
  const key = by === 'received' ? sql`to_char(l.received_at, ${RFC_3339})` : KEYS[by].key;
  return sql`with l as materialized (${source})
    select coalesce(json_agg(line), '[]') as lines from (
      select l.id, to_char(l.received_at, ${RFC_3339}) as "receivedAt", l.name, t.name as type, l.status, l.return_state as "returnState", l.town,
        l.postal_code as "postalCode", l.account_id as "accountId", l.order_id as "orderId", l.assignee_id as "assigneeId", m.name as assignee, ${key} as sort_key
      from l
      join leads.lead_types t on t.tenant_id = ${ctx.tenant.id} and t.id = l.lead_type_id
      left join accounts.member_v1 m on m.tenant_id = ${ctx.tenant.id} and m.id = l.assignee_id
      ${asked.keyset.order}) line`;
}

async function countLeads(tx: Tx, asked: Asked, driver: Driver): Promise<{ total: number; isFloor: boolean }> {
  const source = driver === 'index' ? sql`select from leads.leads l where ${conditions(asked)}` : hits(asked, driver);
  const row = await tx.row<{ total: number }>(sql`select count(*) as total from (${source} limit ${MOST_COUNTED + 1}) l`);
  const total = row?.total ?? 0;
  return { total: Math.min(total, MOST_COUNTED), isFloor: total > MOST_COUNTED };
}

// ---- the page ----------------------------------------------------------------------------------------------------

function pageOf({ keyset }: Asked, lines: readonly KeyedLine[]): Omit<LeadListPage, 'count'> {
  const { rows, nextCursor, previousCursor } = keyset.page(lines);
  return { data: rows.map(({ sort_key: _key, ...line }) => line), nextCursor, previousCursor };
}
