import { defineError, NotFound } from '@portico/kit';
import { sql, type PluginState } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { dueNow } from '../dispatch/due-work.ts';
import { resumePlugin } from '../dispatch/resting-events.ts';
import { settleClocks } from '../processes/clock/clock-rows.ts';
import { wakeAll } from '../processes/process-rows.ts';
import { failuresOf } from './failures.ts';
import type { LoadedPlugin } from './registry.ts';

/** It needs plugins that are off. */
export class PluginRequired extends defineError('portico.plugin-required', 409) {}
/** Plugins that are on need it. */
export class PluginNeeded extends defineError('portico.plugin-needed', 409) {}
/** It belongs to the product. */
export class PluginAlwaysOn extends defineError('portico.plugin-always-on', 409) {}

/**
 * Switches a plugin on or off at this business. Its cases and what is on its way to it rest while it is off, its clocks end;
 * switching on wakes the ones and begins the others. Every process of the installation sees it within 3 s. Repeating it
 * changes nothing.
 */
export async function switchPlugin(context: HostContext, pluginId: string, on: boolean): Promise<void> {
  const { registry, enablement } = context.host;
  const plugin = registry.byId(pluginId);
  if (!plugin) throw new NotFound();
  if (plugin.manifest.alwaysOn && !on) throw new PluginAlwaysOn();
  enablement.forget(context.tenant.id);
  const enabled = await enablement.of(context.tenant.id);
  const lacking = on ? Object.keys(plugin.manifest.requires ?? {}).filter((id) => !enabled.has(id)) : [];
  if (lacking.length > 0) throw new PluginRequired({ plugins: lacking.join(', ') });
  const needing = on ? [] : neededBy(context, pluginId, enabled);
  if (needing.length > 0) throw new PluginNeeded({ plugins: needing.join(', ') });
  try {
    await context.inTenant((tx) => writeSwitch(tx as HostTx, pluginId, on, on !== enabled.has(pluginId)));
  } finally {
    enablement.forget(context.tenant.id); // also when nothing came of it: the transaction has read its own write
  }
}

async function writeSwitch(tx: HostTx, pluginId: string, on: boolean, isNews: boolean): Promise<void> {
  await tx.run(sql`insert into portico.tenant_plugins (id, plugin_id, enabled) values (${tx.ctx.newId()}, ${pluginId}, ${on})
    on conflict (tenant_id, plugin_id) do update set enabled = excluded.enabled`);
  await settleClocks(tx);
  if (on) {
    // what went wrong before is not held against it
    await tx.run(sql`delete from portico.plugin_failures where tenant_id = ${tx.ctx.tenant.id} and plugin_id = ${pluginId}`);
    await wakeAll(tx, pluginId);
    await resumePlugin(tx, pluginId);
    // the reconciler lifts what this plugin was to let go of while it was off
    await dueNow(tx, 'reconcile', tx.ctx.tenant.id);
  }
  if (isNews) await tx.audit(on ? 'portico.plugin-on' : 'portico.plugin-off', null, { plugin: pluginId });
}

const neededBy = (context: HostContext, pluginId: string, enabled: ReadonlySet<string>): string[] =>
  context.host.registry.plugins.filter((other) => enabled.has(other.id) && other.manifest.requires?.[pluginId]).map((other) => other.id);

/** Every installed plugin as the console shows it. */
export async function listPluginStates(context: HostContext): Promise<readonly PluginState[]> {
  const enabled = await context.host.enablement.of(context.tenant.id);
  const { live, failures } = await context.inTenant(async (tx) => ({
    live: await tx.rows<{ plugin_id: string; count: number }>(
      sql`select plugin_id, count(*) as count from portico.processes where ended_at is null and subject <> tenant_id group by plugin_id`,
    ),
    failures: await failuresOf((tx as HostTx).connection, context.tenant.id, context.clock.now()),
  }));
  const liveOf = new Map(live.map((row) => [row.plugin_id, row.count]));
  return context.host.registry.plugins.map((plugin) => ({
    id: plugin.id,
    version: plugin.manifest.version,
    title: plugin.manifest.title,
    ...(plugin.manifest.about ? { about: plugin.manifest.about } : {}),
    alwaysOn: plugin.manifest.alwaysOn ?? false,
    enabled: enabled.has(plugin.id),
    requires: Object.keys(plugin.manifest.requires ?? {}),
    neededBy: neededBy(context, plugin.id, enabled),
    liveProcesses: liveOf.get(plugin.id) ?? 0,
    ...(plugin.quarantined ? { quarantined: plugin.quarantined } : {}),
    adds: addsOf(plugin),
    failures: failures.get(plugin.id)?.count ?? 0,
    ...(failures.has(plugin.id) ? { lastFailure: failures.get(plugin.id)!.last } : {}),
    hasSettings: plugin.manifest.settings !== undefined,
  }));
}

// What it adds, by kind and count: "pages 3, operations 5".
function addsOf({ manifest, server }: LoadedPlugin): string[] {
  const counts: [string, number][] = [
    ['pages', manifest.pages?.length ?? 0],
    ['parts', manifest.slots?.length ?? 0],
    ['operations', server.routes?.length ?? 0],
    ['handlers', server.hooks?.length ?? 0],
    ['processes', manifest.processes?.length ?? 0],
    ['mails', Object.keys(manifest.emails ?? {}).length],
  ];
  return counts.filter(([, count]) => count > 0).map(([kind, count]) => `${kind} ${count}`);
}
