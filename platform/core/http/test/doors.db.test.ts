import type { Request as ExpressRequest, Response } from 'express';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LIMITS, type Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { listRoutes, switchPlugin, type PageCall, type PageRef } from '@portico/core';
import { startTestPortal, testPlugin } from '@portico/testing';
import { guest } from './lodge/public/guest.server.ts';
import { hall } from './lodge/portal/hall.server.ts';
import { lodge, lodgePlugin } from './lodge-plugin.ts';
import { openHost } from './speak-to-host.ts';

const bare = testPlugin({ id: 'cellar', onByDefault: false, pages: [{ area: 'public', path: 'hatch/:token', view: 'guest', title: 'cellar.hatch' }] });
const portal = await startTestPortal({ plugins: [], loaded: [lodgePlugin, { ...bare, dir: lodgePlugin.dir }] });
const { core } = portal;
const alpha = await portal.business('alpha');
const beta = await portal.business('beta');
const off = await portal.business('off');
await switchPlugin(core.systemContext(off.tenant, 'core'), 'lodge', false);
const web = await openHost(core, (request, response) => void answerPage(request, response));
afterAll(async () => {
  web.close();
  await portal.close();
});
beforeEach(() => Object.assign(guest, { writes: false, throws: false }));

// Stands in for the web app: the page that the host has found, through the door that a shim uses.
async function answerPage(request: ExpressRequest, response: Response): Promise<void> {
  const { door, publicPage, target, body } = response.locals.call as PageCall;
  const ref: PageRef = publicPage
    ? { pluginId: publicPage.pluginId, area: 'public', path: publicPage.pattern.slice(1) }
    : { pluginId: 'lodge', area: 'portal', path: target === '/lodge/bare' ? 'bare' : '' };
  const token = /^\/(?:guest|hatch)\/([^/?]+?)\/?(?:\.data)?(?:\?.*)?$/.exec(target)?.[1];
  const asked = new Request(`http://${request.headers.host}${target}`, {
    method: request.method,
    headers: { 'content-type': request.headers['content-type'] ?? '' },
    ...(body ? { body: new Uint8Array(body) } : {}),
  });
  const look = await door.look();
  const answer = request.method === 'POST' ? await door.submit(ref, asked, { token }) : await door.load(ref, asked, { token });
  response.status('problem' in answer ? answer.problem.status : 200).json({ ...answer, now: look.now, frame: (await door.frame('portal')) ?? null });
}

const HOST = 'alpha.portico.localhost';
const ROW: Id = '0199b9a0-0000-7000-8000-000000000001';
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const own = { ...form, 'sec-fetch-site': 'same-origin', origin: `http://${HOST}` };
const tokenOf = (business = alpha, generation = 1): string => core.host.links(business.tenant.id).token({ purpose: 'lodge.guest', id: ROW, generation });
const open = (target: string, { host = HOST, ...rest }: { host?: string; method?: string; body?: string; headers?: Record<string, string> } = {}) =>
  web.ask(target, { host, ...rest });
const audited = (what: string, business = alpha) =>
  business.systemCtx('core').inTenant((tx) => tx.rows(sql`select after from portico.audit_log where what = ${what}`));
const cookieOf = async (business = alpha) => `__Host-portico=${(await core.identity.openSession(business.tenant, business.ownerId, '')).token}`;
const isKnown = async (cookie: string) => (await core.identity.actorOfSession(alpha.tenant, cookie.slice('__Host-portico='.length))) !== undefined;

