import { createHash } from 'node:crypto';
import { InvalidInput, PorticoError } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import type { BeforeCommit } from '../context/host-context.ts';
import { realClock } from '../observe/real-clock.ts';
import { AnswerNotKept, KeyInFlight, KeyReused } from './refusals.ts';

/** An answer as it is kept and given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: unknown;
}

const KEPT_MS = 24 * 3_600_000;
// A process that died while answering leaves its key open. After this time the call may be tried again, if it did nothing.
const ABANDONED_MS = 60_000;
const MOST_FORGOTTEN = 20;

interface Row {
  readonly body_hash: string;
  readonly status: number | null;
  readonly answer: unknown;
  readonly carried_out_at: unknown;
  readonly created_at: Date;
}

/**
 * Answers a POST once per Idempotency-Key and actor: the same key and request within 24 hours get the first answer
 * again, another request with that key is KeyReused, a first one that is still being answered KeyInFlight. A call that
 * is refused keeps nothing, so that it may be repeated with better input. What was carried out is marked in its own
 * transaction: when its answer is lost, when it was too slow or broke in a way that nobody foresaw (a connection that ends
 * during COMMIT), a repeat does it no second time and is told AnswerNotKept. Calls that are folded together share a transaction and are not
 * marked: there the operation itself must know a repeat, as ingest knows a duplicate.
 */
export async function answerOnce(
  newContext: () => Ctx,
  call: { key: string; request: string; body: Buffer; isSecret: boolean },
  answer: (beforeCommit: BeforeCommit) => Promise<KeptAnswer>,
): Promise<KeptAnswer> {
  if (call.key.length > 255) throw new InvalidInput({ 'Idempotency-Key': { key: 'portico.problem.too-long', values: { maximum: '255' } } });
  const ctx = newContext();
  const keyHash = hash(ctx.actor.id, call.key);
  const earlier = await begin(ctx, keyHash, hash(call.request, call.body), call.isSecret);
  if (earlier) return earlier;
  const given = await answer((tx) => markCarriedOut(tx, keyHash)).catch(async (error: unknown) => {
    // too slow or without its database, it may have been carried out all the same, as when it broke in a way that nobody foresaw
    await forget(newContext(), keyHash, error instanceof PorticoError && error.status < 500 ? 'refused' : 'broken');
    throw error;
  });
  if (!call.isSecret) await keep(newContext(), keyHash, given).catch((error: unknown) => ctx.log.error('an answer was not kept', { because: String(error) }));
  return given;
}

async function markCarriedOut(tx: Tx, keyHash: string): Promise<void> {
  await tx.run(sql`update portico.idempotency_keys set carried_out_at = ${realClock.now()} where tenant_id = ${tx.ctx.tenant.id} and key_hash = ${keyHash}`);
}

const hash = (...parts: readonly (string | Buffer)[]): string => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part).update('\0');
  return sum.digest('base64url');
};

// The unique index decides who is first among calls at the same instant.
function begin(ctx: Ctx, keyHash: string, bodyHash: string, isSecret: boolean): Promise<KeptAnswer | undefined> {
  const now = realClock.ms();
  return ctx.inTenant(async (tx) => {
    // a few old ones go with each new one, so that the table does not grow for ever
    await tx.run(sql`delete from portico.idempotency_keys where tenant_id = ${ctx.tenant.id} and id in
      (select id from portico.idempotency_keys where tenant_id = ${ctx.tenant.id} and created_at < ${new Date(now - KEPT_MS)} order by created_at limit ${MOST_FORGOTTEN} for update skip locked)`);
    await tx.run(sql`delete from portico.idempotency_keys where tenant_id = ${ctx.tenant.id} and key_hash = ${keyHash}
      and (created_at < ${new Date(now - KEPT_MS)} or (status is null and carried_out_at is null and created_at < ${new Date(now - ABANDONED_MS)}))`);
    const isFirst = await tx.run(sql`insert into portico.idempotency_keys (id, key_hash, body_hash, created_at)
      values (${ctx.newId()}, ${keyHash}, ${bodyHash}, ${new Date(now)}) on conflict (tenant_id, key_hash) do nothing`);
    if (isFirst) return undefined;
    const row = await tx.row<Row>(
      sql`select body_hash, status, answer, carried_out_at, created_at from portico.idempotency_keys where tenant_id = ${ctx.tenant.id} and key_hash = ${keyHash}`,
    );
    if (!row || row.body_hash !== bodyHash) throw new KeyReused();
    if (row.status !== null) return { status: row.status, body: row.answer };
    const isOver = row.carried_out_at !== null && (isSecret || new Date(row.created_at).getTime() < now - ABANDONED_MS);
    throw isOver ? new AnswerNotKept() : new KeyInFlight();
  });
}

async function keep(ctx: Ctx, keyHash: string, { status, body }: KeptAnswer): Promise<void> {
  const answer = body === undefined ? null : JSON.stringify(body);
  await ctx.inTenant((tx) =>
    tx.run(sql`update portico.idempotency_keys set status = ${status}, answer = ${answer}::jsonb where tenant_id = ${ctx.tenant.id} and key_hash = ${keyHash}`),
  );
}

// What was refused may be tried again. What broke may have been carried out all the same: then its key stays.
async function forget(ctx: Ctx, keyHash: string, because: 'refused' | 'broken'): Promise<void> {
  await ctx.inTenant((tx) =>
    tx.run(sql`delete from portico.idempotency_keys where tenant_id = ${ctx.tenant.id} and key_hash = ${keyHash}
      and (carried_out_at is null or ${because === 'refused'}::boolean)`),
  );
}
