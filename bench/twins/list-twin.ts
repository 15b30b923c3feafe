import type { Request, RequestHandler, Response } from 'express';
import type pg from 'pg';
import { STAND_IN, type Plan } from '../statements.ts';
import { listName, type TwinConfig } from './config.ts';
import { hashOf, keyOf, prepared } from './known-caller.ts';

const MOST_HITS = 10_000;
const PAGE = 50;
const CALLER = `select m.account_id from portico.api_keys k join portico.users u on u.tenant_id = k.tenant_id and u.id = k.user_id and u.enabled
  join accounts.members m on m.tenant_id = k.tenant_id and m.user_id = k.user_id and m.enabled
  where k.tenant_id = $1 and k.key_hash = $2 and k.revoked_at is null`;

interface Line {
  readonly id: string;
  readonly sort_key?: string;
}

/** `GET /api/v1/leads` of an account admin: who it is, the list, the answer. */
export function listTwin(pool: pg.Pool, { tenants, lists }: TwinConfig): RequestHandler {
  const answer = async (request: Request, response: Response): Promise<void> => {
    const tenant = tenants[request.headers.host!]!.id;
    const [caller] = await prepared<{ account_id: string }>(pool, CALLER, [tenant, hashOf(keyOf(request))]);
    if (!caller) return void response.status(401).end();
    const query = request.query as Record<string, string>;
    const plan = lists[listName(query)];
    if (!plan) return void response.status(400).end();
    const found = await follow(pool, plan, standIns(tenant, caller.account_id, query));
    if (!found) return void response.json({ data: [], nextCursor: null, tooMany: true });
    const { lines } = found[0] as { lines: Line[] };
    response.json({
      data: lines.slice(0, PAGE).map(({ sort_key: _, ...line }) => line),
      nextCursor: lines.length > PAGE ? cursorOf(query, lines[PAGE - 1]!) : null,
    });
  };
  return (request, response, next) => {
    answer(request, response).catch(next);
  };
}

/** What stands for the stand-ins in this request. */
export function standIns(tenant: string, account: string, query: Record<string, string> = {}): ReadonlyMap<unknown, unknown> {
  const [, placeKey, placeId] = query.cursor ? (JSON.parse(Buffer.from(query.cursor, 'base64url').toString('utf8')) as string[]) : [];
  return new Map<unknown, unknown>([
    [STAND_IN.tenant, tenant],
    [STAND_IN.account, account],
    [STAND_IN.type, query.type],
    [STAND_IN.order, query.order],
    [STAND_IN.placeKey, placeKey],
    [STAND_IN.placeId, placeId],
  ]);
}

/** Runs a plan's statements one after the other: the first row of each; nothing when a count says that there are too many. */
export async function follow(on: pg.Pool | pg.PoolClient, plan: Plan, inPlace: ReadonlyMap<unknown, unknown>): Promise<unknown[] | undefined> {
  const run = ({ text, values }: { text: string; values: readonly unknown[] }) =>
    prepared<pg.QueryResultRow>(
      on,
      text,
      values.map((value) => (inPlace.has(value) ? inPlace.get(value) : value)),
    );
  if ('probe' in plan) {
    const [row] = await run(plan.probe);
    return follow(on, Number(row?.hits ?? 0) > MOST_HITS ? plan.many : plan.few, inPlace);
  }
  if ('walk' in plan) {
    const [row] = await run(plan.walk);
    if ((row as { lines: unknown[] }).lines.length <= PAGE) return follow(on, plan.short, inPlace);
    return [row, ...((await follow(on, plan.full, inPlace)) ?? [])];
  }
  const found: unknown[] = [];
  for (const statement of plan.statements) found.push((await run(statement))[0]);
  return found.length > 0 ? found : undefined;
}

const cursorOf = (query: Record<string, string>, { sort_key, id }: Line): string =>
  Buffer.from(JSON.stringify([query.sort ?? '-received', sort_key, id])).toString('base64url');
