import { InvalidInput, NotFound, type Instant } from '@portico/kit';
import { sql, type Brake } from '@portico/kit/server';
import type pg from 'pg';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { realClock } from '../observe/real-clock.ts';
import { wakeAll } from '../processes/process-rows.ts';
import type { LoadedPlugin, Registry } from './registry.ts';

const KEY = 'brakes';
const LONGEST_REASON = 200;

/** The brake as it stands for a transaction's business: the operator's comes before the business's own. */
export async function brakeIn(tx: HostTx, brake: string): Promise<Brake | undefined> {
  return tx.row<Brake & object>(sql`select * from (
      select 'installation' as "on", value->${brake}->>'because' as because, (value->${brake}->>'since')::timestamptz as since, value->${brake}->>'by' as by
      from portico.installation where key = ${KEY} and value ? ${brake}
      union all
      select 'business', because, set_at, set_by from portico.brakes where tenant_id = ${tx.ctx.tenant.id} and brake = ${brake}) b
    order by "on" desc limit 1`);
}

/** A brake's plugin. Throws NotFound for a brake that no healthy plugin has. */
export function pluginOfBrake(registry: Registry, brake: string): LoadedPlugin {
  const [id = '', name = ''] = brake.split('.', 2);
  const plugin = registry.byId(id);
  if (!plugin || !Object.hasOwn(plugin.manifest.brakes ?? {}, name)) throw new NotFound();
  return plugin;
}

/** Every brake that the installed plugins have, as `<plugin>.<name>`. */
export const brakesOf = (registry: Registry): readonly string[] =>
  registry.plugins.flatMap((plugin) => (plugin.quarantined ? [] : Object.keys(plugin.manifest.brakes ?? {}).map((name) => `${plugin.id}.${name}`)));

/** How a brake stands at a business. Throws NotFound. */
export function readBrake(context: HostContext, brake: string): Promise<Brake | undefined> {
  pluginOfBrake(context.host.registry, brake);
  return context.inTenant((tx) => brakeIn(tx as HostTx, brake));
}

/** Pulls a brake at a business. Throws NotFound, InvalidInput at `because`. Pulling it again keeps the first reason. */
export async function pullBrake(context: HostContext, brake: string, because: string): Promise<void> {
  pluginOfBrake(context.host.registry, brake);
  const reason = reasonOf(because);
  await context.inTenant(async (tx) => {
    const pulled = await tx.run(sql`insert into portico.brakes (id, brake, because, set_at, set_by)
      values (${context.newId()}, ${brake}, ${reason}, ${context.clock.now()}::timestamptz, ${context.actor.name}) on conflict (tenant_id, brake) do nothing`);
    if (pulled) await tx.audit('portico.brake-pulled', null, { brake, because: reason });
  });
}

/** Lifts a business's own brake and wakes the plugin's processes there. Repeating it changes nothing. Throws NotFound. */
export async function liftBrake(context: HostContext, brake: string): Promise<void> {
  const { id } = pluginOfBrake(context.host.registry, brake);
  await context.inTenant(async (tx) => {
    const lifted = await tx.run(sql`delete from portico.brakes where tenant_id = ${context.tenant.id} and brake = ${brake}`);
    if (lifted) await tx.audit('portico.brake-lifted', { brake }, null);
    await wakeAll(tx as HostTx, id);
  });
}

/** The operator pulls a brake for every business. Throws NotFound, InvalidInput at `because`. */
export async function pullBrakeEverywhere(pool: pg.Pool, registry: Registry, brake: string, because: string): Promise<void> {
  pluginOfBrake(registry, brake);
  const since: Instant = new Date(realClock.ms()).toISOString();
  const value = JSON.stringify({ [brake]: { because: reasonOf(because), since, by: 'operator' } });
  await pool.query(
    `insert into portico.installation (key, value) values ($1, $2::jsonb)
     on conflict (key) do update set value = $2::jsonb || portico.installation.value`,
    [KEY, value],
  );
}

/** The operator lifts it again. Whoever calls wakes the businesses afterwards: see `wakeAfterBrake`. Throws NotFound. */
export async function liftBrakeEverywhere(pool: pg.Pool, registry: Registry, brake: string): Promise<void> {
  pluginOfBrake(registry, brake);
  await pool.query('update portico.installation set value = value - $2::text where key = $1', [KEY, brake]);
}

/** What waited behind a brake goes on at this business. */
export async function wakeAfterBrake(context: HostContext, brake: string): Promise<void> {
  const { id } = pluginOfBrake(context.host.registry, brake);
  await context.inTenant((tx) => wakeAll(tx as HostTx, id));
}

function reasonOf(because: string): string {
  const reason = because.trim();
  if (reason === '') throw new InvalidInput({ because: { key: 'portico.problem.required' } });
  if (reason.length > LONGEST_REASON) throw new InvalidInput({ because: { key: 'portico.problem.too-long', values: { maximum: LONGEST_REASON } } });
  return reason;
}
