import { randomBytes } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { openCore, readConfig, registryOf } from '@portico/core';
import { core, defineServer, get, sql } from '@portico/kit/server';
import { startTestPortal, testPlugin } from '@portico/testing';

const Settings = z.object({
  apiKey: z.string().max(40).default('').meta({ secret: true, title: 'vault.api-key' }),
  signing: z.string().meta({ secret: true }).default(''),
  label: z.string().min(1).default('Vault'),
});
type Settings = z.output<typeof Settings>;
const read = { action: 'read', subject: 'Vault' } as const;
const server = defineServer({ routes: [get('', { name: 'read-vault', may: read, answer: z.object({}) }, async () => ({}))] });
const plugins = ['vault', 'other-vault'].map((id) =>
  testPlugin({ id, settings: Settings, subjects: { [id]: { columns: {}, actions: { read: 'tenant' } } } }, server),
);
const portal = await startTestPortal({ plugins: [], loaded: plugins });
const [alpha, beta] = [await portal.business('alpha'), await portal.business('beta')];
afterAll(() => portal.close());

const KEY = 'sk_live_4f9a';
const save = (values: object, { business = alpha, plugin = 'vault' } = {}) =>
  business
    .systemCtx('core')
    .use(core)
    .saveSettings(plugin, { label: 'Vault', ...values });
const told = async (plugin = 'vault', business = alpha) => (await business.systemCtx('core').use(core).settingsOf(plugin)).values;
const settings = async (plugin = 'vault', business = alpha): Promise<Settings> => {
  const context = business.systemCtx(plugin);
  await context.inTenant(async () => undefined);
  return context.settings<Settings>();
};
const stored = (business = alpha, plugin = 'vault') =>
  business
    .systemCtx('core')
    .inTenant((tx) =>
      tx.row<{ settings: Record<string, { sealed: string } | string> }>(sql`select settings from portico.tenant_plugins where plugin_id = ${plugin}`),
    );
const store = (values: object, business = alpha, plugin = 'vault') =>
  business.systemCtx('core').inTenant(async (tx) => {
    await tx.run(sql`insert into portico.tenant_plugins (id, plugin_id, enabled, settings) values (${tx.ctx.newId()}, ${plugin}, true, ${values})
      on conflict (tenant_id, plugin_id) do update set settings = excluded.settings`);
    portal.core.enablement.forget(business.tenant.id);
  });
const audit = () =>
  alpha
    .systemCtx('core')
    .inTenant((tx) =>
      tx.rows<{ before: Settings; after: Settings }>(sql`select before, after from portico.audit_log where what = 'portico.settings-saved' order by id`),
    );
beforeEach(() => store({}));

describe('a secret setting', () => {
  it('is in the clear for its plugin, and for nobody else: not in its row, the form, the API or the log of changes', async () => {
    const before = (await audit()).length;
    await save({ apiKey: KEY });
    expect(await settings()).toEqual({ apiKey: KEY, signing: '', label: 'Vault' });
    expect(await told()).toEqual({ apiKey: { set: true }, signing: { set: false }, label: 'Vault' });
    const row = await stored();
    expect(row!.settings).toEqual({ apiKey: { sealed: expect.stringMatching(/^[\w-]{50,}$/) }, label: 'Vault' });
    await save({ apiKey: `${KEY}2` });
    const lines = (await audit()).slice(before);
    expect(lines.map(({ before: was, after }) => [was.apiKey, after.apiKey, after.signing])).toEqual([
      ['(not set)', '(set)', '(not set)'],
      ['(set)', '(changed)', '(not set)'],
    ]);
    expect(JSON.stringify([row, lines, await told()])).not.toContain('sk_live');
  });
  it.each([
    ['absent', {}],
    ['empty', { apiKey: '' }],
    ['as it was told', { apiKey: { set: true } }],
  ])('stays when it is sent %s', async (_, sent) => {
    await save({ apiKey: KEY });
    const before = (await stored())!.settings['apiKey'];
    await save({ ...sent, label: 'Other' });
    expect(await settings()).toMatchObject({ apiKey: KEY, label: 'Other' });
    expect((await stored())!.settings['apiKey']).toEqual(before);
    expect((await audit()).at(-1)!.after.apiKey).toBe('(set)');
  });
  it('is taken away by null', async () => {
    await save({ apiKey: KEY, signing: 'whsec_1' });
    await save({ apiKey: null });
    expect(await settings()).toMatchObject({ apiKey: '', signing: 'whsec_1' });
    expect(Object.keys((await stored())!.settings).sort()).toEqual(['label', 'signing']);
  });
  it('is refused at its field by its own rule, and what was there stays', async () => {
    await save({ apiKey: KEY });
    await expect(save({ apiKey: 'x'.repeat(41) })).rejects.toMatchObject({ fields: { apiKey: { key: 'portico.problem.too-long' } } });
    await expect(save({ apiKey: 7 })).rejects.toMatchObject({ fields: { apiKey: {} } });
    expect(await settings()).toMatchObject({ apiKey: KEY });
  });
  it('is sealed anew each time: equal secrets look different', async () => {
    await save({ apiKey: KEY, signing: KEY });
    const first = (await stored())!.settings;
    await save({ apiKey: KEY });
    const second = (await stored())!.settings;
    expect(new Set([first['apiKey'], first['signing'], second['apiKey']].map((one) => JSON.stringify(one))).size).toBe(3);
  });
});

