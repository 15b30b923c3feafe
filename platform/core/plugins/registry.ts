import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Process, Subject } from '@portico/kit';
import type { Hook, PluginServer, WorkedCase, WorkedClock, WorkedProcess } from '@portico/kit/server';
import type { PluginManifest } from '@portico/kit';
import { installedPlugins, type InstalledPlugin } from './installed.ts';
import { misfitOf } from './misfit.ts';

/** A plugin that the host works with; `quarantined` ones contribute nothing but their reason. */
export interface LoadedPlugin {
  readonly id: string;
  readonly packageName: string;
  readonly dir: string;
  readonly manifest: PluginManifest;
  readonly server: PluginServer;
  readonly texts: Readonly<Record<string, string>>;
  readonly quarantined?: string;
}

/** A handler with its plugin. `index` tells apart several handlers of one plugin at one point. */
export interface BoundHook {
  readonly pluginId: string;
  readonly index: number;
  readonly handle: never;
  readonly when?: Hook['when'];
  readonly keeps?: Hook['keeps'];
  readonly takesMany?: boolean;
}

/** Everything that the installed plugins contribute, looked up by name. */
export interface Registry {
  /** In the order of `requires`; quarantined ones too. */
  readonly plugins: readonly LoadedPlugin[];
  /** A healthy plugin. */
  byId(id: string): LoadedPlugin | undefined;
  /** Who is bound to a point, in order of plugin id. */
  bound(kind: string, name: string): readonly BoundHook[];
  /** Every point that anything is bound to. */
  points(): readonly { readonly kind: string; readonly name: string }[];
  subject(name: string): Subject | undefined;
  /** The plugin that declares a case or clock of this kind. */
  process(kind: string): { readonly plugin: LoadedPlugin; readonly process: Process; readonly worked?: WorkedCase; readonly clock?: WorkedClock } | undefined;
  /** Rights that a key of a lead source has: `action:Subject`. */
  readonly sourceRights: ReadonlySet<string>;
}

/** Loads what is listed in the root's package.json. */
export async function loadRegistry(root: string, listed?: readonly string[]): Promise<Registry> {
  return registryOf((await installedPlugins(root, listed)).map(asLoaded));
}

const NOTHING: PluginManifest = { id: '', version: '0.0.0', contract: '^1.0', title: 'portico.plugin-unknown' };

function asLoaded(plugin: InstalledPlugin): LoadedPlugin {
  const manifest = plugin.manifest ?? { ...NOTHING, id: plugin.id };
  return {
    id: plugin.id,
    packageName: plugin.packageName,
    dir: plugin.dir,
    manifest,
    server: plugin.server ?? {},
    texts: textsOf(plugin.dir),
    ...(plugin.problem ? { quarantined: plugin.problem } : {}),
  };
}

function textsOf(dir: string): Record<string, string> {
  const file = path.join(dir, 'translations', 'en.json');
  return dir && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
}

/** The same plugins, in the order of `requires`, with some set aside: for a reason given, because they do not fit with those before them, or need one of them. */
export function setAside(plugins: readonly LoadedPlugin[], reasons: Readonly<Record<string, string>> = {}): readonly LoadedPlugin[] {
  const away = new Set<string>();
  const here: LoadedPlugin[] = [];
  return plugins.map((plugin) => {
    const needed = Object.keys(plugin.manifest.requires ?? {}).find((id) => away.has(id));
    const reason = plugin.quarantined ?? reasons[plugin.id] ?? (needed && `it needs ${needed}, which is set aside`) ?? misfitOf(plugin, here, plugins);
    if (reason) {
      away.add(plugin.id);
      return { ...plugin, quarantined: reason };
    }
    here.push(plugin);
    return plugin;
  });
}

/** A registry over plugins that are already loaded, in the order of `requires`. Those that do not fit with those before them are set aside. */
export function registryOf(loaded: readonly LoadedPlugin[]): Registry {
  const plugins = setAside(loaded);
  const healthy = plugins.filter((plugin) => !plugin.quarantined);
  const byId = new Map(healthy.map((plugin) => [plugin.id, plugin]));
  const hooks = hooksByPoint(healthy);
  const subjects = new Map(healthy.flatMap((plugin) => Object.entries(plugin.manifest.subjects ?? {})));
  const processes = new Map(healthy.flatMap((plugin) => (plugin.manifest.processes ?? []).map((process) => [process.kind, entryOf(plugin, process)] as const)));
  const sourceRights = new Set(
    healthy.flatMap((plugin) => (plugin.server.routes ?? []).flatMap((route) => (route.sourceMay ? [`${route.may.action}:${route.may.subject}`] : []))),
  );
  return {
    plugins,
    byId: (id) => byId.get(id),
    bound: (kind, name) => hooks.get(`${kind}:${name}`) ?? [],
    points: () => [...hooks.keys()].map((key) => ({ kind: key.slice(0, key.indexOf(':')), name: key.slice(key.indexOf(':') + 1) })),
    subject: (name) => subjects.get(name),
    process: (kind) => processes.get(kind),
    sourceRights,
  };
}

const entryOf = (plugin: LoadedPlugin, process: Process) => {
  const worked = plugin.server.processes?.find((one) => one.process.kind === process.kind);
  if (worked && isClock(worked)) return { plugin, process, clock: worked };
  return { plugin, process, ...(worked ? { worked: worked as WorkedCase } : {}) };
};

const isClock = (worked: WorkedProcess): worked is WorkedClock => 'clock' in worked.process;

function hooksByPoint(plugins: readonly LoadedPlugin[]): Map<string, BoundHook[]> {
  const hooks = new Map<string, BoundHook[]>();
  for (const plugin of [...plugins].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    for (const { point, handle, ...rest } of plugin.server.hooks ?? ([] as Hook[])) {
      const key = `${point.kind}:${point.name}`;
      const bound = hooks.get(key) ?? [];
      const index = bound.filter((one) => one.pluginId === plugin.id).length;
      hooks.set(key, [...bound, { ...rest, pluginId: plugin.id, index, handle: handle as never }]);
    }
  }
  return hooks;
}