describe('a page for anybody', () => {
  it('is shown to nobody, and to who is signed in as to nobody: no session is asked', async () => {
    const asked = vi.spyOn(core.identity, 'actorOfSession');
    for (const cookie of ['', await cookieOf()]) {
      const { status, text, headers } = await open(`/guest/${tokenOf()}`, { headers: { cookie } });
      expect([status, JSON.parse(text)]).toEqual([
        200,
        { kind: 'data', data: { id: ROW, actor: expect.objectContaining({ kind: 'nobody', name: '' }), roles: 0 }, now: expect.any(String), frame: null },
      ]);
      expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex', 'cache-control': 'no-store' });
    }
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
  });
  it('knows the time of the business', async () => {
    await beta.advance('P40D');
    const { text } = await open(`/guest/${tokenOf(beta)}`, { host: 'beta.portico.localhost' });
    expect(Date.parse((JSON.parse(text) as { now: string }).now) - Date.now()).toBeGreaterThan(39 * 86_400_000);
  });
  it.each([
    ['of another business', () => tokenOf(beta)],
    ['of an older generation', () => tokenOf(alpha, 0)],
    ['of another purpose', () => core.host.links(alpha.tenant.id).token({ purpose: 'lodge.guests', id: ROW, generation: 1 })],
    ['that was cut', () => tokenOf().slice(0, -1)],
    ['that was never one', () => 'x'],
  ])('with a token %s does not exist', async (_, token) => {
    expect((await open(`/guest/${token()}`)).status).toBe(404);
  });
  it('of a plugin that is off does not exist, and its address is kept secret all the same', async () => {
    const { status, headers } = await open(`/hatch/${tokenOf()}`);
    expect([status, headers['referrer-policy']]).toEqual([404, 'no-referrer']);
  });
  it('leaves other pages as they are: their referrer policy, and that they ask who is there', async () => {
    const { text, headers } = await open('/lodge');
    expect(JSON.parse(text)).toMatchObject({ kind: 'go', to: '/sign-in?to=%2Flodge' });
    expect([headers['referrer-policy'], headers['x-robots-tag']]).toEqual(['same-origin', undefined]);
  });
  it('changes nothing by being opened, 20 times and with HEAD: a load that writes is refused, counted, and writes nothing', async () => {
    guest.writes = true;
    const before = await alpha.failuresOf('lodge');
    for (const method of [...Array.from({ length: 20 }, () => 'GET'), 'HEAD']) expect((await open(`/guest/${tokenOf()}`, { method })).status).toBe(500);
    expect(await audited('lodge.opened')).toEqual([]);
    expect(await alpha.failuresOf('lodge')).toBe(before + 21);
  });
  it.each(['', '.data'])('takes a form of this very origin, without a cookie, and of none else%s', async (ending) => {
    const before = (await audited('lodge.pressed')).length;
    const post = async (headers: Record<string, string>) =>
      (await open(`/guest/${tokenOf()}${ending}`, { body: 'a=b', headers: { ...form, ...headers } })).status;
    for (const elsewhere of [
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-site', origin: 'http://beta.portico.localhost' },
      { 'sec-fetch-site': 'cross-site', origin: 'null' },
      { 'sec-fetch-site': 'same-site', origin: 'null' },
      { origin: 'null' },
      {},
    ] as Record<string, string>[])
      expect([elsewhere, await post(elsewhere)]).toEqual([elsewhere, 403]);
    expect((await audited('lodge.pressed')).length).toBe(before);
    expect(await post(own)).toBe(200);
    // what a browser says of a form on a page that tells nobody its address
    expect(await post({ 'sec-fetch-site': 'same-origin', origin: 'null' })).toBe(200);
    expect((await audited('lodge.pressed')).slice(before)).toEqual([{ after: { actor: 'nobody' } }, { after: { actor: 'nobody' } }]);
  });
  it('alone may have the Origin "null"', async () => {
    const headers = { ...form, 'sec-fetch-site': 'same-origin', origin: 'null' };
    for (const target of ['/lodge', '/sign-in', '/guest', `/guest/${tokenOf()}/more`, `/guest//${tokenOf()}`])
      expect([target, (await open(target, { body: 'a=b', headers })).status]).toEqual([target, 403]);
  });
  it('stands in the list of routes, read and written, and needs no right', async () => {
    const rows = (await listRoutes(core.registry)).filter(({ path }) => path === '/guest/:token');
    expect(rows).toEqual(
      [['page', 'GET'] as const, ['write', 'POST'] as const].map(([kind, method]) => ({
        kind,
        method,
        plugin: 'lodge',
        path: '/guest/:token',
        permission: '',
      })),
    );
  });
  it('that fails is told in the log by its pattern: the token stands in no line', async () => {
    const lines: string[] = [];
    const spy = vi.spyOn(core.log, 'error').mockImplementation((...said) => void lines.push(JSON.stringify(said)));
    guest.throws = true;
    const byHost = vi.spyOn(core.enablement, 'of').mockRejectedValueOnce(new Error('away'));
    expect((await open(`/guest/${tokenOf()}`)).status).toBe(503);
    byHost.mockRestore();
    expect((await open(`/guest/${tokenOf()}`)).status).toBe(500);
    spy.mockRestore();
    expect(lines.join()).toContain('/guest/:token');
    expect(lines.join()).not.toContain(ROW);
  });
});

