import type { Request, RequestHandler, Response } from 'express';
import type pg from 'pg';
import { Answered, type FoldedItem, type Sql, type Tx } from '@portico/kit/server';
import { v7 as uuidv7 } from 'uuid';
import { ingestLead } from '../../plugins/leads/lead/ingest-lead.ts';
import type { NewLead, PostLead } from '../../plugins/leads/lead/new-lead.ts';
import { prepareLead } from '../../plugins/leads/lead/new-lead.ts';
import type { TwinConfig } from './config.ts';
import { hashOf, keyOf, prepared } from './known-caller.ts';

const SOURCE = 'select source_id from portico.api_keys where tenant_id = $1 and key_hash = $2 and revoked_at is null and source_id is not null';
const MOST_TOGETHER = 200;

interface Tenant {
  readonly id: string;
  readonly locale: string;
}
interface Waiting {
  readonly input: NewLead;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/**
 * `POST /api/v1/leads`: whose key it is, a look at the fields, and the business's own statements, for all calls together
 * that came while the ones before them ran.
 */
export function ingestTwin(pool: pg.Pool, { tenants }: TwinConfig): RequestHandler {
  const folds = new Map<string, { waiting: Waiting[]; isRunning: boolean }>();
  const answer = async (request: Request, response: Response): Promise<void> => {
    const tenant = tenants[request.headers.host!]!;
    const [source] = await prepared<{ source_id: string }>(pool, SOURCE, [tenant.id, hashOf(keyOf(request))]);
    if (!source) return void response.status(401).end();
    const body = request.body as PostLead;
    if (typeof body.type !== 'string' || typeof body.name !== 'string' || !(body.phone || body.email)) return void response.status(422).end();
    const input = prepareLead(callerAt(tenant, source.source_id), { body });
    const answer = await new Promise((resolve, reject) => fold(pool, folds, tenant, { input, resolve, reject }));
    if (answer instanceof Answered) response.status(answer.status).json(answer.body);
    else response.status(answer instanceof Error ? 422 : 201).json(answer);
  };
  return (request, response, next) => {
    answer(request, response).catch(next);
  };
}

const callerAt = (tenant: Tenant, sourceId: string) => ({ tenant, actor: { sourceId }, newId: uuidv7, demand: () => undefined }) as never;

function fold(pool: pg.Pool, folds: Map<string, { waiting: Waiting[]; isRunning: boolean }>, tenant: Tenant, item: Waiting): void {
  const mine = folds.get(tenant.id) ?? { waiting: [], isRunning: false };
  folds.set(tenant.id, mine);
  mine.waiting.push(item);
  if (!mine.isRunning) void work(pool, tenant, mine);
}

async function work(pool: pg.Pool, tenant: Tenant, mine: { waiting: Waiting[]; isRunning: boolean }): Promise<void> {
  mine.isRunning = true;
  while (mine.waiting.length > 0) {
    const batch = mine.waiting.splice(0, MOST_TOGETHER);
    try {
      const answers = await together(
        pool,
        tenant,
        batch.map(({ input }) => input),
      );
      batch.forEach(({ resolve }, at) => resolve(answers[at]));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
  mine.isRunning = false;
}

// Rows' tenant comes from the setting, as in the product: it goes in the same round trip as BEGIN.
async function together(pool: pg.Pool, tenant: Tenant, inputs: readonly NewLead[]): Promise<readonly unknown[]> {
  const client = await pool.connect();
  try {
    await client.query(`begin; set local portico.tenant_id = '${tenant.id}'`);
    const items = inputs.map((input) => ({ actor: undefined, input }) as unknown as FoldedItem<NewLead>);
    const answers = await ingestLead.together(bareTx(client, tenant), items);
    await client.query('commit');
    return answers;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

/** The statements of the use case, straight to pg. */
function bareTx(client: pg.PoolClient, tenant: Tenant): Tx {
  const now = new Date().toISOString();
  const rows = ({ text, values }: Sql) => prepared(client, text, values);
  return {
    ctx: { tenant, newId: uuidv7, clock: { now: () => now } },
    rows: async (statement: Sql) => (await rows(statement)).map(withNumbers),
    row: async (statement: Sql) => (await rows(statement))[0],
    run: rows,
    publishAll: (point: { name: string }, payloads: readonly { leadId: string }[]) => publish(client, point.name, payloads, now),
  } as unknown as Tx;
}

// Whole numbers come as text from plain pg; routing counts with them.
const withNumbers = (row: pg.QueryResultRow): object => ({
  ...row,
  ...('room' in row ? { room: Number(row.room), price_minor: Number(row.price_minor) } : {}),
});

/** The product's outbox: the subject's turn, one delivery for the one handler, and what the worker finds. */
async function publish(client: pg.PoolClient, point: string, payloads: readonly { leadId: string }[], now: string): Promise<void> {
  const subjects = payloads.map(({ leadId }) => leadId).sort();
  await prepared(
    client,
    `insert into portico.event_subjects (id, seq) select s, n from unnest($1::uuid[], $2::bigint[]) as w(s, n)
     on conflict (tenant_id, id) do update set seq = portico.event_subjects.seq + excluded.seq returning id, seq`,
    [subjects, subjects.map(() => 1)],
  );
  const deliveries = payloads.map((payload) => ({ id: uuidv7(), plugin_id: 'leads', handler: 0, subject: payload.leadId, seq: 1, payload }));
  await prepared(
    client,
    `insert into portico.event_deliveries (id, point, plugin_id, handler, subject, seq, payload, trace_id, created_at)
     select d.id, $1, d.plugin_id, d.handler, d.subject, d.seq, d.payload, $2, $3
     from jsonb_to_recordset($4::jsonb) as d(id uuid, plugin_id text, handler integer, subject uuid, seq bigint, payload jsonb)`,
    [point, uuidv7(), now, JSON.stringify(deliveries)],
  );
  await prepared(
    client,
    `insert into portico.due_work (id, kind, ref_id, not_before) select i, $1, r, $2 from unnest($3::uuid[], $4::uuid[]) as w(i, r)
     on conflict (tenant_id, kind, ref_id) do update set not_before = excluded.not_before, lease = null`,
    ['event', now, deliveries.map(() => uuidv7()), deliveries.map(({ id }) => id)],
  );
}
