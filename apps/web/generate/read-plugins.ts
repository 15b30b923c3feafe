import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { build, type OnResolveArgs, type OnResolveResult, type PluginBuild } from 'esbuild';
import { pluginIdProblem, publicPagesProblem, type PageEntry, type PluginManifest, type SlotEntry } from '@portico/kit';

/** A plugin as the generator sees it: its manifest, its folder, and the views that are really there. */
export interface PluginSource {
  readonly id: string;
  readonly dir: string;
  readonly pages: readonly PageEntry[];
  readonly slots: readonly SlotEntry[];
  readonly texts: Readonly<Record<string, string>>;
  /** Views that plugin.ts names and that are not there: their addresses do not exist. */
  readonly missing: readonly string[];
}

/** A plugin that is left out, and why. */
export interface LeftOut {
  readonly packageName: string;
  readonly dir: string;
  readonly reason: string;
}

/** The plugins that the root's package.json lists, in that order; a plugin that cannot be read is left out. */
export async function readPlugins(root: string): Promise<{ plugins: PluginSource[]; leftOut: LeftOut[] }> {
  const { portico } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { portico?: { plugins?: string[] } };
  const plugins: PluginSource[] = [];
  const leftOut: LeftOut[] = [];
  for (const packageName of portico?.plugins ?? []) {
    const dir = folderOf(root, packageName);
    try {
      plugins.push(await readPlugin(dir, plugins));
    } catch (error) {
      leftOut.push({ packageName, dir, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { plugins, leftOut };
}

// The nearest node_modules that has it; a workspace is a link there.
function folderOf(root: string, packageName: string): string {
  for (let dir = root; ; dir = path.dirname(dir)) {
    const folder = path.join(dir, 'node_modules', packageName);
    if (existsSync(path.join(folder, 'package.json'))) return realpathSync(folder);
    if (dir === path.dirname(dir)) return '';
  }
}

async function readPlugin(dir: string, earlier: readonly PluginSource[]): Promise<PluginSource> {
  if (dir === '') throw new Error('it is not installed');
  const manifest = await readManifest(dir);
  const { id } = manifest;
  const problem = pluginIdProblem(id) ?? publicPagesProblem(manifest, earlier);
  if (problem) throw new Error(problem);
  if (earlier.some((plugin) => plugin.id === id)) throw new Error(`another plugin has the id "${id}"`);
  const isThere = (kind: 'page' | 'slot') => (entry: Viewed) => existsSync(viewFile(dir, entry, kind));
  const pages = (manifest.pages ?? []).filter(isThere('page'));
  const slots = (manifest.slots ?? []).filter(isThere('slot'));
  await compileViews(dir, [...pages.map((page) => viewFile(dir, page, 'page')), ...slots.map((slot) => viewFile(dir, slot, 'slot'))]);
  const missing = [...(manifest.pages ?? []), ...(manifest.slots ?? [])].filter((entry) => ![...pages, ...slots].includes(entry as never));
  return { id, dir, pages, slots, texts: textsOf(dir), missing: missing.map(({ area, view }) => `${area}/${view}`) };
}

interface Viewed {
  readonly area: string;
  readonly view: string;
}

/** Where a view stands. */
export const viewFile = (dir: string, { area, view }: Viewed, kind: 'page' | 'slot'): string => path.join(dir, area, `${view}.${kind}.tsx`);

// The manifest is pure data: its source is bundled with what it imports, and run.
async function readManifest(dir: string): Promise<PluginManifest> {
  const bundle = await build({
    entryPoints: [path.join(dir, 'plugin.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['portico-source'],
    logLevel: 'silent',
  });
  const code = Buffer.from(bundle.outputFiles[0]!.contents).toString('base64');
  const { default: manifest } = (await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`)) as { default?: PluginManifest };
  if (!manifest?.id) throw new Error('plugin.ts has no default export made by definePlugin');
  return manifest;
}

// One view that does not compile would end the build of all: each plugin's are tried first, against our packages' source.
async function compileViews(dir: string, entryPoints: readonly string[]): Promise<void> {
  await build({
    absWorkingDir: dir,
    entryPoints: [...entryPoints],
    outdir: path.join(dir, 'dist'),
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    conditions: ['portico-source'],
    logLevel: 'silent',
    loader: { '.css': 'empty', '.svg': 'dataurl' },
    plugins: [
      {
        name: 'others stay outside',
        setup: (compiler) =>
          compiler.onResolve({ filter: /^[^./]/ }, ({ path: name, pluginData, importer, resolveDir, kind }) =>
            outside(compiler, name, pluginData, { importer, resolveDir, kind }),
          ),
      },
    ],
  });
}

// Packages that are not ours are only looked up: what is not installed must be noticed, the rest is not our business.
async function outside(
  compiler: PluginBuild,
  name: string,
  pluginData: unknown,
  from: Pick<OnResolveArgs, 'importer' | 'resolveDir' | 'kind'>,
): Promise<OnResolveResult | undefined> {
  if (name.startsWith('@portico/') || pluginData === 'looked up' || path.isAbsolute(name)) return undefined;
  const found = await compiler.resolve(name, { ...from, namespace: 'file', pluginData: 'looked up' });
  return found.errors.length > 0 ? { errors: found.errors } : { path: name, external: true };
}

function textsOf(dir: string): Record<string, string> {
  const file = path.join(dir, 'translations', 'en.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
}