describe('a form of a page for anybody that signs somebody in', () => {
  const press = (user: Id, headers: Record<string, string> = {}) => open(`/guest/${tokenOf()}`, { body: `user=${user}`, headers: { ...own, ...headers } });
  const sessionIn = ({ headers }: { headers: { 'set-cookie'?: string[] } }) =>
    headers['set-cookie']?.find((one) => one.startsWith('__Host-portico='))?.split(';')[0];

  it('opens a fresh session, ends the one before, and leads on with its message', async () => {
    const before = await cookieOf();
    const answer = await press(alpha.ownerId, { cookie: before });
    expect(JSON.parse(answer.text)).toMatchObject({ kind: 'go', to: '/lodge' });
    const fresh = sessionIn(answer)!;
    expect(answer.headers['set-cookie']![0]).toMatch(/^__Host-portico=[\w-]{43}; Max-Age=\d+; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    expect([await isKnown(before), await isKnown(fresh)]).toEqual([false, true]);
    expect(answer.headers['set-cookie']!.some((one) => one.startsWith('__Host-portico-flash='))).toBe(true);
  });
  it('opens none for a user of another business, for nobody, or for who is disabled', async () => {
    const disabled = await alpha.systemCtx('core').inTenant(async (tx) => {
      const id = await tx.users.create({ name: 'Gone', userName: 'gone' });
      await tx.users.change(id, { enabled: false });
      return id;
    });
    const before = await cookieOf();
    for (const user of [beta.ownerId, ROW, disabled]) {
      const answer = await press(user, { cookie: before });
      expect([JSON.parse(answer.text), answer.headers['set-cookie']]).toEqual([expect.objectContaining({ kind: 'refused', status: 404 }), undefined]);
    }
    expect(await isKnown(before)).toBe(true);
  });
  it('is a public page: another one signs nobody in', async () => {
    const cookie = await cookieOf();
    const failures = await alpha.failuresOf('lodge');
    const answer = await open('/lodge', { body: 'a=b', headers: { ...own, cookie } });
    expect([JSON.parse(answer.text), answer.headers['set-cookie']]).toEqual([expect.objectContaining({ kind: 'refused', status: 500 }), undefined]);
    expect(await alpha.failuresOf('lodge')).toBe(failures + 1);
  });
});

describe('plugins whose public pages do not fit', () => {
  const page = (path: string) => [{ area: 'public' as const, path, view: 'guest', title: 'x.y' }];
  it.each([
    ['sign-in/:token', 'begins with an address of the product'],
    ['portico', 'begins with an address of the product'],
    ['lodge/:token', `begins with "lodge", which is the plugin lodge's`],
    ['tower/:token', `begins with "tower", which is the plugin tower's`],
    ['guest/more', `begins with "guest", which is the plugin lodge's`],
    [':token', 'must begin with 2 to 30 lower-case letters'],
    ['', 'must begin with 2 to 30 lower-case letters'],
    ['../x', 'must begin with 2 to 30 lower-case letters'],
    ['well/..', 'has a part that no address has'],
    ['well/:a.b', 'has a part that no address has'],
  ])('with a page at "%s" are set aside', async (path, because) => {
    const { registryOf } = await import('@portico/core');
    const tower = testPlugin({ id: 'tower', pages: page(path) });
    expect(registryOf([lodgePlugin, tower]).plugins.map(({ quarantined }) => quarantined)).toEqual([undefined, expect.stringContaining(because)]);
  });
  it('is the later one of two, by its id too', async () => {
    const { registryOf } = await import('@portico/core');
    expect(registryOf([lodgePlugin, testPlugin({ id: 'guest' })]).plugins[1]!.quarantined).toBe('its id "guest" is the address of public pages of lodge');
  });
});

describe('an operation for anybody', () => {
  const json = { 'content-type': 'application/json' };
  const call = (headers: Record<string, string> = {}, body = '{ "a": 1 }', host = HOST) =>
    open('/api/v1/lodge/calls', { host, body, headers: { ...json, ...headers } });

  it('is given the very bytes and the headers, but nothing that proves who somebody is', async () => {
    const body = '{"a":  "\u00e4",\n"a":2 }';
    expect((await call({ 'X-Signature': 't=1,v1=abc', authorization: 'Basic eDp5' }, body)).status).toBe(200);
    const heard = lodge.heard.at(-1)!;
    expect(heard.raw.equals(Buffer.from(body))).toBe(true);
    expect(heard).toMatchObject({ actor: 'nobody', headers: { 'x-signature': 't=1,v1=abc', 'content-type': 'application/json' } });
    expect(Object.keys(heard.headers)).not.toContain('authorization');
  });
  it('is called by nobody, whatever session or key is sent along', async () => {
    const { key } = await alpha.systemCtx('core').inTenant((tx) => tx.keys.create({ name: 'k', userId: alpha.ownerId }));
    const cookie = await cookieOf();
    for (const headers of [{}, { authorization: `Bearer ${key}` }, { authorization: 'Bearer wrong' }, { cookie, ...own, ...json }] as Record<string, string>[])
      expect(JSON.parse((await call(headers)).text)).toMatchObject({ actor: 'nobody' });
    expect(JSON.parse((await open('/api/v1/lodge/hours', { headers: { cookie } })).text)).toEqual({ call: 0, actor: 'nobody' });
    expect(Object.keys(lodge.heard.at(-1)!.headers)).not.toContain('cookie');
  });
  it.each([
    ['with a cookie from another site', 403, () => call({ cookie: '__Host-portico=x', 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })],
    ['with a cookie and a key', 400, () => call({ cookie: '__Host-portico=x', authorization: 'Bearer x' })],
    ['as text/plain', 415, () => call({ 'content-type': 'text/plain' })],
    ['with more than 1 MiB', 413, () => call({}, 'x'.repeat(1024 * 1024 + 1))],
    ['at a business where the plugin is off', 404, () => call({}, '{}', 'off.portico.localhost')],
    ['by another method', 404, () => open('/api/v1/lodge/calls')],
  ])('%s is refused', async (_, status, ask) => {
    const before = lodge.calls;
    expect((await ask()).status).toBe(status);
    expect(lodge.calls).toBe(before);
  });
  it('takes no Idempotency-Key: strangers would share them', async () => {
    const first = JSON.parse((await call({ 'idempotency-key': 'same' })).text) as { call: number };
    const second = JSON.parse((await call({ 'idempotency-key': 'same' }, '{"other":1}')).text) as { call: number };
    expect(second.call).toBe(first.call + 1);
  });
  it('is described so: in the list of routes without a right, in openapi.json without security', async () => {
    const rows = (await listRoutes(core.registry)).filter(({ path }) => path === '/api/v1/lodge/calls');
    expect(rows).toEqual([{ kind: 'operation', plugin: 'lodge', method: 'POST', path: '/api/v1/lodge/calls', permission: '' }]);
    const { paths } = JSON.parse((await open('/api/v1/openapi.json')).text) as {
      paths: Record<string, Record<string, { security?: unknown; parameters?: unknown }>>;
    };
    expect(paths['/api/v1/lodge/calls']!['post']).toMatchObject({ operationId: 'lodge.call', security: [] });
    expect(paths['/api/v1/lodge/calls']!['post']!.parameters).toBeUndefined();
    expect(paths['/api/v1/lodge/{id}/paper']!['get']!.security).toBeUndefined();
  });
  it('takes a storm of 1,000 from one address, and no flood', async () => {
    const storm = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const statuses = new Set<number>();
        for (let turn = 0; turn < 20; turn += 1) statuses.add((await call()).status);
        return [...statuses];
      }),
    );
    expect(new Set(storm.flat())).toEqual(new Set([200]));
    await core.pool.query(`update portico.rate_limits set points = $1 where key like 'open-calls:%'`, [LIMITS.openCalls]);
    const refused = await call();
    expect([refused.status, (JSON.parse(refused.text) as { code: string }).code]).toEqual([429, 'portico.too-many-attempts']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await call({}, '{}', 'beta.portico.localhost')).status).toBe(200);
  });
});

