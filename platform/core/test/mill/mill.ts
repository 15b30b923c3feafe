import { setTimeout as pause } from 'node:timers/promises';
import { defineClock, type Id, type Instant } from '@portico/kit';
import { sql, workClock, type Ctx, type Tx } from '@portico/kit/server';
import { testPlugin } from '@portico/testing';

/** A mill that grinds sacks when they are due, some at a time. What it remembers is in rows, so that another process goes on with it. */
export const grinding = defineClock('mill.grinding');

/** What the mill of a business does instead of its work. */
export type Mood = 'works' | 'cannot-say' | 'throws' | 'hangs' | 'talks-nonsense' | 'opens-nothing' | 'never-finishes' | 'goes-round';

/** The moods of businesses, by short name, in this process; how many sacks it takes at once, and how long one, choosing them, and a look takes. */
export const miller = {
  moods: new Map<string, Mood>(),
  atOnce: 20,
  sackMs: 0,
  openMs: 0,
  lookMs: 0,
  opened: [] as string[],
  tried: [] as string[],
  batches: [] as Id[],
};

/** Made by the superuser, in place of the migrations that a plugin of a test has none of. */
export const millTable = (databaseUrl: string): string => `select set_config('portico.runtime_role', '${new URL(databaseUrl).username}', false);
  create schema mill; create table mill.sacks (tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
    id uuid primary key, due_at timestamptz not null, batch_id uuid, ground_at timestamptz, times integer not null default 0);
  select portico.make_tenant_table('mill.sacks'); grant usage on schema mill to public;`;

const moodOf = (ctx: Ctx): Mood => miller.moods.get(ctx.tenant.slug) ?? 'works';
const mine = (tx: Tx) => sql`tenant_id = ${tx.ctx.tenant.id}`;

async function nextDue(tx: Tx): Promise<Instant | undefined> {
  if (moodOf(tx.ctx) === 'cannot-say') throw new Error('the bell is broken');
  const row = await tx.row<{ due_at: Instant | null }>(sql`select min(due_at) as due_at from mill.sacks where ${mine(tx)} and ground_at is null`);
  await pause(miller.lookMs);
  return row?.due_at ?? undefined;
}

async function openBatch(tx: Tx): Promise<Id | undefined> {
  const mood = moodOf(tx.ctx);
  miller.opened.push(tx.ctx.tenant.slug);
  if (mood === 'opens-nothing') return undefined;
  if (mood === 'talks-nonsense') return 'the big one';
  if (mood === 'goes-round') return tx.ctx.newId();
  const unfinished = await tx.row<{ batch_id: Id }>(
    sql`select batch_id from mill.sacks where ${mine(tx)} and batch_id is not null and ground_at is null limit 1`,
  );
  if (unfinished) return unfinished.batch_id;
  await pause(miller.openMs);
  const batch = tx.ctx.newId();
  const taken =
    await tx.run(sql`update mill.sacks set batch_id = ${batch} where id in (select id from mill.sacks where ${mine(tx)} and ground_at is null and due_at <= ${tx.ctx.clock.now()}
    order by due_at, id limit ${miller.atOnce})`);
  return taken > 0 ? batch : undefined;
}

async function workBatch(ctx: Ctx, batch: Id, heartbeat: (progress?: object) => void): Promise<void> {
  const mood = moodOf(ctx);
  miller.tried.push(ctx.tenant.slug);
  miller.batches.push(batch);
  if (mood === 'throws') throw new Error('the millstone broke');
  if (mood === 'hangs') await new Promise(() => undefined);
  if (mood === 'never-finishes' || mood === 'goes-round') return;
  const sacks = await ctx.inTenant((tx) =>
    tx.rows<{ id: Id }>(sql`select id from mill.sacks where batch_id = ${batch} and ground_at is null order by due_at, id`),
  );
  for (const { id } of sacks) {
    await pause(miller.sackMs);
    await ctx.inTenant((tx) => tx.run(sql`update mill.sacks set ground_at = ${tx.ctx.clock.now()}, times = times + 1 where id = ${id} and ground_at is null`));
    heartbeat({ sack: id });
  }
}

export const mill = testPlugin(
  { id: 'mill', processes: [grinding] },
  { processes: [workClock(grinding, { nextDue, openBatch, workBatch })] },
  { 'mill.grinding': 'Grinding of sacks' },
);

/** Brings sacks to the mill, due so many hours from now; tells the clock, unless asked not to. */
export const bring = (ctx: Ctx, count: number, { hours = 0, tell = true }: { hours?: number; tell?: boolean } = {}): Promise<void> =>
  ctx.inTenant(async (tx) => {
    await tx.run(
      sql`insert into mill.sacks (id, due_at) select gen_random_uuid(), ${tx.ctx.clock.now()}::timestamptz + make_interval(hours => ${hours}) from generate_series(1, ${count})`,
    );
    if (tell) await tx.nudge(grinding);
  });

/** How many sacks there are, how many are ground, and the most often that one was. */
export async function sacksOf(ctx: Ctx): Promise<{ all: number; ground: number; most: number }> {
  return (await ctx.inTenant((tx) =>
    tx.row<{ all: number; ground: number; most: number }>(
      sql`select count(*) as all, count(ground_at) as ground, coalesce(max(times), 0) as most from mill.sacks where ${mine(tx)}`,
    ),
  ))!;
}