describe('a secret setting that cannot be read', () => {
  const turned = (sealed: string): string => (sealed.startsWith('A') ? 'B' : 'A') + sealed.slice(1);
  const mine = async () => (await stored())!.settings['apiKey'] as { sealed: string };
  it.each([
    ['because somebody altered it', async () => store({ apiKey: { sealed: turned((await mine()).sealed) }, label: 'Kept' })],
    ['because it was cut', async () => store({ apiKey: { sealed: (await mine()).sealed.slice(0, 20) }, label: 'Kept' })],
    [
      'because it was carried to another field',
      async () => store({ apiKey: (await save({ signing: KEY }), (await stored())!.settings['signing']), label: 'Kept' }),
    ],
    ['because somebody wrote it in the clear', async () => store({ apiKey: KEY, label: 'Kept' })],
  ])('%s counts as not set, is told to the operator once, and costs nothing else', async (_, spoil) => {
    await save({ apiKey: KEY });
    const lines: string[] = [];
    const spy = vi.spyOn(portal.core.log, 'error').mockImplementation((...said) => void lines.push(JSON.stringify(said)));
    await spoil();
    for (let round = 0; round < 2; round += 1) {
      portal.core.enablement.forget(alpha.tenant.id);
      expect(await settings()).toEqual({ apiKey: '', signing: '', label: 'Kept' });
    }
    spy.mockRestore();
    expect(lines.filter((line) => line.includes('"apiKey"'))).toEqual([expect.stringContaining('cannot be read and counts as not set')]);
    expect(lines.join()).not.toContain(KEY);
    expect(await told()).toMatchObject({ apiKey: { set: false } });
    expect(portal.core.registry.byId('vault')?.quarantined).toBeUndefined();
  });
  it('carried to another business or another plugin, is not read there', async () => {
    await save({ apiKey: KEY });
    const sealed = await mine();
    await store({ apiKey: sealed }, beta);
    await store({ apiKey: sealed }, alpha, 'other-vault');
    expect([(await settings('vault', beta)).apiKey, (await settings('other-vault')).apiKey, (await settings()).apiKey]).toEqual(['', '', KEY]);
  });
  it('after PORTICO_SECRET was changed, is kept for the old one and may be entered anew', async () => {
    await save({ apiKey: KEY });
    const environment = { ...portal.environment, PORTICO_SECRET: randomBytes(32).toString('base64') };
    const later = await openCore({ config: readConfig(environment), plugins: [], loaded: plugins });
    try {
      const context = later.systemContext(alpha.tenant, 'vault');
      await context.inTenant(async () => undefined);
      expect(context.settings<Settings>().apiKey).toBe('');
      await later.systemContext(alpha.tenant, 'core').use(core).saveSettings('vault', { label: 'Later' });
      portal.core.enablement.forget(alpha.tenant.id);
      expect(await settings()).toMatchObject({ apiKey: KEY, label: 'Later' });
      await later.systemContext(alpha.tenant, 'core').use(core).saveSettings('vault', { label: 'Later', apiKey: 'anew' });
      await later.enablement.ready(alpha.tenant.id);
      expect(context.settings<Settings>().apiKey).toBe('anew');
    } finally {
      await later.close();
    }
  });
});

it('a setting that is secret and no text sets its plugin aside', () => {
  const odd = testPlugin({ id: 'odd', settings: z.object({ pin: z.int().default(1).meta({ secret: true }) }) });
  expect(registryOf([odd]).plugins[0]!.quarantined).toBe('its setting pin is secret and is no text: only texts are kept encrypted');
});
