import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Forbidden, InvalidInput, NotFound, type Id } from '@portico/kit';
import { core, sql, staffUsers, tenantCreated, walkRows, type Ctx, type WalkedPage } from '@portico/kit/server';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { saveBranding } from '../branding/save-branding.ts';
import { tellDemo } from '../demo/tell-demo.ts';
import { LOGOS } from '../demo/logo-png.ts';
import { retryDelivery } from '../operations/retry-delivery.ts';
import { wakeProcess } from '../operations/wake-process.ts';
import { SaveBusiness, saveBusiness } from '../settings/save-business.ts';
import { savePluginSettings } from '../settings/save-plugin-settings.ts';
import { switchPlugin } from '../settings/switch-plugin.ts';
import { changeStaff } from '../staff/change-staff.ts';
import { createStaff } from '../staff/create-staff.ts';
import { LastOwner, NotYourself } from '../staff/staff-errors.ts';
import { CreateStaff } from '../staff/staff-input.ts';
import { findStaff, listStaff, STAFF_SORTS, type StaffQuery } from '../staff/staff.queries.ts';
import { staffAddresses, welcomeOwner } from '../staff/staff-roles.ts';

let portal: TestPortal;
let a: TestBusiness;
let b: TestBusiness;
let owner: Ctx;
let serial = 0;

beforeAll(async () => {
  portal = await startTestPortal();
  a = await portal.business('alpha');
  b = await portal.business('beta');
  owner = await a.ctxOf('owner', 'workspace');
});
afterAll(() => portal.close());

const join = (ctx: Ctx, more: object = {}) =>
  createStaff(ctx, CreateStaff.parse({ name: `Person ${++serial}`, userName: `person.${serial}`, password: 'correct horse battery', ...more }));
const fieldsOf = (work: Promise<unknown>) =>
  work.then(
    () => ({}),
    (error: unknown) => (error instanceof InvalidInput ? error.fields : Promise.reject(error)),
  );
const ownStaffId = async (business: TestBusiness, userId: Id) =>
  (await business.systemCtx('workspace').inTenant((tx) => tx.row<{ id: Id }>(sql`select id from workspace.staff where user_id = ${userId}`)))!.id;
const staffCtx = async (business = a) => business.ctxOf((await join(await business.ctxOf('owner', 'workspace'))).userId, 'workspace');

describe('the owner', () => {
  it('of a new business has the role at once, and being told again changes nothing', async () => {
    expect(owner.actor.roles).toEqual([{ role: 'owner' }]);
    const react = welcomeOwner.handle as (ctx: Ctx, payload: { tenantId: Id; ownerId: Id }) => Promise<void>;
    await react(a.systemCtx('workspace'), { tenantId: a.tenant.id, ownerId: a.ownerId });
    expect((await owner.inTenant((tx) => listStaff(tx, { limit: 100, sort: 'role' }))).data.filter((one) => one.role === 'owner')).toHaveLength(1);
    expect(welcomeOwner.point.name).toBe(tenantCreated.name);
  });

  it('gets the mails to the owner, and those to staff with everybody enabled of the team', async () => {
    const { staffId, userId } = await join(await b.ctxOf('owner', 'workspace'));
    const answer = staffAddresses.handle as (tx: unknown, question: { role: 'owner' | 'staff' }) => Promise<{ userId: Id }[]>;
    const askFor = (role: 'owner' | 'staff') =>
      b
        .systemCtx('workspace')
        .inTenant((tx) => answer(tx, { role }))
        .then((rows) => rows.map((row) => row.userId).sort());
    expect(await askFor('owner')).toEqual([b.ownerId]);
    expect(await askFor('staff')).toEqual([b.ownerId, userId].sort());
    await changeStaff(await b.ctxOf('owner', 'workspace'), staffId, { enabled: false });
    expect(await askFor('staff')).toEqual([b.ownerId]);
    expect(staffAddresses.point.name).toBe(staffUsers.name);
  });
});

