import type { Request, Response } from 'express';
import { afterAll, describe, expect, it } from 'vitest';
import { installationRoot, listRoutes, loadRegistry, openCore, readConfig, registryOf, type LoadedPlugin, type Registry } from '@portico/core';
import type { PluginManifest } from '@portico/kit';
import type { Actor, PluginServer, Role } from '@portico/kit/server';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { addressOf, menuOf } from '../http/navigation.ts';
import { partName, partsOf } from '../http/slots.ts';
import type { PageCall } from '../http/host.ts';
import { openHost } from '../http/test/speak-to-host.ts';

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

/** Somebody with every right of an area, at a business with all that is on by default. */
async function visitorOf(business: TestBusiness, area: 'console' | 'portal') {
  const [accountId, memberId] = ['00000000-0000-7000-8000-00000000000a', '00000000-0000-7000-8000-00000000000b'];
  const roles: Role[] = area === 'console' ? [{ role: 'owner' }] : [{ role: 'account-admin', accountId, memberId }];
  const actor: Actor = { kind: area === 'console' ? 'staff' : 'user', id: business.ownerId, name: 'Somebody', roles };
  const context = (pluginId: string) => portal.core.contextFor({ tenant: business.tenant, actor, pluginId });
  return { context, enabled: await portal.core.enablement.of(business.tenant.id) };
}

describe('a contribution shows while its entry is there, and is gone without it', () => {
  it('pages and their forms', async () => {
    const none = without(() => ({ manifest: { pages: [] } }));
    expect([(await routesOf(all, 'page')) > 10, (await routesOf(all, 'write')) > 5]).toEqual([true, true]);
    expect([await routesOf(none, 'page'), await routesOf(none, 'write')]).toEqual([0, 0]);
  });

  it.each(['console', 'portal'] as const)('entries of the menu of the %s, each for itself', async (area) => {
    const business = await portal.business(`menu-${area}`);
    const { context, enabled } = await visitorOf(business, area);
    const shown = (registry: Registry) =>
      menuOf(registry, enabled, area, context, () => false).flatMap((entry) => [entry.href, ...entry.children.map(({ href }) => href)]);
    const whole = shown(all);
    expect(whole.length).toBeGreaterThanOrEqual(area === 'console' ? 8 : 3);
    const entries = builtIn.flatMap(({ id, manifest }) =>
      (manifest.pages ?? []).filter((page) => page.area === area && page.menu).map((page) => ({ id, page })),
    );
    for (const gone of entries) {
      const less = without(({ id, manifest }) => ({
        manifest: { pages: (manifest.pages ?? []).map((page) => (id === gone.id && page === gone.page ? { ...page, menu: undefined } : page)) },
      }));
      expect(shown(less).toSorted()).toEqual(whole.filter((href) => href !== addressOf(gone.id, gone.page)).toSorted());
    }
    expect(shown(without(() => ({ manifest: { pages: [] } })))).toEqual([]);
  });

  it.each(['console', 'portal'] as const)('parts of slots in the %s, each for itself', async (area) => {
    const { context } = await visitorOf(await portal.business(`slots-${area}`), area);
    const entries = builtIn.flatMap(({ id, manifest }) => (manifest.slots ?? []).filter((entry) => entry.area === area).map((entry) => ({ id, entry })));
    expect(entries.length).toBeGreaterThan(0);
    for (const { id, entry } of entries) {
      const shown = async (registry: Registry) =>
        (await partsOf({ registry, enablement: portal.core.enablement, failures: portal.core.failures }, context('core'), entry.slot, context)).map(partName);
      const whole = await shown(all);
      const name = `${id}/${entry.view}`;
      expect(whole).toContain(name);
      const less = without(({ manifest }) => ({ manifest: { slots: (manifest.slots ?? []).filter((one) => one !== entry) } }));
      expect(await shown(less)).toEqual(whole.filter((one) => one !== name));
    }
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
    const isWorked = (registry: Registry, kind: string) => Boolean(registry.process(kind)?.worked ?? registry.process(kind)?.clock);
    expect(kinds.filter((kind) => !isWorked(all, kind))).toEqual([]);
    expect(kinds.filter((kind) => without(() => ({ manifest: { processes: [] } })).process(kind))).toEqual([]);
    const workless = without(() => ({ server: { processes: [] } }));
    expect(kinds.filter((kind) => isWorked(workless, kind))).toEqual([]);
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
    expect(Object.keys(business.systemCtx(configured.id).settings()).length).toBeGreaterThan(0);
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

describe('an installation without plugins, asked over HTTP', () => {
  it('lets its owner sign in with the form, who then has an empty menu in the portal and no console', async () => {
    const bare = await startTestPortal({ plugins: [] });
    const host = await openHost(bare.core, (request, response, next) => void answerAsFrame(request, response).catch(next));
    try {
      const { tenant, login, password } = await bare.business('bare');
      const at = { host: new URL(tenant.url).host };
      expect(JSON.parse((await host.ask('/', at)).text)).toEqual({ home: '/sign-in' });
      const form = { 'content-type': 'application/x-www-form-urlencoded', origin: tenant.url, 'sec-fetch-site': 'same-origin' };
      const send = (secret: string) => host.ask('/sign-in', { ...at, headers: form, body: String(new URLSearchParams({ login, password: secret })) });
      expect((await send('not this one')).status).toBe(401);
      const signedIn = await send(password);
      expect(signedIn.status).toBe(200);
      const cookie = signedIn.headers['set-cookie']!.map((one) => one.split(';')[0]).join('; ');
      const frame = await host.ask('/', { ...at, headers: { cookie } });
      expect(JSON.parse(frame.text)).toEqual({ area: 'portal', menu: [], console: [] });
      const me = await host.ask('/api/v1/me', { ...at, headers: { cookie } });
      expect([me.status, JSON.parse(me.text)]).toEqual([200, expect.objectContaining({ roles: [] })]);
    } finally {
      host.close();
      await bare.close();
    }
  });
});

/** What the app's frame and its sign-in form do with the door that the host gives them, without their looks. */
async function answerAsFrame(request: Request, response: Response): Promise<void> {
  const { door, body } = response.locals.call as PageCall;
  if (body) {
    const headers = { 'content-type': request.headers['content-type']! };
    const answer = await door.signIn(new globalThis.Request(`http://bare${request.url}`, { method: 'POST', headers, body: body.toString() }));
    response.status(answer.kind === 'refused' ? answer.status : 200).json(answer);
    return;
  }
  const frame = await door.frame('portal');
  response.json(frame ? { area: frame.area, menu: frame.menu, console: (await door.frame('console'))?.menu } : { home: await door.home('portal') });
}

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
