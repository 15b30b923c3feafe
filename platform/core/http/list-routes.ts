import type { LoadedPlugin, Registry } from '../plugins/registry.ts';
import { addressOf } from './navigation.ts';
import { CORE_PATHS, operationsOf, rightOf } from './routes.ts';
import { pageServer } from './slots.ts';

/** One thing that answers: `portico routes --json`. A path outside the list is 404. A page answers `<path>.data` too. */
export interface RouteRow {
  readonly kind: 'page' | 'write' | 'operation';
  readonly plugin: string;
  readonly method: string;
  readonly path: string;
  /** The right it asks for, `read Lead`; or in words for the core's own. Empty: nobody needs to be signed in. */
  readonly permission: string;
}

/** Every page, write and operation of the core and of the healthy plugins. A page that takes forms is a write too. */
export async function listRoutes(registry: Registry): Promise<readonly RouteRow[]> {
  const plugins = registry.plugins.filter((plugin) => !plugin.quarantined);
  const pages = await Promise.all(plugins.map((plugin) => pagesOf(plugin, registry)));
  const operations = operationsOf(registry).map(
    ({ pluginId, route, path }): RouteRow => ({
      kind: 'operation',
      plugin: pluginId,
      method: route.method.toUpperCase(),
      path,
      permission: rightOf(route.may),
    }),
  );
  return [...CORE_PATHS.map((row): RouteRow => ({ plugin: 'core', ...row })), ...pages.flat(), ...operations];
}

async function pagesOf(plugin: LoadedPlugin, registry: Registry): Promise<RouteRow[]> {
  const rows = await Promise.all(
    (plugin.manifest.pages ?? []).map(async (page) => {
      const row = { plugin: plugin.id, path: addressOf(plugin.id, page), permission: rightOf(page.may) };
      const shown: RouteRow = { kind: 'page', method: 'GET', ...row };
      return (await takesForms(plugin, page.area, page.view, registry)) ? [shown, { ...shown, kind: 'write' as const, method: 'POST' }] : [shown];
    }),
  );
  return rows.flat();
}

// A half that does not import counts as taking forms: the list must not be too short.
async function takesForms(plugin: LoadedPlugin, area: string, view: string, registry: Registry): Promise<boolean> {
  try {
    const server = await pageServer(plugin, area, view);
    return (
      server?.submit !== undefined ||
      registry.plugins.some((other) => other.manifest.slots?.some((slot) => slot.slot.name.startsWith(`${plugin.id}.`) && slot.area === area))
    );
  } catch {
    return true;
  }
}
