import { sql, type Ctx, type Sql, type Tx } from '@portico/kit/server';
import type { PageRequest } from '@portico/kit/page';
import { ListLeads, listLeads } from '../plugins/leads/lead/lead-list.queries.ts';
import { load } from '../plugins/leads/portal/lead-list.server.ts';

/** What stands in recorded values in place of what each request brings. */
export const STAND_IN = {
  tenant: '00000000-0000-7000-8000-00000000000a',
  account: '00000000-0000-7000-8000-00000000000b',
  type: '00000000-0000-7000-8000-00000000000c',
  order: '00000000-0000-7000-8000-00000000000d',
  placeId: '00000000-0000-7000-8000-00000000000e',
  member: '00000000-0000-7000-8000-00000000000f',
  placeKey: '1999-12-31T23:59:59.999Z',
} as const;

/** A statement of the product, word for word, with stand-ins among its values. */
export interface Recorded {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * What a list asks the database: statements; or first a question whose answer says which way it goes on: whether there are
 * too many hits to sort, or whether a look at the first rows of an index has filled the page (it is the first answer then).
 */
export type Plan =
  | { readonly statements: readonly Recorded[] }
  | { readonly probe: Recorded; readonly few: Plan; readonly many: Plan }
  | { readonly walk: Recorded; readonly full: Plan; readonly short: Plan };

const MORE_THAN_SORTED = 10_001;
const FULL_PAGE = Array.from({ length: 101 }, () => ({ id: STAND_IN.placeId, sort_key: STAND_IN.placeKey }));
const isProbe = (text: string): boolean => /as hits/.test(text);
const isWalk = (text: string): boolean => /with walked as/.test(text);
const isQuestion = (text: string): boolean => isProbe(text) || isWalk(text);

/** The plan of a list request of an account admin. `query` may hold stand-ins; `cursor` is made when `hasPlace`. */
export function planOfList(zone: string, query: Record<string, string>, hasPlace: boolean): Promise<Plan> {
  const sort = query.sort ?? '-received';
  const cursor = Buffer.from(JSON.stringify([sort, STAND_IN.placeKey, STAND_IN.placeId])).toString('base64url');
  const asked = ListLeads.parse({ ...query, ...(hasPlace ? { cursor } : {}) });
  return explore(zone, (tx) => listLeads(tx, asked), []);
}

/** The plan of the portal's leads page as it is first opened. */
export const planOfPage = (zone: string): Promise<Plan> =>
  explore(
    zone,
    (tx) =>
      load({ ...tx.ctx, inTenant: (work: (tx: Tx) => unknown) => Promise.resolve(work(tx)) } as unknown as Ctx, {
        params: {},
        query: new URLSearchParams(),
      } satisfies PageRequest),
    [],
  );

// Runs the product's code once for each way that answers can send it, and keeps what it asked.
async function explore(zone: string, work: (tx: Tx) => Promise<unknown>, answers: readonly boolean[]): Promise<Plan> {
  const asked: Recorded[] = [];
  await work(recordingTx(zone, asked, answers));
  const question = asked.filter(({ text }) => isQuestion(text))[answers.length];
  if (!question) return { statements: asked.slice(asked.findLastIndex(({ text }) => isQuestion(text)) + 1) };
  const [no, yes] = [await explore(zone, work, [...answers, false]), await explore(zone, work, [...answers, true])];
  return isWalk(question.text) ? { walk: question, short: no, full: yes } : { probe: question, few: no, many: yes };
}

function recordingTx(zone: string, asked: Recorded[], answers: readonly boolean[]): Tx {
  let questions = 0;
  const note = ({ text, values }: Sql): object | undefined => {
    asked.push({ text, values: [...values] });
    if (!isQuestion(text)) return { lines: [], total: 0 };
    const isYes = answers[questions++];
    if (isWalk(text)) return { lines: isYes ? FULL_PAGE : [] };
    // a count answers with a number, a look past the last row that is sorted with a row or none
    return isYes ? { at: 0, hits: MORE_THAN_SORTED } : /count\(\*\) as hits/.test(text) ? { at: 0, hits: 0 } : undefined;
  };
  const ctx = {
    tenant: { id: STAND_IN.tenant, zone },
    actor: { kind: 'user', roles: [{ role: 'account-admin', accountId: STAND_IN.account, memberId: STAND_IN.member }] },
    visible: () => sql`(l.account_id = ${STAND_IN.account})`,
  };
  return {
    ctx,
    row: async (statement: Sql) => note(statement),
    rows: async (statement: Sql) => (isProbe(statement.text) ? [note(statement)] : (note(statement), [])),
  } as unknown as Tx;
}
