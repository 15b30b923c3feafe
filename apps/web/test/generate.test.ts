import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generate, rootAbove } from '../generate/generate.ts';

const checkout = rootAbove(fileURLToPath(import.meta.url));
let root = '';

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'portico-generate-'));
  put('turbo.json', '{}');
  put('platform/core/translations/en.json', '{"portico.not-found":"Nothing here."}');
  mkdirSync(path.join(root, 'node_modules'));
  for (const name of ['react', 'react-dom', '@remix-run', 'zod', 'temporal-polyfill'])
    symlinkSync(path.join(checkout, 'node_modules', name), path.join(root, 'node_modules', name));
  mkdirSync(path.join(root, 'node_modules', '@portico'));
  for (const name of ['kit', 'ui']) symlinkSync(path.join(checkout, 'node_modules', '@portico', name), path.join(root, 'node_modules', '@portico', name));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}
const generated = (file: string) => readFileSync(path.join(root, 'apps/web/app/generated', file), 'utf8');
const VIEW = 'import { PageHead } from \'@portico/ui\';\nexport default () => <PageHead title="Pond" />;\n';

const TAKES_AN_ADDRESS = "export default { id: 'pond', pages: [{ area: 'public', path: 'lake/:token', view: 'duck', title: 'pond.duck' }] };";

/** A plugin with one portal page, one console page, one page for anybody and one part. */
function plugin(id: string, changes: { manifest?: string; view?: string } = {}): string {
  const name = `plugin-${id}`;
  put(`plugins/${id}/package.json`, JSON.stringify({ name, type: 'module' }));
  put(
    `plugins/${id}/plugin.ts`,
    changes.manifest ??
      `import { definePlugin, defineSlot } from '@portico/kit';
const may = { action: 'read', subject: 'Duck' };
export default definePlugin({ id: '${id}', version: '1.0.0', contract: '^1.0', title: '${id}.title',
  pages: [
    { area: 'portal', path: ':duckId', view: 'duck', title: '${id}.duck', may },
    { area: 'console', path: '', view: 'duck', title: '${id}.ducks', may },
    { area: 'public', path: 'feed-${id}/:token', view: 'feed', title: '${id}.feed', ownDocument: true },
    { area: 'console', path: 'later', view: 'not-there-yet', title: '${id}.later', may },
  ],
  slots: [{ slot: defineSlot()('pond.tabs'), area: 'portal', view: 'duck-tab', title: '${id}.tab', may }],
});`,
  );
  for (const file of ['portal/duck.page.tsx', 'console/duck.page.tsx', 'public/feed.page.tsx', 'portal/duck-tab.slot.tsx'])
    put(`plugins/${id}/${file}`, changes.view ?? VIEW);
  put(`plugins/${id}/translations/en.json`, JSON.stringify({ [`${id}.title`]: 'Ducks', 'portico.not-found': 'Taken over' }));
  symlinkSync(path.join(root, 'plugins', id), path.join(root, 'node_modules', name));
  return name;
}
const install = (...plugins: string[]) => put('package.json', JSON.stringify({ portico: { plugins } }));

