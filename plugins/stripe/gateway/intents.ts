import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { inTurn } from './in-turn.ts';

/** The intent of an attempt. `intent` is null for one that was called off before there was any. */
export interface KnownIntent {
  readonly intent: string | null;
  readonly calledOff: boolean;
}

/** The intents that these attempts have. */
export async function knownIntents(ctx: Ctx, orders: readonly { readonly attemptId: Id }[]): Promise<Map<Id, KnownIntent>> {
  const rows = await inTurn(ctx, () =>
    ctx.inTenant((tx) =>
      tx.rows<{ attempt_id: Id; intent: string | null; called_off: boolean }>(sql`select attempt_id, intent, called_off from stripe.payment_intents
      where tenant_id = ${ctx.tenant.id} and attempt_id = any(${orders.map(({ attemptId }) => attemptId)}::uuid[])`),
    ),
  );
  return new Map(rows.map(({ attempt_id, intent, called_off }) => [attempt_id, { intent, calledOff: called_off }]));
}

/** Stores new intents, before they are confirmed. Where somebody was faster, theirs stands: it is answered instead. */
export async function storeIntents(ctx: Ctx, intents: readonly { readonly attemptId: Id; readonly intent: string }[]): Promise<Map<Id, KnownIntent>> {
  if (intents.length === 0) return new Map();
  await inTurn(ctx, () =>
    ctx.inTenant((tx) =>
      tx.run(sql`insert into stripe.payment_intents (id, attempt_id, intent, created_at)
      select i.id, i.attempt_id, i.intent, ${tx.ctx.clock.now()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(intents.map(({ attemptId, intent }) => ({ id: ctx.newId(), attempt_id: attemptId, intent })))}::jsonb)
        as i(id uuid, attempt_id uuid, intent text)
      on conflict (tenant_id, attempt_id) do nothing`),
    ),
  );
  return knownIntents(ctx, intents);
}

/** Notes that an attempt is called off, whether or not it has an intent; answers the intent that it has. */
export async function noteCalledOff(ctx: Ctx, attemptId: Id): Promise<string | null> {
  const row = await inTurn(ctx, () =>
    ctx.inTenant((tx) =>
      tx.row<{ intent: string | null }>(sql`insert into stripe.payment_intents (id, attempt_id, called_off, created_at)
      values (${ctx.newId()}, ${attemptId}, true, ${tx.ctx.clock.now()}::timestamptz)
      on conflict (tenant_id, attempt_id) do update set called_off = (stripe.payment_intents.intent is null) returning intent`),
    ),
  );
  return row?.intent ?? null;
}

/** The attempt that an intent belongs to. */
export async function attemptOf(ctx: Ctx, intent: string): Promise<Id | undefined> {
  const row = await inTurn(ctx, () =>
    ctx.inTenant((tx) =>
      tx.row<{ attempt_id: Id }>(sql`select attempt_id from stripe.payment_intents where tenant_id = ${ctx.tenant.id} and intent = ${intent}`),
    ),
  );
  return row?.attempt_id;
}

/** The attempts that intents belong to, of many at once. */
export async function attemptsOf(ctx: Ctx, intents: readonly string[]): Promise<Map<string, Id>> {
  const rows = await ctx.inTenant((tx) =>
    tx.rows<{ intent: string; attempt_id: Id }>(
      sql`select intent, attempt_id from stripe.payment_intents where tenant_id = ${ctx.tenant.id} and intent = any(${intents}::text[])`,
    ),
  );
  return new Map(rows.map(({ intent, attempt_id }) => [intent, attempt_id]));
}
