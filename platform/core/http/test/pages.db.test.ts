import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Role, RoleShare } from '@portico/kit/server';
import type { z } from 'zod';
import { startTestPortal } from '@portico/testing';
import { Door } from '../door.ts';
import { openPages, type PageRef } from '../pages.ts';
import { Visit } from '../visit.ts';
import { loadSlots } from '../slots.ts';
import { pond, pondPlugins } from './pond-plugins.ts';
import { mood } from './pond/portal/duck-list.server.ts';

const portal = await startTestPortal({ plugins: [], loaded: pondPlugins });
const { core } = portal;
const pages = openPages(core);
core.host.slots = (context, slot, props) => loadSlots(core, context, slot, props);
const alpha = await portal.business('alpha');
const beta = await portal.business('beta', { plugins: ['mud'] });
afterAll(() => portal.close());
beforeEach(() => void (mood.now = 'well'));

const ACCOUNT = '00000000-0000-7000-8000-00000000000a';
const DUCK = '00000000-0000-7000-8000-000000000001';
const roleOf = (role: Role['role']): z.output<typeof RoleShare> =>
  role === 'owner' || role === 'staff' ? { role } : { role, accountId: ACCOUNT, memberId: DUCK };
const list: PageRef = { pluginId: 'pond', area: 'portal', path: '' };

/** A request of somebody with these roles; `undefined`: nobody is signed in. */
async function doorOf(roles: Role['role'][] | undefined, { business = alpha, cookie = '', mustChange = false } = {}): Promise<Door & { cookies: string[] }> {
  let token = '';
  if (roles) {
    const name = `user ${Math.random()}`;
    const passwordHash = await business.systemCtx('core').hashPassword('a quiet pond at dawn');
    await business
      .systemCtx('core')
      .inTenant(async (tx) => pond.roles.set(await tx.users.create({ name, userName: name, passwordHash, mustChangePassword: mustChange }), roles.map(roleOf)));
    token = (await core.identity.signIn(business.tenant, { login: name, password: 'a quiet pond at dawn', ip: '::1', userAgent: '' })).token;
  }
  const cookies: string[] = [];
  const visit = new Visit(
    core,
    business.tenant,
    'request-1',
    'nonce',
    { cookie: [token && `__Host-portico=${token}`, cookie].filter(Boolean).join('; ') },
    '::1',
  );
  return Object.assign(new Door(visit, pages, { append: (_: string, value: string) => cookies.push(value) } as never), { cookies });
}
/** The next request of the same browser, with the cookie that it was given. */
function again({ visit }: Door, set: string): Door & { cookies: string[] } {
  const cookies: string[] = [];
  const next = new Visit(core, visit.tenant, 'request-2', 'nonce', { cookie: `${visit.headers.cookie}; ${set.split(';')[0]}` }, '::1');
  return Object.assign(new Door(next, pages, { append: (_: string, value: string) => cookies.push(value) } as never), { cookies });
}
const at = (path: string) => new Request(`http://alpha.portico.localhost${path}`);
const posted = (fields: Record<string, string>, path = '/pond') =>
  new Request(`http://alpha.portico.localhost${path}`, { method: 'POST', body: new URLSearchParams(fields) });

