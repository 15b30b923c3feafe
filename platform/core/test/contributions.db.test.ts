import { afterAll, describe, expect, it } from 'vitest';
import { installationRoot, listRoutes, loadRegistry, openCore, readConfig, registryOf, type LoadedPlugin, type Registry } from '@portico/core';
import type { PluginManifest } from '@portico/kit';
import type { PluginServer } from '@portico/kit/server';
import { startTestPortal } from '@portico/testing';

// For each kind of contribution: something that the built-in plugins really contribute, and what is gone without the entry.
const whole = await loadRegistry(installationRoot());
const builtIn = whole.plugins.filter((plugin) => !plugin.packageName.includes('example-'));
const portal = await startTestPortal();
afterAll(() => portal.close());

type Change = (plugin: LoadedPlugin) => { manifest?: Partial<PluginManifest>; server?: Partial<PluginServer>; texts?: Readonly<Record<string, string>> };
const without = (change: Change): Registry =>
  registryOf(
    builtIn.map((plugin) => {
      const { manifest, server, texts } = change(plugin);
      return { ...plugin, manifest: { ...plugin.manifest, ...manifest }, server: { ...plugin.server, ...server }, texts: texts ?? plugin.texts };
    }),
  );
const routesOf = async (registry: Registry, kind: string) => (await listRoutes(registry)).filter((row) => row.kind === kind && row.plugin !== 'core').length;
const all = registryOf(builtIn);

describe('a contribution shows while its entry is there, and is gone without it', () => {
  it('pages and their forms', async () => {
    const none = without(() => ({ manifest: { pages: [] } }));
    expect([(await routesOf(all, 'page')) > 10, (await routesOf(all, 'write')) > 5]).toEqual([true, true]);
    expect([await routesOf(none, 'page'), await routesOf(none, 'write')]).toEqual([0, 0]);
  });

  it('API operations', async () => {
    expect(await routesOf(all, 'operation')).toBeGreaterThan(20);
    expect(
      await routesOf(
        without(() => ({ server: { routes: [] } })),
        'operation',
      ),
    ).toBe(0);
    expect(all.sourceRights.size).toBeGreaterThan(0);
    expect(without(() => ({ server: { routes: [] } })).sourceRights.size).toBe(0);
  });

  it.each(['event', 'filter', 'decision', 'union'])('hooks of the kind %s', (kind) => {
    const names = all.points().filter((point) => point.kind === kind);
    expect(names.length).toBeGreaterThan(0);
    const none = without((plugin) => ({ server: { hooks: (plugin.server.hooks ?? []).filter((hook) => hook.point.kind !== kind) } }));
    expect(none.points().filter((point) => point.kind === kind)).toEqual([]);
    for (const { name } of names) expect(none.bound(kind, name)).toEqual([]);
  });

  it('permissions', () => {
    const subjects = builtIn.flatMap((plugin) => Object.keys(plugin.manifest.subjects ?? {}));
    expect(subjects.length).toBeGreaterThan(5);
    const none = without(() => ({ manifest: { subjects: {} } }));
    expect(subjects.filter((name) => none.subject(name))).toEqual([]);
  });

  it('processes, with their work', () => {
    const kinds = builtIn.flatMap((plugin) => (plugin.manifest.processes ?? []).map((process) => process.kind));
    expect(kinds.length).toBeGreaterThan(0);
    expect(kinds.filter((kind) => !all.process(kind)?.worked)).toEqual([]);
    expect(kinds.filter((kind) => without(() => ({ manifest: { processes: [] } })).process(kind))).toEqual([]);
    expect(kinds.filter((kind) => without(() => ({ server: { processes: [] } })).process(kind)?.worked)).toEqual([]);
  });

  it('mails: one that is not declared cannot be queued', async () => {
    const owner = builtIn.find((plugin) => Object.keys(plugin.manifest.emails ?? {}).length > 0)!;
    const bare = await startTestPortal({ plugins: [], loaded: builtIn.map((plugin) => ({ ...plugin, manifest: { ...plugin.manifest, emails: {} } })) });
    try {
      const business = await bare.business('bare');
      const template = Object.keys(owner.manifest.emails!)[0]!;
      await expect(business.systemCtx(owner.id).inTenant((tx) => tx.mail(template, business.ownerId, {}))).rejects.toThrow('declares no mail');
    } finally {
      await bare.close();
    }
  });

  it('settings, and translations', async () => {
    const configured = builtIn.find((plugin) => plugin.manifest.settings)!;
    const business = await portal.business('alpha');
    expect(Object.keys(business.systemCtx(configured.id).settings()).length).toBeGreaterThan(2);
    const bare = await startTestPortal({
      plugins: [],
      loaded: builtIn.map((plugin) => ({ ...plugin, manifest: { ...plugin.manifest, settings: undefined }, texts: {} })),
    });
    try {
      const other = await bare.business('bare');
      expect(other.systemCtx(configured.id).settings()).toEqual({});
      expect(other.systemCtx(configured.id).text(configured.manifest.title)).toBe(configured.manifest.title);
      expect(business.systemCtx(configured.id).text(configured.manifest.title)).not.toBe(configured.manifest.title);
    } finally {
      await bare.close();
    }
  });

  it('own tables: a plugin that is not installed has no schema of its own to migrate', async () => {
    const { rows } = await portal.core.pool.query<{ schema: string }>(`select nspname as schema from pg_namespace where nspname = any($1)`, [
      builtIn.filter((plugin) => plugin.manifest.subjects).map((plugin) => plugin.id.replaceAll('-', '_')),
    ]);
    expect(rows.length).toBeGreaterThan(2);
  });
});

describe('an installation without plugins', () => {
  it('creates a business whose owner signs in, with no role', async () => {
    const bare = await startTestPortal({ plugins: [] });
    try {
      const business = await bare.business('bare');
      const { token } = await bare.core.identity.signIn(business.tenant, {
        login: business.login,
        password: business.password,
        ip: '127.0.0.1',
        userAgent: 'test',
      });
      const visitor = await bare.core.identity.actorOfSession(business.tenant, token);
      expect(visitor?.actor).toMatchObject({ kind: 'user', id: business.ownerId, roles: [] });
    } finally {
      await bare.close();
    }
  });
});

describe('limits of signing in', () => {
  it('are shared by processes: ten wrong passwords for a name, five at each of two, and the eleventh waits at both', async () => {
    const business = await portal.business('limits');
    const second = await openCore({ config: readConfig(portal.environment), plugins: [] });
    const wrong = (core: typeof second) =>
      core.identity.signIn(business.tenant, { login: business.login, password: 'not this one', ip: '10.0.0.1', userAgent: '' });
    try {
      for (let n = 0; n < 5; n += 1)
        for (const core of [portal.core, second]) await expect(wrong(core)).rejects.toMatchObject({ code: 'portico.sign-in-refused' });
      for (const core of [portal.core, second]) await expect(wrong(core)).rejects.toMatchObject({ code: 'portico.too-many-attempts' });
      const other = await portal.business('elsewhere');
      const free = await second.identity.signIn(other.tenant, { login: other.login, password: other.password, ip: '10.0.0.1', userAgent: '' });
      expect(free.token).toMatch(/^[\w-]{43}$/);
    } finally {
      await second.close();
    }
  });
});
