import { LIMITS, type DeliveredEvent, type Delivery, type Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { SYSTEM } from '../context/actors.ts';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { withinBudget } from '../hooks/call.ts';
import type { BoundHook } from '../plugins/registry.ts';
import type { Folds } from '../database/fold.ts';
import { rest } from './resting-events.ts';
import { again, backOffMs, doneWith, doneWithAll, type Claimed } from './due-work.ts';

/** An event on its way to one handler, as the relay reads it. */
export interface DeliveryRow {
  readonly id: Id;
  readonly point: string;
  readonly plugin_id: string;
  readonly handler: number;
  readonly seq: number;
  readonly payload: never;
  readonly state: string;
  readonly tries: number;
  readonly trace_id: string | null;
}

/** Reads deliveries of one business, in one transaction; by id. */
export async function readDeliveries(context: HostContext, ids: readonly Id[]): Promise<ReadonlyMap<Id, DeliveryRow>> {
  const rows = await context.inTenant((tx) =>
    tx.rows<DeliveryRow>(
      sql`select id, point, plugin_id, handler, seq, payload, state, tries, trace_id from portico.event_deliveries
        where tenant_id = ${context.tenant.id} and id = any(${[...ids]}::uuid[])`,
    ),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** A piece of due work, and the delivery that it stands for, if there still is one. */
export interface Told {
  readonly claimed: Claimed;
  readonly row: DeliveryRow | undefined;
}
interface Waiting {
  readonly claimed: Claimed;
  readonly row: DeliveryRow;
}

/** The same for those that go to one handler in one call, of those of one business; undefined: this one goes alone. */
export function togetherKey({ host }: HostContext, { row }: Told): string | undefined {
  if (row?.state !== 'waiting') return undefined;
  return handlerOf(host, row)?.takesMany ? `${row.point} ${row.plugin_id} ${row.handler}` : undefined;
}

const handlerOf = (host: HostContext['host'], row: DeliveryRow): BoundHook | undefined =>
  host.registry.bound('event', row.point).find((one) => one.pluginId === row.plugin_id && one.index === row.handler);

/**
 * Hands an event to its handler, or several to one that takes many. The handler has its own context; it never gets a
 * transaction of ours. Those of one business that end while others are being settled are settled together; one that fails
 * has a transaction of its own.
 * @param told of one handler and one business: those with the same `togetherKey`, or a single one
 */
export async function deliverEvents(context: HostContext, told: readonly Told[], settling: Folds): Promise<void> {
  const waiting = told.filter((one): one is Waiting => one.row?.state === 'waiting');
  const over = told.filter(({ row }) => row?.state !== 'waiting').map(({ claimed }) => claimed);
  if (over.length > 0) await context.inTenant(async (tx) => void (await doneWithAll(tx as HostTx, over)));
  if (waiting.length === 0) return;
  const { host } = context;
  const { row } = waiting[0]!;
  const bound = handlerOf(host, row);
  const rested = (await isOn(context, row.plugin_id)) ? [] : await restAll(context, waiting);
  host.metrics.deliveries.inc({ outcome: 'resting' }, rested.length);
  const left = waiting.filter((one) => !rested.includes(one));
  if (!bound) for (const one of left) await park(context, one, 'the plugin has no such handler any more');
  else if (left.length > 0) await react(context, bound, left, settling);
}

async function restAll(context: HostContext, waiting: readonly Waiting[]): Promise<Waiting[]> {
  const rested: Waiting[] = [];
  for (const one of waiting) if (await rest(context, one.claimed, one.row.plugin_id)) rested.push(one);
  return rested;
}

async function react(context: HostContext, bound: BoundHook, waiting: readonly Waiting[], settling: Folds): Promise<void> {
  const { host } = context;
  try {
    await withinBudget(LIMITS.eventMs, (budget) => reaction(bound)(context.child(bound.pluginId, SYSTEM, budget), waiting.map(asDelivered)));
  } catch (error) {
    if (waiting.length === 1) return failed(context, waiting[0]!, error);
    // told one by one, a bad event fails alone
    for (const one of waiting) await react(context, bound, [one], settling);
    return;
  }
  host.metrics.deliveries.inc({ outcome: 'delivered' }, waiting.length);
  const settled = (all: readonly Claimed[]) => settle(context.child('core', SYSTEM), all);
  const claimed = waiting.map((one) => one.claimed);
  // what was told together is settled together; single ones join those that end at the same time
  await (claimed.length > 1 ? settled(claimed) : settling.submit(context.tenant.id, claimed[0]!, settled));
}

const asDelivered = ({ row }: Waiting): DeliveredEvent<never> => ({ payload: row.payload, delivery: { id: row.id, seq: row.seq } });

/** A handler as one of many, whichever it is. */
export function reaction({ handle, takesMany }: BoundHook): (ctx: Ctx, events: readonly DeliveredEvent<unknown>[]) => Promise<void> {
  if (takesMany) return handle;
  const one = handle as (ctx: Ctx, payload: unknown, delivery: Delivery) => Promise<void>;
  return async (ctx, events) => {
    for (const { payload, delivery } of events) await one(ctx, payload, delivery);
  };
}

async function settle(context: HostContext, delivered: readonly Claimed[]): Promise<readonly undefined[]> {
  await context.inTenant(async (tx) => {
    await tx.run(sql`update portico.event_deliveries set state = 'delivered', tries = tries + 1, settled_at = ${tx.ctx.clock.now()}
      where tenant_id = ${context.tenant.id} and id = any(${delivered.map(({ refId }) => refId)}::uuid[])`);
    await doneWithAll(tx as HostTx, delivered);
  });
  return delivered.map(() => undefined);
}

// "Off" is only believed when it was read just now: the plugin may have been switched on a moment ago.
async function isOn({ host, tenant }: HostContext, pluginId: string): Promise<boolean> {
  if (host.enablement.isOnNow(tenant.id, pluginId)) return true;
  host.enablement.forget(tenant.id);
  return (await host.enablement.of(tenant.id)).has(pluginId);
}

async function failed(context: HostContext, one: Waiting, error: unknown): Promise<void> {
  const { claimed, row } = one;
  context.host.failures.note(context.tenant.id, row.plugin_id, `event ${row.point}`, error);
  const because = error instanceof Error ? error.message || error.name : String(error);
  // parked: shown in the console and by `portico outbox list`, and sent again from there
  if (row.tries + 1 >= LIMITS.eventTries) return park(context, one, because);
  context.host.metrics.deliveries.inc({ outcome: 'failed' });
  await context.inTenant(async (tx) => {
    await tx.run(sql`update portico.event_deliveries set tries = tries + 1, last_error = ${because.slice(0, 500)} where id = ${row.id}`);
    await again(tx as HostTx, claimed, backOffMs(row.tries + 1));
  });
}

async function park(context: HostContext, { claimed, row }: Waiting, because: string): Promise<void> {
  context.host.metrics.deliveries.inc({ outcome: 'parked' });
  await context.inTenant(async (tx) => {
    await tx.run(sql`update portico.event_deliveries set state = 'parked', tries = tries + 1, last_error = ${because.slice(0, 500)} where id = ${row.id}`);
    await doneWith(tx as HostTx, claimed);
  });
}
