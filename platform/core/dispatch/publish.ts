import type { EventPoint, Id } from '@portico/kit';
import { rawSql, sql } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';
import { ownValue } from '../errors/own-value.ts';
import { schemaOf } from '../plugins/installed.ts';
import type { BoundHook } from '../plugins/registry.ts';
import { dueAllNow } from './due-work.ts';

/**
 * Writes one delivery for each handler of each event that wants it, in the caller's transaction. With no such handler
 * switched on here nothing is written. `seq` rises per subject: the subject's row stays locked until the end of the transaction.
 */
export async function publishAll<Payload>(tx: HostTx, point: EventPoint<string, Payload>, payloads: readonly Payload[]): Promise<void> {
  if (payloads.length === 0) return;
  const checked = payloads.map((payload) => ownValue(point.payload, payload, `the event ${point.name} was published with what it does not allow`));
  const handlers = tx.context.host.enablement.boundNow(tx.ctx.tenant.id, 'event', point.name);
  const wants: { handler: BoundHook; events: ReadonlySet<unknown> }[] = [];
  for (const handler of handlers) wants.push({ handler, events: await wantedBy(tx, handler, checked) });
  const wanted = checked
    .map((payload) => ({ payload, by: wants.filter(({ events }) => events.has(payload)).map(({ handler }) => handler) }))
    .filter(({ by }) => by.length > 0);
  if (wanted.length === 0) return;
  const subjects = wanted.map(({ payload }) => point.subject(payload));
  const seqs = await nextSeqs(tx, subjects);
  const deliveries = wanted.flatMap(({ payload, by }, at) =>
    by.map((handler) => ({ id: tx.ctx.newId(), plugin_id: handler.pluginId, handler: handler.index, subject: subjects[at]!, seq: seqs[at]!, payload })),
  );
  await tx.run(sql`insert into portico.event_deliveries (id, point, plugin_id, handler, subject, seq, payload, trace_id, created_at)
    select d.id, ${point.name}, d.plugin_id, d.handler, d.subject, d.seq, d.payload, ${tx.ctx.traceId}, ${tx.ctx.clock.now()}
    from jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb) as d(id uuid, plugin_id text, handler integer, subject uuid, seq bigint, payload jsonb)`);
  await dueAllNow(
    tx,
    'event',
    deliveries.map((delivery) => delivery.id),
  );
}

/** The events that a handler wants, of those that are published. One statement, if it asks for what its plugin keeps. */
async function wantedBy(tx: HostTx, { pluginId, when, keeps }: BoundHook, payloads: readonly unknown[]): Promise<ReadonlySet<unknown>> {
  const some = when ? payloads.filter((payload) => when(payload as never)) : payloads;
  if (!keeps || some.length === 0) return new Set(some);
  const idOf = (payload: unknown): Id => keeps.id(payload as never);
  // the names stand in code that was built with us, the schema is the plugin's own; values are bound
  const kept = await tx.rows<{ id: Id }>(sql`select asked.id from unnest(${[...new Set(some.map(idOf))]}::uuid[]) as asked(id)
    where exists (select from ${rawSql(`${schemaOf(pluginId)}.${keeps.table}`)} k where k.tenant_id = ${tx.ctx.tenant.id} and k.${rawSql(keeps.column)} = asked.id)`);
  const ids = new Set(kept.map(({ id }) => id));
  return new Set(some.filter((payload) => ids.has(idOf(payload))));
}

// Sorted, so that two transactions that share subjects lock them in the same order.
async function nextSeqs(tx: HostTx, subjects: readonly string[]): Promise<number[]> {
  const counts = new Map<string, number>();
  for (const subject of subjects) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = await tx.rows<{ id: string; seq: number }>(sql`insert into portico.event_subjects (id, seq)
    select s, n from unnest(${sorted.map(([id]) => id)}::uuid[], ${sorted.map(([, count]) => count)}::bigint[]) as w(s, n)
    on conflict (tenant_id, id) do update set seq = portico.event_subjects.seq + excluded.seq returning id, seq`);
  const next = new Map(rows.map((row) => [row.id, row.seq - counts.get(row.id)!]));
  return subjects.map((subject) => {
    const seq = next.get(subject)! + 1;
    next.set(subject, seq);
    return seq;
  });
}
