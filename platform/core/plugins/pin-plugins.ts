import { sql } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { Registry } from './registry.ts';

/** Plugins cannot be pinned like that; the message is a sentence for the operator. */
export class PinRefused extends Error {}

/**
 * Sets which plugins come first at a hook point of this business, in this order; none: all stand by their ids again. Every
 * process of the installation sees it within 3 s. Repeating it changes nothing. Throws PinRefused.
 */
export async function pinPlugins(context: HostContext, point: string, pluginIds: readonly string[]): Promise<void> {
  const { registry, enablement } = context.host;
  demandBound(registry, point, pluginIds);
  await context.inTenant(async (tx) => {
    const before = await tx.row<{ plugin_ids: string[] }>(
      sql`delete from portico.hook_pins where tenant_id = ${context.tenant.id} and point = ${point} returning plugin_ids`,
    );
    const isSame = JSON.stringify(before?.plugin_ids ?? []) === JSON.stringify(pluginIds);
    if (pluginIds.length > 0)
      await tx.run(sql`insert into portico.hook_pins (id, point, plugin_ids) values (${context.newId()}, ${point}, ${[...pluginIds]}::text[])
        on conflict (tenant_id, point) do update set plugin_ids = excluded.plugin_ids`);
    if (!isSame) await tx.audit('portico.plugins-pinned', { point, plugins: before?.plugin_ids ?? [] }, { point, plugins: pluginIds });
  });
  enablement.forget(context.tenant.id);
}

function demandBound(registry: Registry, point: string, pluginIds: readonly string[]): void {
  const kinds = registry.points().filter(({ name }) => name === point);
  if (kinds.length === 0) throw new PinRefused(`There is no hook point "${point}".`);
  const bound = [...new Set(kinds.flatMap(({ kind, name }) => registry.bound(kind, name)).map(({ pluginId }) => pluginId))];
  const stranger = pluginIds.find((id) => !bound.includes(id));
  if (stranger !== undefined) throw new PinRefused(`There is no plugin "${stranger}" at ${point}; bound there are ${bound.join(', ')}.`);
  const twice = pluginIds.find((id, at) => pluginIds.indexOf(id) !== at);
  if (twice !== undefined) throw new PinRefused(`"${twice}" is named twice.`);
}
