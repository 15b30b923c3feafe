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
    ['plugin-routes.ts', routesCode(shims, plugins)],
    ...plugins.map((plugin): [string, string] => [`parts/${plugin.id}.ts`, partsCode(path.join(folder, 'parts'), plugin)]),
    ['every-part.ts', everyPartCode(plugins)],
    ['core-texts.ts', `${HEAD}export const coreTexts: Readonly<Record<string, string>> = ${JSON.stringify(coreTexts, null, 2)};\n`],
    ['sources.css', plugins.map(({ dir }) => `@source "${relative(folder, dir)}/**/*.tsx";\n`).join('')],
  ]);
}

/** Writes what is different, and removes what is no longer there. Answers how many files changed. */
export function writeFiles(folder: string, files: GeneratedFiles): number {
  for (const inside of ['pages', 'parts']) mkdirSync(path.join(folder, inside), { recursive: true });
  const there = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const gone = there
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !files.has(file.split(path.sep).join('/')));
  for (const file of gone) rmSync(path.join(folder, file));
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
  const ref = `{ pluginId: ${quoted(plugin.id)}, area: ${quoted(page.area)}, path: ${quoted(page.path)}, title: ${quoted(page.title)}${page.ownDocument ? ', ownDocument: true' : ''} } as const`;
  const own = page.ownDocument
    ? `\nexport const handle = { ownDocument: ${quoted(`${plugin.id}/${page.area}/${page.path}`)} };\nexport const clientLoader = ownDocumentLoader(handle);`
    : '';
  return `${HEAD}import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { loadPage, submitPage } from '../../plugin-page.server.ts';
import { openView } from '../../open-view.tsx';
${page.ownDocument ? "import { ownDocumentLoader } from '../../own-document.ts';\n" : ''}import { pageMeta, PageFailed, shownPage, whenRefusedToo } from '../../plugin-page.tsx';

const page = ${ref};
const view = openView(() => import(${quoted(relative(folder, viewFile(plugin.dir, page, 'page')))}), 'at once');

export const loader = (args: LoaderFunctionArgs) => loadPage(page, view, args);
export const action = (args: ActionFunctionArgs) => submitPage(page, args);
export const meta = pageMeta(page);
export const shouldRevalidate = whenRefusedToo;${own}
export default shownPage(page, view);
export const ErrorBoundary = PageFailed;
`;
}

// The parts of a plugin are a route without an address: it answers to nothing, but has a module of its own, whose address the
// server knows and tells of plugins that are on.
function routesCode(shims: readonly Shim[], plugins: readonly PluginSource[]): string {
  const routeOf = ({ plugin, page, name }: Shim): string => {
    const before = { portal: [plugin.id], console: ['console', plugin.id], public: [] }[page.area];
    const address = [...before, page.path.replace(/^\//, '')].filter((part) => part !== '').join('/');
    return `  route(${quoted(address)}, ${quoted(`generated/pages/${name}.tsx`)}, { id: ${quoted(`plugin.${name}`)}, caseSensitive: true }),\n`;
  };
  const pages = shims.filter(({ page }) => page.area !== 'public').map(routeOf);
  const publicPages = shims.filter(({ page }) => page.area === 'public').map(routeOf);
  const parts = plugins.map(({ id }) => `  layout(${quoted(`generated/parts/${id}.ts`)}, { id: ${quoted(`plugin.${id}.parts`)} }, []),\n`);
  const lines = [...pages, ...parts];
  return `${HEAD}import { layout, route, type RouteConfigEntry } from '@remix-run/route-config';\n\nexport const pluginRoutes: RouteConfigEntry[] = [\n${lines.join('')}];\n\n/** Pages for anybody. */\nexport const publicRoutes: RouteConfigEntry[] = [\n${publicPages.join('')}];\n${shims.length === 0 ? 'void route;\n' : ''}${parts.length === 0 ? 'void layout;\n' : ''}`;
}

// A plugin's texts are those that begin with its id; it cannot change another's words.
function partsCode(folder: string, { id, dir, slots, texts }: PluginSource): string {
  const views = slots.map(
    (slot) => `    ${quoted(`${id}/${slot.area}/${slot.view}`)}: openView(() => import(${quoted(relative(folder, viewFile(dir, slot, 'slot')))})),\n`,
  );
  const own = Object.fromEntries(Object.entries(texts).filter(([key]) => key.startsWith(`${id}.`)));
  const imports = views.length > 0 ? "import { openView } from '../../open-view.tsx';\n" : '';
  return `${HEAD}${imports}import type { PluginParts } from '../../plugin-parts.ts';\n\nexport const handle: PluginParts = {\n  views: {\n${views.join('')}  },\n  texts: ${JSON.stringify(own, null, 2)},\n};\n`;
}

function everyPartCode(plugins: readonly PluginSource[]): string {
  const imports = plugins.map(({ id }, at) => `import { handle as part${at} } from './parts/${id}.ts';\n`);
  const lines = plugins.map(({ id }, at) => `  ${quoted(id)}: part${at},\n`);
  return `${HEAD}import type { PluginParts } from '../plugin-parts.ts';\n${imports.join('')}\nexport const everyPart: Readonly<Record<string, PluginParts>> = {\n${lines.join('')}};\n`;
}
