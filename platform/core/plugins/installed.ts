import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CONTRACT_VERSION, pluginIdProblem, type PluginManifest } from '@portico/kit';
import type { PluginServer } from '@portico/kit/server';

/** A plugin as it lies on the disk: either whole, or set aside with the reason. */
export interface InstalledPlugin {
  /** The package's name, and the plugin's id once its manifest could be read. */
  readonly packageName: string;
  readonly id: string;
  readonly dir: string;
  readonly manifest?: PluginManifest;
  readonly server?: PluginServer;
  /** Why it is set aside: it did not compile, does not import, or needs what is not there. */
  readonly problem?: string;
}

/** The Postgres schema of a plugin: its id, dashes as underscores. */
export const schemaOf = (pluginId: string): string => pluginId.replaceAll('-', '_');

/** The names of the plugins that package.json lists under `portico.plugins`, in that order. */
export function listedPlugins(root: string): readonly string[] {
  const file = path.join(root, 'package.json');
  const list = (JSON.parse(readFileSync(file, 'utf8')) as { portico?: { plugins?: unknown } }).portico?.plugins ?? [];
  if (!Array.isArray(list) || list.some((name) => typeof name !== 'string')) throw new Error(`${file}: portico.plugins must be a list of package names`);
  return list as string[];
}

/**
 * Reads every listed plugin, each behind its own wall: one that does not compile, import or fit is set aside with its
 * reason and costs nobody else anything. In the order of `requires`. A ring in `requires` sets its members aside.
 */
export async function installedPlugins(root: string, listed: readonly string[] = listedPlugins(root)): Promise<readonly InstalledPlugin[]> {
  const read = await Promise.all(listed.map((name) => readPlugin(root, name)));
  return inOrderOfRequires(withoutTwins(read));
}

async function readPlugin(root: string, packageName: string): Promise<InstalledPlugin> {
  let dir = '';
  try {
    dir = folderOf(root, packageName);
    const buildError = path.join(dir, 'dist', 'build-error.txt');
    if (!runsFromSource() && existsSync(buildError))
      return { packageName, id: packageName, dir, problem: `it did not compile: ${readFileSync(buildError, 'utf8').slice(0, 2_000)}` };
    const { default: manifest } = (await importFrom(dir, './plugin')) as { default: PluginManifest };
    const problem = problemOf(manifest);
    if (problem) return { packageName, id: manifest?.id ?? packageName, dir, problem };
    const { default: server } = (await importFrom(dir, './server')) as { default: PluginServer };
    return { packageName, id: manifest.id, dir, manifest, server };
  } catch (error) {
    return { packageName, id: packageName, dir, problem: `it could not be loaded: ${error instanceof Error ? error.message : String(error)}` };
  }
}

// A workspace's link leads to its folder; a plugin from a registry lies where the package manager put it.
const folderOf = (root: string, packageName: string): string => realpathSync(path.join(root, 'node_modules', packageName));

// Source in tests and development, the built file in production: the same condition that this very process runs under.
async function importFrom(dir: string, entry: './plugin' | './server'): Promise<unknown> {
  const { exports } = JSON.parse(readFileSync(path.join(dir, 'package.json'), 'utf8')) as { exports: Record<string, Record<string, string>> };
  const target = exports[entry]?.[runsFromSource() ? 'portico-source' : 'default'];
  if (!target) throw new Error(`package.json exports no ${entry}`);
  return import(/* @vite-ignore */ pathToFileURL(path.join(dir, target)).href);
}

/** Whether this process runs TypeScript source (tests, development) and not the build. */
export const runsFromSource = (): boolean => import.meta.url.endsWith('.ts');

const problemOf = (manifest: PluginManifest | undefined): string | undefined =>
  !manifest?.id
    ? 'plugin.ts has no default export made by definePlugin'
    : (pluginIdProblem(manifest.id) ??
      (inRange(CONTRACT_VERSION, manifest.contract) ? undefined : `it needs contract ${manifest.contract}; this is ${CONTRACT_VERSION}`));

/** Whether a version fits a range `^a.b` or `^a.b.c`: the same major, and not older. */
export function inRange(version: string, range: string): boolean {
  const wanted = /^\^?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(range);
  const have = /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  if (!wanted || !have || wanted[1] !== have[1]) return false;
  const [minor, patch] = [Number(wanted[2] ?? 0), Number(wanted[3] ?? 0)];
  return Number(have[2]) > minor || (Number(have[2]) === minor && Number(have[3]) >= patch);
}

function withoutTwins(plugins: readonly InstalledPlugin[]): InstalledPlugin[] {
  return plugins.map((plugin, at) =>
    plugins.slice(0, at).some((earlier) => earlier.id === plugin.id)
      ? { ...plugin, manifest: undefined, server: undefined, problem: `another plugin has the id ${plugin.id}` }
      : plugin,
  );
}

function inOrderOfRequires(plugins: readonly InstalledPlugin[]): readonly InstalledPlugin[] {
  const ordered: InstalledPlugin[] = [];
  let waiting = [...plugins];
  for (;;) {
    const ready = waiting.filter((plugin) => plugin.problem || missing(plugin, ordered).length === 0);
    if (ready.length === 0) break;
    ordered.push(...ready);
    waiting = waiting.filter((plugin) => !ready.includes(plugin));
  }
  return [...ordered, ...waiting.map((plugin) => ({ ...plugin, server: undefined, problem: `it needs ${missing(plugin, ordered).join(', ')}` }))];
}

const missing = (plugin: InstalledPlugin, present: readonly InstalledPlugin[]): string[] =>
  Object.entries(plugin.manifest?.requires ?? {})
    .filter(([id, range]) => !present.some((other) => other.id === id && !other.problem && inRange(other.manifest!.version, range)))
    .map(([id, range]) => `${id} ${range}`);
