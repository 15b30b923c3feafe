import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, inject, it } from 'vitest';
import { core as coreKey } from '@portico/kit/server';
import { createTenant, installationRoot, migrateAll, NewTenant, openCore, readConfig, type Core } from '@portico/core';
import { startTestPortal } from '@portico/testing';

// An installation of its own, with three plugins: one whose table cannot be made, one that needs it, and one beside them.
const portal = await startTestPortal({ plugins: [] });
const root = mkdtempSync(path.join(tmpdir(), 'portico-root-'));
afterAll(async () => {
  await portal.close();
  rmSync(root, { recursive: true });
});

function putPlugin(id: string, requires: object, migration: string): void {
  const dir = path.join(root, 'node_modules', id);
  mkdirSync(path.join(dir, 'migrations'), { recursive: true });
  const source = (file: string) => ({ 'portico-source': file, default: file });
  writeFileSync(
    path.join(dir, 'package.json'),
    JSON.stringify({ name: id, type: 'module', exports: { './plugin': source('./plugin.mjs'), './server': source('./server.mjs') } }),
  );
  const manifest = { id, version: '1.0.0', contract: '^1.0', title: `${id}.title`, onByDefault: true, requires };
  writeFileSync(path.join(dir, 'plugin.mjs'), `export default ${JSON.stringify(manifest)};`);
  writeFileSync(path.join(dir, 'server.mjs'), 'export default {};');
  writeFileSync(path.join(dir, 'migrations', '001_tables.sql'), migration);
}

cpSync(path.join(installationRoot(), 'migrations'), path.join(root, 'migrations'), { recursive: true });
const list = (...plugins: string[]) => writeFileSync(path.join(root, 'package.json'), JSON.stringify({ portico: { plugins } }));
list('cracked', 'leans', 'whole');
putPlugin('cracked', {}, 'create table cracked.things (id uuid references nowhere.at_all);');
putPlugin('leans', { cracked: '^1.0' }, 'select 1;');
putPlugin('whole', {}, 'select 1;');

const runtime = new URL(portal.environment['DATABASE_URL']!);
const ownerUrl = new URL(inject('portico').superuserUrl);
ownerUrl.pathname = runtime.pathname;
const migrate = () => migrateAll({ ownerUrl: ownerUrl.href, runtimeRole: decodeURIComponent(runtime.username), root });

async function inside<T>(work: (core: Core) => Promise<T>): Promise<T> {
  const core = await openCore({ config: readConfig({ ...portal.environment, PORTICO_ROOT: root }) });
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}
const reasons = (core: Core) => Object.fromEntries(core.registry.plugins.map(({ id, quarantined }) => [id, quarantined]));

it('a plugin whose migrations failed is set aside with its reason, which the console shows; the others go on', async () => {
  expect((await migrate()).failed.map(({ plugin }) => plugin)).toEqual(['cracked']);
  await inside(async (core) => {
    expect(reasons(core)).toEqual({
      cracked: expect.stringMatching(/^its migrations failed: .*nowhere/s),
      leans: 'it needs cracked, which is set aside',
      whole: undefined,
    });
    expect(core.registry.byId('cracked')).toBeUndefined();
    const owner = { slug: 'alpha', name: 'Alpha', zone: 'UTC', currency: 'EUR', ownerEmail: 'owner@alpha.example' };
    const { tenant } = await createTenant(core, NewTenant.parse(owner));
    const shown = await core.systemContext(tenant, 'core').use(coreKey).plugins();
    expect(shown.find(({ id }) => id === 'cracked')).toMatchObject({ enabled: false, quarantined: expect.stringContaining('nowhere') });
    expect(shown.find(({ id }) => id === 'whole')).toMatchObject({ enabled: true });
  });
});

const OWN_TABLE = `create table later.things (tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid), id uuid not null, primary key (tenant_id, id));
  select portico.make_tenant_table('later.things');`;
const schemas = async () =>
  (await portal.core.pool.query<{ name: string }>(`select nspname as name from pg_namespace where nspname in ('whole', 'later') order by 1`)).rows.map(
    ({ name }) => name,
  );

it('a plugin has its own tables once it is listed, and before that not even a schema', async () => {
  putPlugin('later', {}, OWN_TABLE);
  await migrate();
  expect(await schemas()).toEqual(['whole']);
  list('cracked', 'leans', 'whole', 'later');
  await migrate();
  expect(await schemas()).toEqual(['later', 'whole']);
  expect((await portal.core.pool.query(`select to_regclass('later.things')::text as name`)).rows).toEqual([{ name: 'later.things' }]);
  list('cracked', 'leans', 'whole');
});

it.each([
  ['that throws while it is imported', `throw new Error('the pond is dry');`, 'it could not be loaded: the pond is dry'],
  ['that is no JavaScript', 'export default {', 'it could not be loaded: '],
  ['that is not there', undefined, 'it could not be loaded: '],
])('a plugin with a server module %s is set aside with the reason, which the console shows; the others go on', async (what, server, reason) => {
  const id = `sunk-${what.length}`;
  putPlugin(id, {}, 'select 1;');
  const file = path.join(root, 'node_modules', id, 'server.mjs');
  if (server === undefined) rmSync(file);
  else writeFileSync(file, server);
  list('whole', id);
  await migrate();
  await inside(async (core) => {
    const owner = { slug: id, name: 'Any', zone: 'UTC', currency: 'EUR', ownerEmail: 'owner@any.example' };
    const { tenant } = await createTenant(core, NewTenant.parse(owner));
    const shown = await core.systemContext(tenant, 'core').use(coreKey).plugins();
    expect(shown.find((one) => one.id === id)).toMatchObject({ enabled: false, quarantined: expect.stringContaining(reason) });
    expect(shown.find((one) => one.id === 'whole')).toMatchObject({ enabled: true });
  });
  list('cracked', 'leans', 'whole');
});

it('a plugin with an id of the product gets no tables among those of the core, and is set aside', async () => {
  putPlugin('console', {}, 'create table console.things (id uuid);');
  list('whole', 'console');
  expect((await migrate()).failed).toEqual([]);
  await inside(async (core) => expect(reasons(core)).toEqual({ whole: undefined, console: 'its id "console" is an address or a name of the product' }));
  expect((await portal.core.pool.query(`select to_regclass('console.things')::text as name`)).rows).toEqual([{ name: null }]);
  list('cracked', 'leans', 'whole');
});

it('once they succeed it is back, at the next start', async () => {
  putPlugin('cracked', {}, 'select 1;');
  expect((await migrate()).failed).toEqual([]);
  await inside(async (core) => expect(reasons(core)).toEqual({ cracked: undefined, leans: undefined, whole: undefined }));
});