describe('a page', () => {
  it('leads somebody who is not signed in to sign in, and back again', async () => {
    const door = await doorOf(undefined);
    expect(await door.load(list, at('/pond?q=a b'), {})).toEqual({ kind: 'go', to: `/sign-in?to=${encodeURIComponent('/pond?q=a%20b')}` });
    expect(await door.submit(list, posted({}), {})).toMatchObject({ kind: 'go', to: '/sign-in?to=%2Fpond' });
  });
  it('comes after the own password, when somebody else chose it', async () => {
    const door = await doorOf(['member'], { mustChange: true });
    expect(await door.load(list, at('/pond'), {})).toEqual({ kind: 'go', to: '/change-password' });
    expect(await door.submit(list, posted({}), {})).toEqual({ kind: 'go', to: '/change-password' });
    expect(await door.home('portal')).toBe('/change-password');
    expect(await door.frame('portal')).toBeUndefined();
  });
  it('is given its data, with its query', async () => {
    expect(await (await doorOf(['member'])).load(list, at('/pond?q=x'), {})).toMatchObject({ kind: 'data', data: { ducks: 3, q: 'x' } });
  });
  it.each([
    ['without any role', [], list, 404],
    ['without the right', ['member'], { ...list, path: 'admin' }, 404],
    ['as staff, in the portal', ['owner'], list, 404],
    ['as a customer, in the console', ['account-admin'], { ...list, area: 'console' }, 404],
    ['that no manifest names', ['member'], { ...list, path: 'never' }, 404],
    ['of a plugin that is switched off', ['member'], { pluginId: 'mud', area: 'portal', path: '' }, 404],
  ] as [string, Role['role'][], PageRef, number][])('%s does not exist', async (_, roles, ref, status) => {
    expect(await (await doorOf(roles)).load(ref, at('/pond'), {})).toMatchObject({ kind: 'problem', problem: { status, code: 'portico.not-found' } });
  });
  it('with a parameter that can name nothing does not exist', async () => {
    const door = await doorOf(['member']);
    expect(await door.load({ ...list, path: ':duckId' }, at('/pond/x'), { duckId: 'x' })).toMatchObject({ problem: { status: 404 } });
    expect(await door.load({ ...list, path: ':duckId' }, at('/pond/x'), { duckId: DUCK })).toMatchObject({ kind: 'data' });
  });
  it('that throws, hangs, or throws while it is imported costs only itself, and is counted', async () => {
    const door = await doorOf(['member']);
    const before = await alpha.failuresOf('pond');
    mood.now = 'throws';
    const thrown = await door.load(list, at('/pond'), {});
    expect(thrown).toMatchObject({ problem: { status: 500, code: 'portico.unforeseen', reference: 'request-1' } });
    expect(JSON.stringify(thrown)).not.toContain('dry');
    mood.now = 'hangs';
    const began = performance.now();
    expect(await door.load(list, at('/pond'), {})).toMatchObject({ problem: { status: 503, code: 'portico.too-slow' } });
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(await door.load({ ...list, path: 'sunk' }, at('/pond/sunk'), {})).toMatchObject({ problem: { status: 500 } });
    expect(await alpha.failuresOf('pond')).toBe(before + 3);
    mood.now = 'well';
    expect(await door.load(list, at('/pond'), {})).toMatchObject({ kind: 'data' });
  });
});

describe('a page with something of others in two places', () => {
  it.each([[['mire-a']], [['mire-a', 'mire-b', 'mire-c']]])(
    'is there within its time when %s hang in both: a notice stands for their parts, the others are whole',
    async (plugins) => {
      const business = await portal.business(`shore-${plugins.length}`, { plugins });
      const door = await doorOf(['member'], { business });
      await door.load(list, at('/pond'), {});
      const began = performance.now();
      const page = await door.load({ ...list, path: 'shore' }, at('/pond/shore'), {});
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(page).toMatchObject({ kind: 'data', data: { facts: ['wet'] } });
      const { tabs } = (page as { data: { tabs: { pluginId: string; data: { ok: boolean } }[] } }).data;
      expect(Object.fromEntries(tabs.map(({ pluginId, data }) => [pluginId, data.ok]))).toEqual({
        reeds: true,
        ...Object.fromEntries(plugins.map((id) => [id, false])),
      });
      await expect.poll(() => core.pool.totalCount - core.pool.idleCount).toBe(0);
    },
  );
});

