import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PageEntry } from '@portico/kit';
import { viewFile, type PluginSource } from './read-plugins.ts';

const HEAD = '// Written by apps/web/generate from the manifests of the plugins; never edited.\n';

/** The files below `app/generated`, by their path there. */
export type GeneratedFiles = ReadonlyMap<string, string>;

/** One page with the name of its shim. */
interface Shim {
  readonly plugin: PluginSource;
  readonly page: PageEntry;
  readonly name: string;
}

/** What the plugins' pages, parts and texts become in the web app. `folder` is `app/generated`. */
export function appFiles(folder: string, coreTexts: Readonly<Record<string, string>>, plugins: readonly PluginSource[]): GeneratedFiles {
  const shims = plugins.flatMap((plugin) => plugin.pages.map((page, at): Shim => ({ plugin, page, name: `${plugin.id}.${page.area}.${at}` })));
  return new Map([
    ...shims.map((shim): [string, string] => [`pages/${shim.name}.tsx`, shimCode(path.join(folder, 'pages'), shim)]),
    ['plugin-routes.ts', routesCode(shims)],
    ['slot-views.ts', slotViewsCode(folder, plugins)],
    ['translations.ts', textsCode(coreTexts, plugins)],
    ['sources.css', plugins.map(({ dir }) => `@source "${relative(folder, dir)}/**/*.tsx";\n`).join('')],
  ]);
}

/** Writes what is different, and removes what is no longer there. Answers how many files changed. */
export function writeFiles(folder: string, files: GeneratedFiles): number {
  mkdirSync(path.join(folder, 'pages'), { recursive: true });
  const gone = readdirSync(path.join(folder, 'pages')).filter((file) => !files.has(`pages/${file}`));
  for (const file of gone) rmSync(path.join(folder, 'pages', file));
  const changed = [...files].filter(([name, code]) => !existsSync(path.join(folder, name)) || readFileSync(path.join(folder, name), 'utf8') !== code);
  for (const [name, code] of changed) writeFileSync(path.join(folder, name), code);
  return gone.length + changed.length;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const relative = (from: string, to: string): string => {
  const way = path.relative(from, to).split(path.sep).join('/');
  return way.startsWith('.') ? way : `./${way}`;
};

// The view is imported lazily, behind a wall: a page that throws while it is imported costs only itself. Its server half is
// never imported here; the host loads it from the plugin.
function shimCode(folder: string, { plugin, page }: Shim): string {
  const ref = `{ pluginId: ${quoted(plugin.id)}, area: ${quoted(page.area)}, path: ${quoted(page.path)}, title: ${quoted(page.title)} } as const`;
  return `${HEAD}import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { loadPage, submitPage } from '../../plugin-page.server.ts';
import { openView } from '../../open-view.tsx';
import { pageMeta, PageFailed, shownPage } from '../../plugin-page.tsx';

const page = ${ref};
const view = openView(() => import(${quoted(relative(folder, viewFile(plugin.dir, page, 'page')))}), 'at once');

export const loader = (args: LoaderFunctionArgs) => loadPage(page, view, args);
export const action = (args: ActionFunctionArgs) => submitPage(page, args);
export const meta = pageMeta(page);
export default shownPage(page, view);
export const ErrorBoundary = PageFailed;
`;
}

function routesCode(shims: readonly Shim[]): string {
  const lines = shims.map(({ plugin, page, name }) => {
    const address = [page.area === 'console' ? 'console' : '', plugin.id, page.path.replace(/^\//, '')].filter((part) => part !== '').join('/');
    return `  route(${quoted(address)}, ${quoted(`generated/pages/${name}.tsx`)}, { id: ${quoted(`plugin.${name}`)}, caseSensitive: true }),\n`;
  });
  return `${HEAD}import { route, type RouteConfigEntry } from '@remix-run/route-config';\n\nexport const pluginRoutes: RouteConfigEntry[] = [\n${lines.join('')}];\n${shims.length === 0 ? 'void route;\n' : ''}`;
}

function slotViewsCode(folder: string, plugins: readonly PluginSource[]): string {
  const lines = plugins.flatMap((plugin) =>
    plugin.slots.map(
      (slot) => `  ${quoted(`${plugin.id}/${slot.view}`)}: openView(() => import(${quoted(relative(folder, viewFile(plugin.dir, slot, 'slot')))})),\n`,
    ),
  );
  return `${HEAD}import { openView, type OpenedView } from '../open-view.tsx';\n\nexport const slotViews: Readonly<Record<string, OpenedView>> = {\n${lines.join('')}};\n${lines.length === 0 ? 'void openView;\n' : ''}`;
}

// A plugin's texts are those that begin with its id; it cannot change another's words.
function textsCode(coreTexts: Readonly<Record<string, string>>, plugins: readonly PluginSource[]): string {
  const own = plugins.flatMap(({ id, texts }) => Object.entries(texts).filter(([key]) => key.startsWith(`${id}.`)));
  const all = { ...coreTexts, ...Object.fromEntries(own) };
  return `${HEAD}export const translations: Readonly<Record<string, string>> = ${JSON.stringify(all, null, 2)};\n`;
}
