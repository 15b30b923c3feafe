import { LIMITS, type Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { SYSTEM } from '../context/actors.ts';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { withinBudget } from '../hooks/call.ts';
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

/**
 * Hands one event to one handler. The handler has its own context; it never gets a transaction of ours. Those of one business
 * that end while others are being settled are settled together; one that fails has a transaction of its own.
 */
export async function deliverEvent(context: HostContext, claimed: Claimed, row: DeliveryRow | undefined, settling: Folds): Promise<void> {
  if (row?.state !== 'waiting') return context.inTenant(async (tx) => void (await doneWith(tx as HostTx, claimed)));
  const { host } = context;
  const bound = host.registry.bound('event', row.point).find((one) => one.pluginId === row.plugin_id && one.index === row.handler);
  if (!(await isOn(context, row.plugin_id)) && (await rest(context, claimed, row.plugin_id))) return void host.metrics.deliveries.inc({ outcome: 'resting' });
  if (!bound) return park(context, claimed, row, 'the plugin has no such handler any more');
  const react = bound.handle as (ctx: Ctx, payload: unknown, delivery: { id: Id; seq: number }) => Promise<void>;
  try {
    await withinBudget(LIMITS.eventMs, (budget) => react(context.child(row.plugin_id, SYSTEM, budget), row.payload, { id: row.id, seq: row.seq }));
  } catch (error) {
    return failed(context, claimed, row, error);
  }
  host.metrics.deliveries.inc({ outcome: 'delivered' });
  await settling.submit(context.tenant.id, claimed, (all: readonly Claimed[]) => settle(context.child('core', SYSTEM), all));
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

async function failed(context: HostContext, claimed: Claimed, row: DeliveryRow, error: unknown): Promise<void> {
  context.host.failures.note(context.tenant.id, row.plugin_id, `event ${row.point}`, error);
  const because = error instanceof Error ? error.message || error.name : String(error);
  // parked: shown in the console and by `portico outbox list`, and sent again from there
  if (row.tries + 1 >= LIMITS.eventTries) return park(context, claimed, row, because);
  context.host.metrics.deliveries.inc({ outcome: 'failed' });
  await context.inTenant(async (tx) => {
    await tx.run(sql`update portico.event_deliveries set tries = tries + 1, last_error = ${because.slice(0, 500)} where id = ${row.id}`);
    await again(tx as HostTx, claimed, backOffMs(row.tries + 1));
  });
}

async function park(context: HostContext, claimed: Claimed, row: DeliveryRow, because: string): Promise<void> {
  context.host.metrics.deliveries.inc({ outcome: 'parked' });
  await context.inTenant(async (tx) => {
    await tx.run(sql`update portico.event_deliveries set state = 'parked', tries = tries + 1, last_error = ${because.slice(0, 500)} where id = ${row.id}`);
    await doneWith(tx as HostTx, claimed);
  });
}