describe('a form', () => {
  it('that is done leads on with a message that is shown once', async () => {
    const door = await doorOf(['member']);
    expect(await door.submit(list, posted({ intent: 'go' }), {})).toMatchObject({ kind: 'go', to: '/pond?done' });
    const [set] = door.cookies;
    expect(set).toMatch(/^__Host-portico-flash=.*; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    const next = again(door, set!);
    expect(await next.takeFlash()).toEqual({ say: 'pond.saved', values: { ducks: 3 } });
    next.answered({ leadsOn: true });
    expect(next.cookies).toEqual([]);
    next.answered({ leadsOn: false });
    expect(next.cookies).toEqual([expect.stringContaining('Max-Age=0')]);
  });
  it('hands its message on sealed: a key that is shown once stands readable in no cookie, and only for who was meant', async () => {
    const door = await doorOf(['member']);
    await door.submit(list, posted({ intent: 'go' }), {});
    const [set] = door.cookies;
    const value = set!.slice(set!.indexOf('=') + 1, set!.indexOf(';'));
    for (const text of [value, Buffer.from(value, 'base64url').toString('latin1')]) expect(text).not.toMatch(/saved|ducks/);
    const cookie = set!.split(';')[0]!;
    const turned = `${cookie.slice(0, -4)}${cookie.at(-4) === 'A' ? 'B' : 'A'}${cookie.slice(-3)}`;
    expect(await (await doorOf(['member'], { cookie })).takeFlash()).toBeUndefined();
    expect(await (await doorOf(['member'], { cookie, business: beta })).takeFlash()).toBeUndefined();
    expect(await again(door, turned).takeFlash()).toBeUndefined();
    expect(await again(door, '__Host-portico-flash=AAAA').takeFlash()).toBeUndefined();
    expect(await again(door, cookie).takeFlash()).toEqual({ say: 'pond.saved', values: { ducks: 3 } });
  });
  it('never leads to another host', async () => {
    expect(await (await doorOf(['member'])).submit(list, posted({ intent: 'away' }, '/pond?q=1'), {})).toMatchObject({ kind: 'go', to: '/pond?q=1' });
  });
  it('that is refused says so at the field, and keeps what was typed but for secrets', async () => {
    const door = await doorOf(['member']);
    const form = new FormData();
    for (const [name, value] of [
      ['intent', 'fields'],
      ['name', 'x'.repeat(10_000)],
      ['tags', 'a'],
      ['tags', 'b'],
      ['password', 'secret'],
      ['current', 'secret'],
    ])
      form.append(name!, value!);
    form.append('logo', new File(['x'], 'a.png'));
    const answer = await door.submit(list, new Request('http://alpha.portico.localhost/pond', { method: 'POST', body: form }), {});
    expect(answer).toEqual({
      kind: 'refused',
      status: 422,
      refusal: { fields: { name: 'Too wet.' }, typed: { intent: 'fields', name: 'x'.repeat(10_000), tags: 'a,b' } },
    });
  });
  it('that may not be done now says why on top', async () => {
    expect(await (await doorOf(['member'])).submit(list, posted({ intent: 'frozen', name: 'a' }), {})).toEqual({
      kind: 'refused',
      status: 409,
      refusal: { fields: {}, say: 'The pond is frozen.', typed: { intent: 'frozen', name: 'a' } },
    });
  });
  it('that fails keeps what was typed, and tells nothing', async () => {
    const answer = await (await doorOf(['member'])).submit(list, posted({ intent: 'throws', name: 'a' }), {});
    expect(answer).toMatchObject({ kind: 'refused', status: 500, refusal: { typed: { name: 'a' } } });
    expect(JSON.stringify(answer)).not.toContain('dry');
  });
  it('with a text that cannot be stored is refused at its field', async () => {
    expect(await (await doorOf(['member'])).submit(list, posted({ name: 'a\0b' }), {})).toMatchObject({
      status: 422,
      refusal: { fields: { name: 'This holds a character that cannot be stored.' } },
    });
  });
  it('that cannot be taken apart is refused', async () => {
    const broken = new Request('http://alpha.portico.localhost/pond', {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'multipart/form-data; boundary=y' },
    });
    expect(await (await doorOf(['member'])).submit(list, broken, {})).toMatchObject({ kind: 'refused', status: 400 });
  });
});

