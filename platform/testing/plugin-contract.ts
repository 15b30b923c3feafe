import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { installationRoot, loadRegistry, type LoadedPlugin } from '@portico/core';
import type { EffectWork } from '@portico/kit';

/**
 * What every plugin promises, as a ready test suite: `describePluginContract('@portico/plugin-mine');`. It reads the
 * plugin as the host does and says in words which promise is broken.
 */
export function describePluginContract(packageName: string): void {
  describe(`${packageName} keeps the contract`, async () => {
    const registry = await loadRegistry(installationRoot());
    const plugin = registry.plugins.find((one) => one.packageName === packageName);

    it('is listed in the root package.json and is not set aside', () => {
      expect(plugin, 'package.json lists it under portico.plugins').toBeDefined();
      expect(plugin!.quarantined).toBeUndefined();
    });
    if (!plugin || plugin.quarantined) return;

    it('names everything that it declares after itself', () => {
      const names = [...(plugin.manifest.processes ?? []).map((process) => process.kind), ...Object.keys(plugin.texts)];
      expect(names.filter((name) => !name.startsWith(`${plugin.id}.`))).toEqual([]);
    });
    it('has a text for every key of its manifest', () => expect(keysOf(plugin).filter((key) => !(key in plugin.texts))).toEqual([]));
    it('has both halves of every page and the view of every part', () => expect(missingFiles(plugin)).toEqual([]));
    it('asks only for rights of subjects that some installed plugin declares', () => {
      const entries = [...(plugin.manifest.pages ?? []), ...(plugin.manifest.slots ?? []), ...(plugin.server.routes ?? [])];
      const asked = entries.flatMap(({ may }) => may ?? []);
      expect(asked.filter(({ action, subject }) => !registry.subject(subject)?.actions[action])).toEqual([]);
    });
    it('gives every operation a name of its own', () => {
      const names = (plugin.server.routes ?? []).map((route) => route.name);
      expect(names).toEqual([...new Set(names)]);
    });
    it('works every case and clock that it declares', () => {
      const declared = (plugin.manifest.processes ?? []).map((process) => process.kind);
      expect((plugin.server.processes ?? []).map((one) => one.process.kind).sort()).toEqual(declared.sort());
    });
    it('says what it will do in every effect before it does it', () => {
      const shares = (plugin.server.hooks ?? []).filter((hook) => hook.point.kind === 'effect');
      expect(shares.filter(({ handle }) => !canBeForeseen(handle)).map(({ point }) => point.name)).toEqual([]);
    });
    it('has a default for every setting', () => expect(plugin.manifest.settings?.safeParse({}).success ?? true).toBe(true));
    it('has a mail for every declaration', () => {
      const files = existsSync(path.join(plugin.dir, 'emails')) ? readdirSync(path.join(plugin.dir, 'emails')).map((file) => file.replace(/\.mjml$/, '')) : [];
      expect(Object.keys(plugin.manifest.emails ?? {}).sort()).toEqual(files.sort());
    });
    it('makes every table strict', () => expect(looseTables(plugin)).toEqual([]));
  });
}

/** Whether a share of an effect can be told before the button, and done after it. */
export const canBeForeseen = (handle: unknown): boolean => {
  const { foresee, apply } = (handle ?? {}) as Partial<EffectWork<unknown>>;
  return typeof foresee === 'function' && typeof apply === 'function';
};

function keysOf({ manifest }: LoadedPlugin): string[] {
  return [
    manifest.title,
    ...(manifest.about ? [manifest.about] : []),
    ...(manifest.pages ?? []).flatMap((page) => [page.title, ...(page.menu ? [page.menu.text] : [])]),
    ...(manifest.slots ?? []).map((slot) => slot.title),
    ...Object.values(manifest.emails ?? {}).map((email) => email.subject),
  ];
}

function missingFiles({ manifest, dir }: LoadedPlugin): string[] {
  const pages = (manifest.pages ?? []).flatMap((page) => [`${page.area}/${page.view}.page.tsx`, `${page.area}/${page.view}.server.ts`]);
  const parts = (manifest.slots ?? []).map((slot) => `${slot.area}/${slot.view}.slot.tsx`);
  return [...pages, ...parts].filter((file) => !existsSync(path.join(dir, file)));
}

function looseTables({ dir }: LoadedPlugin): string[] {
  const folder = path.join(dir, 'migrations');
  if (!existsSync(folder)) return [];
  const text = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
    .join('\n');
  const tables = [...text.matchAll(/create table ([a-z0-9_.]+)/g)].map((match) => match[1]!);
  return tables.filter((table) => !text.includes(`make_tenant_table('${table}'`));
}