describe('an operation that answers with a file', () => {
  const paper = `/api/v1/lodge/${ROW}/paper`;
  it('sends it to be saved, by session and by key alike, and lets nothing in it act', async () => {
    const { key } = await alpha.systemCtx('core').inTenant((tx) => tx.keys.create({ name: 'k', userId: alpha.ownerId }));
    for (const headers of [{ cookie: await cookieOf() }, { authorization: `Bearer ${key}` }] as Record<string, string>[]) {
      const answer = await open(paper, { headers });
      expect([answer.status, answer.text]).toEqual([200, '%PDF-1.7 paper']);
      expect(answer.headers).toMatchObject({
        'content-type': 'application/pdf',
        'content-disposition': `attachment; filename="Invoice 1001.pdf"; filename*=UTF-8''Invoice%201001.pdf`,
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'private, no-store',
        'content-length': '14',
      });
    }
    expect((await open(paper)).status).toBe(401);
    expect((await open(paper, { method: 'HEAD', headers: { authorization: `Bearer ${key}` } })).text).toBe('');
  });
  it.each([
    ['Rechnung für Käthe.pdf', `filename="Rechnung fur Kathe.pdf"; filename*=UTF-8''Rechnung%20f%C3%BCr%20K%C3%A4the.pdf`],
    ['請求書.pdf', `filename="___.pdf"; filename*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.pdf`],
    [
      'a"; filename=evil.exe\r\nSet-Cookie: a=b.pdf',
      `filename="a ; filename=evil.exe Set-Cookie a=b.pdf"; filename*=UTF-8''a%20%3B%20filename%3Devil.exe%20Set-Cookie%20a%3Db.pdf`,
    ],
    ['../../etc/passwd', `filename="etc passwd"; filename*=UTF-8''etc%20passwd`],
    ['invoice\u202efdp.exe', `filename="invoice fdp.exe"; filename*=UTF-8''invoice%20fdp.exe`],
    ["50% o'clock (1).pdf", `filename="50_ o'clock (1).pdf"; filename*=UTF-8''50%25%20o%27clock%20%281%29.pdf`],
    ['...', `filename="file"; filename*=UTF-8''file`],
  ])('called %j names it safely', async (name, expected) => {
    lodge.name = name;
    expect((await open(paper, { headers: { cookie: await cookieOf() } })).headers['content-disposition']).toBe(`attachment; ${expected}`);
  });
  it.each([
    ['of another type than it promises', '/api/v1/lodge/picture', 'GET'],
    ['when it is no operation that reads', '/api/v1/lodge/papers', 'POST'],
  ])('%s fails, and is told in openapi.json as what it is', async (_, target, method) => {
    const { key } = await alpha.systemCtx('core').inTenant((tx) => tx.keys.create({ name: 'k', userId: alpha.ownerId }));
    expect((await open(target, { method, headers: { authorization: `Bearer ${key}` } })).status).toBe(500);
    const { paths } = JSON.parse((await open('/api/v1/openapi.json')).text) as {
      paths: Record<string, Record<string, { responses: Record<string, { content: object }> }>>;
    };
    expect(paths[target]![method.toLowerCase()]!.responses['200']!.content).toEqual({ 'application/pdf': { schema: { type: 'string', format: 'binary' } } });
  });
});