describe('the parts of a slot', () => {
  const tabsAt = async (business: typeof alpha, roles: Role['role'][]) => {
    const answer = await (await doorOf(roles, { business })).load(list, at('/pond'), {});
    return (answer as { data: { tabs: { pluginId: string; view: string; data: object }[] } }).data.tabs;
  };
  it('are those of plugins that are on, that the person may see, that have something to say', async () => {
    expect((await tabsAt(alpha, ['member'])).map(({ view }) => view)).toEqual(['good-tab', 'static-tab']);
    expect((await tabsAt(alpha, ['account-admin'])).map(({ view }) => view)).toEqual(['admin-tab', 'good-tab', 'static-tab']);
  });
  it('are given data of their own plugin; one that throws costs only itself', async () => {
    const [bad, good] = await tabsAt(beta, ['member']);
    expect(bad).toEqual({ pluginId: 'mud', area: 'portal', view: 'bad-tab', title: 'mud.bad', data: { ok: false } });
    expect(good).toMatchObject({ pluginId: 'reeds', data: { ok: true, value: { plugin: 'reeds', duckId: DUCK } } });
  });
  it('take their own forms, with the props of the page and not of the form', async () => {
    const door = await doorOf(['member']);
    expect(await door.submit(list, posted({ _part: 'reeds/good-tab', note: 'hello', duckId: 'forged' }), {})).toMatchObject({
      kind: 'go',
      to: `/pond?noted=${DUCK}`,
    });
    expect(await door.submit(list, posted({ _part: 'reeds/good-tab', note: '' }), {})).toMatchObject({
      kind: 'refused',
      part: 'reeds/good-tab',
      refusal: { fields: { note: 'Say something.' } },
    });
  });
  it('take no form of a part that is not there, or of a page that may not be seen', async () => {
    for (const part of ['reeds/never', 'mud/bad-tab', 'reeds/static-tab', '../pond'])
      expect(await (await doorOf(['member'])).submit(list, posted({ _part: part }), {})).toMatchObject({ kind: 'refused', status: 404 });
    expect(await (await doorOf(['owner'])).submit(list, posted({ _part: 'reeds/good-tab', note: 'x' }), {})).toMatchObject({ status: 404 });
  });
});

describe('the frame', () => {
  it('has the menu of what a person may see, by order, with what stands below it', async () => {
    const menuOf = async (roles: Role['role'][]) =>
      (await (await doorOf(roles)).frame('portal'))?.menu.map(({ text, children }) => [text, ...children.map((child) => child.text)]);
    expect(await menuOf(['member'])).toEqual([['pond.sunk'], ['pond.ducks']]);
    expect(await menuOf(['account-admin'])).toEqual([['pond.sunk'], ['pond.ducks', 'pond.admin']]);
    expect(await menuOf([])).toEqual([]);
  });
  it('has no entry for a page that its plugin leaves out for a customer, and the page is no address; within three seconds', async () => {
    const sunk: PageRef = { pluginId: 'pond', area: 'portal', path: 'sunk' };
    const seen = async (role: Role['role'] = 'member') => {
      const door = await doorOf([role]);
      const { menu } = (await door.frame('portal'))!;
      return [menu.map(({ text }) => text).includes('pond.sunk'), (await door.load(sunk, at('/pond/sunk'), {})).kind === 'problem'];
    };
    const before = await seen();
    pond.absent = [ACCOUNT];
    await expect.poll(seen, { timeout: 5_000 }).toEqual([false, true]);
    expect(await (await doorOf(['member'])).load(sunk, at('/pond/sunk'), {})).toMatchObject({ kind: 'problem', problem: { status: 404 } });
    pond.absent = [];
    await expect.poll(seen, { timeout: 5_000 }).toEqual(before);
  });
  it('shows staff the console, and a person of both the way to the other', async () => {
    expect(await (await doorOf(['owner'])).frame('portal')).toMatchObject({ area: 'console', menu: [{ text: 'pond.console', href: '/console/pond' }] });
    expect(await (await doorOf(['owner', 'member'])).frame('portal')).toMatchObject({ area: 'portal', other: 'console' });
    expect((await (await doorOf(['member'])).frame('portal'))?.other).toBeUndefined();
  });
  it('has a first page: the first entry, the console for staff, none for a person without any role', async () => {
    expect(await (await doorOf(['member'])).home('portal')).toBe('/pond/sunk');
    expect(await (await doorOf(['owner'])).home('portal')).toBe('/console');
    expect(await (await doorOf(['owner'])).home('console')).toBe('/console/pond');
    expect(await (await doorOf([])).home('portal')).toBeUndefined();
    expect(await (await doorOf(['member'])).hasConsole()).toBe(false);
  });
});

