import type pg from 'pg';
import type { Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { realClock } from '../observe/real-clock.ts';
import { again, doneWith, dueAllNow, dueNow, type Claimed } from './due-work.ts';

/**
 * Puts an event to rest whose plugin is off, or set aside: it is due no more, and has not failed. Answers false, with nothing
 * changed, when the plugin was switched on meanwhile: then the event is to be delivered after all.
 */
export async function rest(context: HostContext, claimed: Claimed, pluginId: string): Promise<boolean> {
  const { host, tenant } = context;
  return context.inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    // whoever switches the plugin on waits for us, and finds what rests; or was first, and is seen here
    await tx.run(sql`select pg_advisory_xact_lock_shared(${lockOf(tenant.id, pluginId)})`);
    if ((await host.enablement.readIn(tx.connection, tenant.id)).has(pluginId)) return false;
    await tx.run(sql`update portico.event_deliveries set state = 'resting' where tenant_id = ${tenant.id} and id = ${claimed.refId} and state = 'waiting'`);
    await doneWith(tx, claimed);
    return true;
  });
}

/** What rests for this plugin goes on soon; in the transaction that switches it on. */
export async function resumePlugin(tx: HostTx, pluginId: string): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(${lockOf(tx.ctx.tenant.id, pluginId)})`);
  await dueNow(tx, 'resume', tx.ctx.tenant.id);
}

// Both sides of one plugin of one business, and nobody else.
const lockOf = (tenantId: Id, pluginId: string) => sql`hashtextextended(${`rest ${tenantId} ${pluginId}`}::text, 0)`;

/** At every business: a plugin that was set aside may be healthy in the process that starts now. */
export async function resumeSoon({ pool }: { readonly pool: pg.Pool }): Promise<void> {
  await pool.query(
    `insert into portico.due_work (id, tenant_id, kind, ref_id, not_before) select gen_random_uuid(), id, 'resume', id, $1 from portico.tenants
     on conflict (tenant_id, kind, ref_id) do update set not_before = excluded.not_before, lease = null`,
    [realClock.now()],
  );
}

/** So many go on at once; the others soon after, when the other businesses have had their turn. */
const AT_ONCE = 1_000;

/** Sends what rests for plugins that are on here on its way, oldest first, with the ids that it had. */
export async function resume(context: HostContext, claimed: Claimed): Promise<void> {
  const { host, tenant } = context;
  await context.inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    const on = [...(await host.enablement.readIn(tx.connection, tenant.id))];
    const rows = await tx.rows<{ id: Id }>(sql`update portico.event_deliveries d set state = 'waiting' from (
        select resting.id from unnest(${on}::text[]) as p(id) cross join lateral (
          select e.id from portico.event_deliveries e where e.tenant_id = ${tenant.id} and e.plugin_id = p.id and e.state = 'resting'
          order by e.created_at, e.id limit ${AT_ONCE} for update skip locked) resting limit ${AT_ONCE}) chosen
      where d.tenant_id = ${tenant.id} and d.id = chosen.id returning d.id`);
    await dueAllNow(
      tx,
      'event',
      rows.map(({ id }) => id),
    );
    await (rows.length < AT_ONCE ? doneWith(tx, claimed) : again(tx, claimed, 0));
  });
}