describe('what the generator writes', () => {
  it('is a route and a shim for each page that is there, by its address', async () => {
    install(plugin('pond'));
    const { plugins, missing, changed } = await generate(root);
    expect(plugins).toEqual(['pond']);
    expect(missing).toEqual(['pond: console/not-there-yet']);
    expect(changed).toBeGreaterThan(4);
    expect(generated('plugin-routes.ts')).toContain(
      "route('pond/:duckId', 'generated/pages/pond.portal.0.tsx', { id: 'plugin.pond.portal.0', caseSensitive: true })",
    );
    expect(generated('plugin-routes.ts')).toContain("route('console/pond', 'generated/pages/pond.console.1.tsx'");
    expect(readdirSync(path.join(root, 'apps/web/app/generated/pages'))).toEqual(['pond.console.1.tsx', 'pond.portal.0.tsx', 'pond.public.2.tsx']);
  });
  it('keeps pages for anybody apart, at addresses without the plugin', async () => {
    install(plugin('pond'));
    await generate(root);
    const [framed, anybody] = generated('plugin-routes.ts').split('publicRoutes');
    expect(anybody).toContain("route('feed-pond/:token', 'generated/pages/pond.public.2.tsx', { id: 'plugin.pond.public.2', caseSensitive: true })");
    expect(framed).not.toContain('feed-pond');
    expect(generated('pages/pond.public.2.tsx')).toContain("plugins/pond/public/feed.page.tsx'");
  });
  it('imports a view lazily and never its server half', async () => {
    install(plugin('pond'));
    await generate(root);
    const shim = generated('pages/pond.portal.0.tsx');
    expect(shim).toContain("openView(() => import('../../../../../plugins/pond/portal/duck.page.tsx'), 'at once')");
    expect(shim).not.toContain('duck.server');
    expect(generated('parts/pond.ts')).toContain("'pond/portal/duck-tab': openView(() => import('../../../../../plugins/pond/portal/duck-tab.slot.tsx'))");
    expect(generated('sources.css')).toBe('@source "../../../../plugins/pond/**/*.tsx";\n');
  });
  it('gives a page with scripts of others a document of its own, and no other', async () => {
    install(plugin('pond'));
    await generate(root);
    expect(generated('pages/pond.public.2.tsx')).toContain(
      "export const handle = { ownDocument: 'pond/public/feed-pond/:token' };\nexport const clientLoader = ownDocumentLoader(handle);",
    );
    expect(generated('pages/pond.portal.0.tsx')).not.toContain('ownDocument');
  });
  it('has the texts of the core and of each plugin, and none that a plugin takes from another', async () => {
    install(plugin('pond'));
    await generate(root);
    expect(generated('parts/pond.ts')).toContain('"pond.title": "Ducks"');
    expect(generated('parts/pond.ts')).not.toContain('Taken over');
    expect(generated('core-texts.ts')).toContain('"portico.not-found": "Nothing here."');
    expect(generated('core-texts.ts')).not.toContain('pond');
  });
  it('keeps what is of one plugin in files of its own, which only the server names together', async () => {
    install(plugin('pond'), plugin('lake'));
    await generate(root);
    expect(generated('parts/lake.ts')).not.toContain('pond');
    expect(generated('every-part.ts')).toContain("'pond': part0");
    expect(generated('plugin-routes.ts')).toContain("layout('generated/parts/pond.ts', { id: 'plugin.pond.parts' }, [])");
  });
  it('is nothing new the second time, and loses what a removed plugin had', async () => {
    install(plugin('pond'), plugin('lake'));
    await generate(root);
    expect((await generate(root)).changed).toBe(0);
    install('plugin-lake');
    expect((await generate(root)).changed).toBeGreaterThan(0);
    expect(existsSync(path.join(root, 'apps/web/app/generated/pages/pond.portal.0.tsx'))).toBe(false);
    expect(existsSync(path.join(root, 'apps/web/app/generated/parts/pond.ts'))).toBe(false);
    expect(generated('every-part.ts')).not.toContain('pond');
  });
  it('is empty but whole with no plugin at all', async () => {
    install();
    expect(await generate(root)).toMatchObject({ plugins: [], leftOut: [] });
    expect(generated('plugin-routes.ts')).toContain('export const pluginRoutes: RouteConfigEntry[] = [\n];');
  });
});

describe('a plugin that cannot be used is left out with its reason, and the others are well:', () => {
  it.each([
    ['a view that does not compile', { view: 'export default () => <p>' }, 'Unexpected end of file'],
    ['a view that imports what is not there', { view: "import { Nothing } from '@portico/ui';\nexport default () => <Nothing />;" }, 'No matching export'],
    ['a view that needs a package that is not installed', { view: "import x from 'not-installed-at-all';\nexport default () => x;" }, 'not-installed-at-all'],
    ['a manifest that throws', { manifest: "throw new Error('sunk');" }, 'sunk'],
    ['a manifest without a plugin', { manifest: 'export default {};' }, 'no default export'],
    ['an id that is an address of the product', { manifest: "export default { id: 'console' };" }, 'an address or a name of the product'],
    [
      'a public page at an address of another plugin',
      { manifest: TAKES_AN_ADDRESS },
      'its public page "lake/:token" begins with "lake", which is the plugin lake\'s',
    ],
    ['an id that is taken', { manifest: "export default { id: 'lake' };" }, 'another plugin has the id "lake"'],
  ])('%s', async (_, changes, reason) => {
    install(plugin('lake'), plugin('pond', changes));
    const { plugins, leftOut } = await generate(root);
    expect(plugins).toEqual(['lake']);
    expect(leftOut).toEqual([expect.objectContaining({ packageName: 'plugin-pond', reason: expect.stringContaining(reason) })]);
    expect(generated('plugin-routes.ts')).not.toContain('pond');
    expect(readFileSync(path.join(root, 'plugins/pond/dist/build-error.txt'), 'utf8')).toContain(reason);
  });
  it('a package that is not there', async () => {
    install(plugin('lake'), 'plugin-gone');
    expect(await generate(root)).toMatchObject({ plugins: ['lake'], leftOut: [{ packageName: 'plugin-gone', reason: 'it is not installed' }] });
  });
  it('and is taken in again when it is mended', async () => {
    install(plugin('pond', { view: '<' }));
    await generate(root);
    for (const file of ['portal/duck.page.tsx', 'console/duck.page.tsx', 'public/feed.page.tsx', 'portal/duck-tab.slot.tsx']) put(`plugins/pond/${file}`, VIEW);
    expect(await generate(root)).toMatchObject({ plugins: ['pond'], leftOut: [] });
    expect(existsSync(path.join(root, 'plugins/pond/dist/build-error.txt'))).toBe(false);
  });
});