describe('signing in', () => {
  const signIn = async (fields: Record<string, string>, business = alpha) => {
    const door = await doorOf(undefined, { business });
    return { answer: await door.signIn(posted(fields, '/sign-in')), cookies: door.cookies };
  };
  it('sets a cookie of this host only, and leads where the person was going', async () => {
    const { answer, cookies } = await signIn({ login: alpha.login, password: alpha.password, to: '/pond?x=1' });
    expect(answer).toEqual({ kind: 'go', to: '/pond?x=1' });
    expect(cookies).toEqual([expect.stringMatching(/^__Host-portico=[\w-]{40,}; Max-Age=\d+; Path=\/; Secure; HttpOnly; SameSite=Lax$/)]);
  });
  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])('never leads to %s', async (to) => {
    expect((await signIn({ login: alpha.login, password: alpha.password, to })).answer).toEqual({ kind: 'go', to: '/' });
  });
  it('is refused in equal words for known and unknown, here and at another business', async () => {
    const refusals = [
      await signIn({ login: alpha.login, password: 'wrong' }),
      await signIn({ login: 'nobody', password: 'wrong' }),
      await signIn({ login: alpha.login, password: alpha.password }, beta),
    ];
    expect(refusals.map(({ cookies }) => cookies)).toEqual([[], [], []]);
    expect(new Set(refusals.map(({ answer }) => JSON.stringify({ ...answer, refusal: { ...(answer as { refusal: object }).refusal, typed: {} } }))).size).toBe(
      1,
    );
  });
  it('asks for what is missing, at its field', async () => {
    expect((await signIn({ login: '', password: 'x' })).answer).toMatchObject({
      status: 422,
      refusal: { fields: { login: 'Please fill this in.' }, typed: {} },
    });
    expect((await signIn({ login: 'x'.repeat(10_000), password: 'x' })).answer).toMatchObject({ status: 422 });
  });
  it('ends with signing out', async () => {
    const door = await doorOf(['member']);
    const token = door.visit.sessionToken!;
    expect(await door.signOut()).toBe('/sign-in');
    expect(await core.identity.actorOfSession(alpha.tenant, token)).toBeUndefined();
  });
  it('changes a password that somebody else chose', async () => {
    const door = await doorOf(['member'], { mustChange: true });
    const change = (fields: Record<string, string>) => door.changePassword(posted(fields, '/change-password'));
    expect(await change({ current: 'a quiet pond at dawn', password: 'three loud geese', again: 'three' })).toMatchObject({
      status: 422,
      refusal: { fields: { again: 'The two passwords are not the same.' } },
    });
    expect(await change({ current: 'wrong one here', password: 'three loud geese', again: 'three loud geese' })).toMatchObject({
      status: 422,
      refusal: { fields: { current: expect.any(String) }, typed: {} },
    });
    expect(await change({ current: 'a quiet pond at dawn', password: 'three loud geese', again: 'three loud geese' })).toEqual({ kind: 'go', to: '/' });
    expect(await core.identity.actorOfSession(alpha.tenant, door.visit.sessionToken!)).toBeUndefined();
    const token = door.cookies[0]!.split(/[=;]/)[1]!;
    expect((await core.identity.actorOfSession(alpha.tenant, token))?.user.mustChangePassword).toBe(false);
  });
  it('lets nobody who tries the login elsewhere spoil the change of its password', async () => {
    const door = await doorOf(['member'], { mustChange: true });
    const { userName, email } = (await door.visit.visitor())!.user!;
    const attempt = () => core.identity.signIn(alpha.tenant, { login: userName ?? email!, password: 'a guess', ip: '192.0.2.7', userAgent: '' });
    for (let at = 0; at < 10; at += 1) await expect(attempt()).rejects.toThrow();
    await expect(attempt()).rejects.toMatchObject({ code: 'portico.too-many-attempts' });
    const fields = { current: 'a quiet pond at dawn', password: 'three loud geese', again: 'three loud geese' };
    expect(await door.changePassword(posted(fields, '/change-password'))).toEqual({ kind: 'go', to: '/' });
    expect(door.cookies).toHaveLength(2);
  });
});