describe('a page that loads scripts of others', () => {
  const policyOf = async (sources: unknown, target = '/lodge') => {
    hall.sources = sources;
    const { status, headers } = await open(target, { headers: { cookie: await cookieOf() } });
    return { status, policy: String(headers['content-security-policy']).replaceAll(/'nonce-[^']+'/g, 'N') };
  };
  const usual = async () => (await policyOf({})).policy;

  it('has their origins in its own policy, and in no other', async () => {
    const { policy } = await policyOf({
      script: ['https://js.example'],
      frame: ['https://js.example', 'https://hooks.example:8443'],
      connect: ['http://127.0.0.1:4242'],
    });
    expect(policy).toContain("script-src 'self' N https://js.example;");
    expect(policy).toContain('frame-src https://js.example https://hooks.example:8443;');
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:4242;");
    expect(
      policy
        .replace(' https://js.example;', ';')
        .replace(/frame-src [^;]+; /, '')
        .replace(' http://127.0.0.1:4242', ''),
    ).toBe(await usual());
    expect(String((await open('/sign-in')).headers['content-security-policy'])).not.toContain('js.example');
    expect(String((await open(`/guest/${tokenOf()}`)).headers['content-security-policy'])).not.toContain('js.example');
  });
  it.each([
    '*',
    'https://*.example',
    'https:',
    'data:',
    "'unsafe-inline'",
    'https://js.example/',
    'https://js.example/v3',
    'http://js.example',
    'http://localhost.example',
    'https://js.example;script-src *',
    'https://js.example *',
    'https://JS.example',
    'https://user@js.example',
    'javascript:alert(1)',
    '',
    'https://js.example:443',
  ])('cannot name "%s": the page fails, and its policy stays as it is', async (source) => {
    const expected = await usual();
    for (const kind of ['script', 'frame', 'connect']) expect(await policyOf({ [kind]: [source] })).toEqual({ status: 500, policy: expected });
  });
  it('cannot name anything else, or too many', async () => {
    for (const sources of [
      { style: ['https://js.example'] },
      { script: 'https://js.example' },
      { script: Array.from({ length: 11 }, (_, at) => `https://js${at}.example`) },
    ])
      expect((await policyOf(sources)).status).toBe(500);
  });
  it('says so in its manifest: else it fails', async () => {
    expect((await policyOf({ script: ['https://js.example'] }, '/lodge/bare')).status).toBe(500);
  });
});