describe('the team', () => {
  it('is joined by whom the owner adds, who must change the password at the first sign-in', async () => {
    const { staffId, userId } = await join(owner, { email: 'joined@example.com' });
    expect(await owner.inTenant((tx) => findStaff(tx, staffId))).toMatchObject({ role: 'staff', enabled: true, email: 'joined@example.com' });
    expect(await owner.inTenant((tx) => tx.users.find(userId))).toMatchObject({ mustChangePassword: true });
    expect(await a.systemCtx('core').use(core).rolesOf(userId)).toEqual([{ role: 'staff' }]);
    expect(Object.keys(await fieldsOf(join(owner, { email: 'JOINED@example.com' })))).toEqual(['email']);
  });

  it('is joined by whom staff add, as staff; an owner is made by an owner alone (issue 3, line 16)', async () => {
    const staff = await staffCtx();
    const { staffId, userId } = await join(staff);
    expect(await owner.inTenant((tx) => findStaff(tx, staffId))).toMatchObject({ role: 'staff', enabled: true });
    expect(await owner.inTenant((tx) => tx.users.find(userId))).toMatchObject({ mustChangePassword: true });
    await expect(join(staff, { role: 'owner' })).rejects.toThrow(Forbidden);
    const customer = await a.ctxOf('01900000-0000-7000-8000-000000000000', 'workspace');
    await expect(join(customer)).rejects.toThrow(Forbidden);
    expect((await join(owner, { role: 'owner' })).staffId).toBeDefined();
  });

  it('is not changed by staff, by a customer, or by the owner of another business', async () => {
    const staff = await staffCtx();
    const { staffId } = await join(owner);
    await expect(changeStaff(staff, staffId, { role: 'owner' })).rejects.toThrow(Forbidden);
    await expect(changeStaff(await b.ctxOf('owner', 'workspace'), staffId, { role: 'owner' })).rejects.toThrow(NotFound);
    await expect(changeStaff(owner, 'nonsense', {})).rejects.toThrow(NotFound);
    const stranger = await a.ctxOf('01900000-0000-7000-8000-000000000000', 'workspace');
    await expect(changeStaff(stranger, staffId, { role: 'owner' })).rejects.toThrow(Forbidden);
    expect(await owner.inTenant((tx) => findStaff(tx, staffId))).toMatchObject({ role: 'staff' });
  });

  it('loses somebody who is switched off at once: sessions and sign-in', async () => {
    const { staffId, userId } = await join(owner, { userName: 'soon.gone' });
    const credentials = { login: 'soon.gone', password: 'correct horse battery', ip: '127.0.0.1', userAgent: 'test' };
    await portal.core.identity.signIn(a.tenant, credentials);
    await changeStaff(owner, staffId, { enabled: false });
    expect(await owner.inTenant((tx) => tx.rows(sql`select id from portico.sessions where user_id = ${userId}`))).toEqual([]);
    await expect(portal.core.identity.signIn(a.tenant, credentials)).rejects.toThrow();
    await changeStaff(owner, staffId, { enabled: true });
    await portal.core.identity.signIn(a.tenant, credentials);
  });

  it('keeps its last enabled owner, who does not switch off the own sign-in either', async () => {
    const c = await portal.business('gamma');
    const alone = await c.ctxOf('owner', 'workspace');
    const own = await ownStaffId(c, c.ownerId);
    await expect(changeStaff(alone, own, { enabled: false })).rejects.toThrow(NotYourself);
    await expect(changeStaff(alone, own, { role: 'staff' })).rejects.toThrow(LastOwner);
    const second = await join(alone, { role: 'owner' });
    await changeStaff(alone, second.staffId, { enabled: false });
    await expect(changeStaff(alone, own, { role: 'staff' })).rejects.toThrow(LastOwner);
    await changeStaff(alone, second.staffId, { enabled: true });
    await changeStaff(alone, own, { role: 'staff' });
    expect(await c.systemCtx('core').use(core).rolesOf(c.ownerId)).toEqual([{ role: 'staff' }]);
  });

  it('has two last owners: of two removals in the same instant one is refused, ten times', async () => {
    for (let round = 0; round < 10; round += 1) {
      const c = await portal.business(`round-${round}`);
      const first = await c.ctxOf('owner', 'workspace');
      const second = await join(first, { role: 'owner' });
      const own = await ownStaffId(c, c.ownerId);
      const removals = await Promise.allSettled([
        changeStaff(await c.ctxOf('owner', 'workspace'), second.staffId, { enabled: false }),
        changeStaff(await c.ctxOf(second.userId, 'workspace'), own, { role: 'staff' }),
      ]);
      expect(removals.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const refused = removals.find((one): one is PromiseRejectedResult => one.status === 'rejected')!;
      expect(refused.reason).toBeInstanceOf(LastOwner);
    }
  });
});

describe('branding', () => {
  it('is saved by the owner alone, and told whole', async () => {
    await expect(saveBranding(await staffCtx(), { colour: '#123456' })).rejects.toThrow(Forbidden);
    const logo = { fileName: 'mark.png', mediaType: 'image/png', bytes: LOGOS.franchise() };
    const saved = await saveBranding(owner, { colour: '#ffd400', contactLine: 'Here', words: { 'accounts.customers': 'Crews' }, logo });
    expect(saved).toMatchObject({ colour: '#ffd400', contactLine: 'Here', words: { 'accounts.customers': 'Crews' } });
    expect(saved.logoFileId).not.toBeNull();
    expect(owner.text('accounts.customers')).toBe('Crews');
    expect((await b.ctxOf('owner', 'workspace')).text('accounts.customers')).toBe('Customers');
    expect((await saveBranding(owner, { logo: null })).logoFileId).toBeNull();
    expect((await saveBranding(owner, {})).colour).toBe('#ffd400');
  });

  it('refuses at the field: a drawing as logo, one that is too large, a word that nobody shows; nothing is kept', async () => {
    const files = () => owner.inTenant((tx) => tx.row(sql`select count(*) from portico.files`));
    const before = await files();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
    const logo = (mediaType: string, bytes: Uint8Array) => ({ logo: { fileName: 'x', mediaType, bytes } });
    expect(Object.keys(await fieldsOf(saveBranding(owner, logo('image/svg+xml', svg))))).toEqual(['logo']);
    expect(Object.keys(await fieldsOf(saveBranding(owner, logo('image/png', svg))))).toEqual(['logo']);
    expect(Object.keys(await fieldsOf(saveBranding(owner, logo('image/png', Buffer.concat([LOGOS.franchise(), Buffer.alloc(1024 * 1024)])))))).toEqual([
      'logo',
    ]);
    expect(Object.keys(await fieldsOf(saveBranding(owner, { ...logo('image/png', LOGOS.franchise()), words: { 'nobody.shows-this': 'x' } })))).toEqual([
      'words',
    ]);
    expect(await files()).toEqual(before);
  });
});

describe('settings and plugins', () => {
  it('of the business are changed by the owner alone, in zones that exist', async () => {
    await expect(saveBusiness(await staffCtx(), { name: 'Mine' })).rejects.toThrow(Forbidden);
    expect(SaveBusiness.safeParse({ zone: 'Mars/Olympus' }).success).toBe(false);
    await saveBusiness(owner, { name: 'Alpha renamed', zone: 'Europe/Berlin' });
    const row = await owner.inTenant((tx) => tx.row(sql`select name, zone from portico.tenants where id = ${a.tenant.id}`));
    expect(row).toEqual({ name: 'Alpha renamed', zone: 'Europe/Berlin' });
  });

  it('of a plugin are saved whole, with a problem at each field, by the owner alone', async () => {
    const withSettings = (await owner.use(core).plugins()).find((plugin) => plugin.hasSettings)!;
    const { values } = await owner.use(core).settingsOf(withSettings.id);
    await expect(savePluginSettings(await staffCtx(), withSettings.id, values)).rejects.toThrow(Forbidden);
    await savePluginSettings(owner, withSettings.id, values);
    expect((await owner.use(core).settingsOf(withSettings.id)).values).toEqual(values);
    expect(Object.keys(await fieldsOf(savePluginSettings(owner, withSettings.id, { ...values, unheardOf: 1 })))).toEqual(['unheardOf']);
    await expect(savePluginSettings(owner, 'no-such-plugin', {})).rejects.toThrow(NotFound);
  });

  it('switches a plugin off and on again, refused by name while another needs it, never those that are always on', async () => {
    await expect(switchPlugin(await staffCtx(), 'leads', false)).rejects.toThrow(Forbidden);
    const needed = (await owner.use(core).plugins()).find((plugin) => plugin.enabled && !plugin.alwaysOn && plugin.neededBy.length > 0)!;
    await expect(switchPlugin(owner, needed.id, false)).rejects.toMatchObject({
      code: 'portico.plugin-needed',
      values: { plugins: needed.neededBy.join(', ') },
    });
    await expect(switchPlugin(owner, 'accounts', false)).rejects.toMatchObject({ code: 'portico.plugin-always-on' });
    await expect(switchPlugin(owner, 'no-such-plugin', false)).rejects.toThrow(NotFound);
    const isOn = async () => (await owner.use(core).plugins()).find((plugin) => plugin.id === needed.neededBy[0])!.enabled;
    await switchPlugin(owner, needed.neededBy[0]!, false);
    expect(await isOn()).toBe(false);
    await switchPlugin(owner, needed.neededBy[0]!, true);
    await switchPlugin(owner, needed.neededBy[0]!, true);
    expect(await isOn()).toBe(true);
  });
});

describe('operations', () => {
  it('of another business, or that are not there, are not found; a customer may not ask', async () => {
    const nobody = '01900000-0000-7000-8000-000000000000';
    for (const id of [nobody, 'nonsense']) {
      await expect(retryDelivery(owner, id)).rejects.toThrow(NotFound);
      await expect(wakeProcess(owner, id)).rejects.toThrow(NotFound);
    }
    const stranger = await a.ctxOf(nobody, 'workspace');
    await expect(retryDelivery(stranger, nobody)).rejects.toThrow(Forbidden);
    await expect(wakeProcess(stranger, nobody)).rejects.toThrow(Forbidden);
  });

  it('let staff send a parked event out again with its own id', async () => {
    const id = await parkedEvent(a);
    await expect(retryDelivery(await b.ctxOf('owner', 'workspace'), id)).rejects.toThrow(NotFound);
    const staff = await staffCtx();
    expect(await parkedIds(staff)).toContain(id);
    await retryDelivery(staff, id);
    expect(await parkedIds(staff)).not.toContain(id);
    expect(await owner.inTenant((tx) => tx.row(sql`select state, tries from portico.event_deliveries where id = ${id}`))).toEqual({
      state: 'waiting',
      tries: 0,
    });
    await expect(retryDelivery(staff, id)).rejects.toThrow(NotFound);
  });

  it('let staff wake a stuck process', async () => {
    const id = owner.newId();
    const now = owner.clock.now();
    await a
      .systemCtx('workspace')
      .inTenant((tx) =>
        tx.run(
          sql`insert into portico.processes (id, kind, version, plugin_id, subject, state, stuck_because, started_at) values (${id}, 'returns.approval', 1, 'returns', ${owner.newId()}, 'stuck', 'a test', ${now})`,
        ),
      );
    await wakeProcess(await staffCtx(), id);
    expect(await owner.inTenant((tx) => tx.row(sql`select state, stuck_because from portico.processes where id = ${id}`))).toEqual({
      state: 'live',
      stuck_because: null,
    });
  });
});

const parkedIds = async (ctx: Ctx): Promise<Id[]> => (await ctx.use(core).parked({ limit: 100, sort: '-since' })).data.map((one) => one.id);

async function parkedEvent(business: TestBusiness): Promise<Id> {
  const id = owner.newId();
  const at = owner.clock.now();
  await business.systemCtx('workspace').inTenant((tx) =>
    tx.run(sql`insert into portico.event_deliveries (id, point, plugin_id, handler, subject, seq, payload, state, tries, last_error, created_at)
      values (${id}, 'core.tenant-created', 'workspace', 0, ${business.tenant.id}, 9, ${{ tenantId: business.tenant.id, ownerId: business.ownerId }}, 'parked', 8, 'a test', ${at})`),
  );
  return id;
}

describe('the demonstration', () => {
  it('has a look of its own at each business, two more staff, and the words of the stories unchanged', async () => {
    for (const story of ['lead-seller', 'franchise'] as const) {
      const business = await portal.business(`demo-${story}`);
      const { signIns } = await tellDemo(business.systemCtx('workspace'), { business: story, now: '2026-11-22T08:00:00.000Z', random: () => 0.5 });
      expect(signIns.map((one) => one.kind)).toEqual(['staff', 'staff']);
      for (const one of signIns) await portal.core.identity.signIn(business.tenant, { ...one, ip: '127.0.0.1', userAgent: 'test' });
      const { colour, logoFileId, words } = await business.systemCtx('workspace').use(core).branding();
      expect(colour).toBe(story === 'franchise' ? '#ffd400' : '#0e746e');
      expect((await portal.core.file(business.tenant, logoFileId!))!.mediaType).toBe('image/png');
      for (const key of ['accounts.users', 'accounts.users.new', 'accounts.field.admin-access', 'accounts.field.view-downline', 'accounts.field.enabled'])
        expect(words[key]).toBeUndefined();
    }
  });
});

describe('the lists of the console', () => {
  type List = (query: { limit: number; sort: string; cursor?: string; before?: string }) => Promise<WalkedPage<{ id: Id }>>;
  const lists = (c: Ctx): readonly (readonly [string, List, readonly string[]])[] => [
    ['staff', (query) => c.inTenant((tx) => listStaff(tx, query as StaffQuery)), STAFF_SORTS],
    ['parked', (query) => c.use(core).parked(query), ['since', '-since']],
    ['processes', (query) => c.use(core).processes(query), ['started', '-started']],
    ['audit', (query) => c.use(core).audit(query), ['at', '-at']],
  ];

  it('walked forwards and backwards, in every order, show each row once, and only the own ones', async () => {
    const c = await portal.business('walked');
    const ctx = await c.ctxOf('owner', 'workspace');
    for (let n = 0; n < 6; n += 1) {
      await join(ctx);
      await parkedEvent(c);
      await parkedMail(c);
      await endedProcess(c);
    }
    for (const [name, list, sorts] of lists(ctx)) {
      for (const sort of sorts) {
        const whole = (await list({ limit: 100, sort })).data.map((row) => row.id);
        expect(whole.length, name).toBeGreaterThanOrEqual(6);
        const pages = [await list({ limit: 2, sort })];
        while (pages.at(-1)!.nextCursor) pages.push(await list({ limit: 2, sort, cursor: pages.at(-1)!.nextCursor! }));
        expect(
          pages.flatMap(({ data }) => data.map((row) => row.id)),
          `${name} ${sort}`,
        ).toEqual(whole);
        expect(pages[0]!.previousCursor).toBeNull();
        for (let at = pages.length - 1; at > 0; at -= 1)
          expect((await list({ limit: 2, sort, before: pages[at]!.previousCursor! })).data, `${name} ${sort} back from ${at}`).toEqual(pages[at - 1]!.data);
        await expect(list({ limit: 2, sort: sorts.find((other) => other !== sort)!, cursor: pages[0]!.nextCursor! })).rejects.toThrow(InvalidInput);
      }
    }
    await expect((await (await portal.business('beside')).ctxOf('owner', 'workspace')).use(core).parked({ limit: 100, sort: 'since' })).resolves.toMatchObject({
      data: [],
    });
  });

  it('of plugins and of keys, which are all at hand, are walked the same way', () => {
    const rows = ['c', 'a', 'b', 'e', 'd'].map((id) => ({ id }));
    const page = (query: object) => walkRows(rows, ({ id }) => ({ key: id, id }), { limit: 2, sort: '-id', ...query });
    const first = page({});
    const second = page({ cursor: first.nextCursor! });
    const last = page({ cursor: second.nextCursor! });
    expect([first, second, last].map(({ data }) => data.map(({ id }) => id).join(''))).toEqual(['ed', 'cb', 'a']);
    expect([first.previousCursor, last.nextCursor]).toEqual([null, null]);
    expect(page({ before: last.previousCursor! })).toEqual(second);
    expect(() => page({ sort: 'id', cursor: first.nextCursor! })).toThrow(InvalidInput);
  });
});

async function parkedMail(business: TestBusiness): Promise<void> {
  await business.systemCtx('workspace').inTenant((tx) =>
    tx.run(sql`insert into portico.mails (id, plugin_id, template, user_id, data, state, tries, last_error, message_id, created_at)
      values (${tx.ctx.newId()}, 'workspace', 'a-mail', ${business.ownerId}, '{}', 'parked', 8, 'a test', '<m>', ${tx.ctx.clock.now()})`),
  );
}

async function endedProcess(business: TestBusiness): Promise<void> {
  await business.systemCtx('workspace').inTenant((tx) =>
    tx.run(sql`insert into portico.processes (id, kind, version, plugin_id, subject, state, outcome, started_at, ended_at)
      values (${tx.ctx.newId()}, 'returns.approval', 1, 'returns', ${tx.ctx.newId()}, 'ended', 'approved', ${tx.ctx.clock.now()}, ${tx.ctx.clock.now()})`),
  );
}
