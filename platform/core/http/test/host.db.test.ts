import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHost, listRoutes, switchPlugin } from '@portico/core';
import { sql, type Tx } from '@portico/kit/server';
import { startTestPortal } from '@portico/testing';
import { pond, pondPlugins } from './pond-plugins.ts';

const portal = await startTestPortal({ plugins: [], loaded: pondPlugins });
const alpha = await portal.business('alpha');
const beta = await portal.business('beta', { plugins: ['mud'] });
const ACCOUNT = '00000000-0000-7000-8000-00000000000a';

let server: Server;
let origin = 0;
const keys = { admin: '', member: '', source: '', beta: '' };
let session = '';

beforeAll(async () => {
  const app = createHost(portal.core, { pages: (_request, response) => void response.status(299).json([...response.locals.call.enabled]) });
  server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  origin = (server.address() as AddressInfo).port;
  const make = (business: typeof alpha, work: (tx: Tx) => Promise<string>) => business.systemCtx('pond').inTenant(work) as Promise<string>;
  const userKey = (business: typeof alpha, name: string, role: 'account-admin' | 'member') =>
    make(business, async (tx) => {
      const userId = await tx.users.create({ name, userName: name });
      pond.roles.set(userId, [{ role, accountId: ACCOUNT, memberId: '00000000-0000-7000-8000-00000000000b' }]);
      return (await tx.keys.create({ name, userId })).key;
    });
  keys.admin = await userKey(alpha, 'dana', 'account-admin');
  keys.member = await userKey(alpha, 'ruth', 'member');
  keys.beta = await userKey(beta, 'hana', 'account-admin');
  keys.source = await make(alpha, async (tx) => (await tx.keys.create({ name: 'source', sourceId: '00000000-0000-7000-8000-00000000000c' })).key);
  pond.roles.set(alpha.ownerId, [{ role: 'owner' }]);
  session = (await portal.core.identity.signIn(alpha.tenant, { login: alpha.login, password: alpha.password, ip: '127.0.0.1', userAgent: '' })).token;
});
beforeEach(() => {
  pond.calls = 0;
  pond.batches = [];
  pond.wait = Promise.resolve();
});
afterAll(async () => {
  server.close();
  await portal.close();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: any;
}

/** A call over the wire: the host's name stands in the Host header, as a browser sends it. */
function call(
  path: string,
  options: { method?: string; host?: string | string[]; headers?: Record<string, string>; body?: string | object; key?: string } = {},
): Promise<Answer> {
  const { method = options.body === undefined ? 'GET' : 'POST', host = 'alpha.portico.localhost', body, key } = options;
  const sent = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const hosts = [host].flat().flatMap((one) => ['Host', one]);
  const more = {
    ...(sent === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(sent)) }),
    ...(key ? { authorization: `Bearer ${key}` } : {}),
    ...options.headers,
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: origin, path, method, headers: [...hosts, ...Object.entries(more).flat()] as never, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            text,
            json: /json/.test(response.headers['content-type'] ?? '') ? JSON.parse(text) : undefined,
          }),
        );
      },
    );
    request.once('error', reject);
    request.end(sent);
  });
}

describe('a host', () => {
  it('that nobody knows is answered with the same bytes on every path and method', async () => {
    const answers = await Promise.all(
      ['/', '/pond', '/assets/a.js', '/api/v1/pond', '/readyz', '/sign-in.data', '/files/x'].flatMap((path) =>
        ['GET', 'POST'].map((method) => call(path, { method, host: 'nobody.portico.localhost' })),
      ),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['404 Not found\n']));
    const headers = answers.map(({ headers: { date: _, ...rest } }) => JSON.stringify(rest));
    expect(new Set(headers).size).toBe(1);
  });
  it('is what the Host header says, in any spelling, and nothing else', async () => {
    for (const host of ['ALPHA.portico.localhost', 'alpha.portico.localhost.', `alpha.portico.localhost:${origin}`])
      expect((await call('/readyz', { host })).status).toBe(200);
    expect(
      (
        await call('/readyz', {
          host: 'nobody.localhost',
          headers: { 'x-forwarded-host': 'alpha.portico.localhost', forwarded: 'host=alpha.portico.localhost' },
        })
      ).status,
    ).toBe(404);
    expect(
      (await call('/api/v1/me', { host: 'alpha.portico.localhost', key: keys.admin, headers: { 'x-forwarded-host': 'beta.portico.localhost' } })).status,
    ).toBe(200);
    expect((await call('/readyz', { host: ['alpha.portico.localhost', 'beta.portico.localhost'] })).status).toBe(404);
  });
  it('answers how each part is', async () =>
    expect((await call('/readyz')).json).toEqual({ state: 'ready', parts: { database: 'ok', temporal: 'not set up', mail: 'not set up' } }));
});

describe('every answer', () => {
  it('has a policy with a fresh nonce, no inline scripts, and is kept by nobody', async () => {
    const [one, two] = [await call('/pond'), await call('/pond')];
    const nonceOf = ({ headers }: Answer) => /'nonce-([^']{20,})'/.exec(String(headers['content-security-policy']))?.[1];
    expect(nonceOf(one)).toBeDefined();
    expect(nonceOf(one)).not.toBe(nonceOf(two));
    expect(
      String(one.headers['content-security-policy'])
        .split('; ')
        .find((part) => part.startsWith('script-src ')),
    ).not.toContain('unsafe');
    expect(one.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
    });
    expect(one.headers['x-powered-by']).toBeUndefined();
  });
});

const ELSEWHERE: readonly Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site', origin: 'http://beta.portico.localhost' },
  { origin: 'null' },
  {},
];

describe('an unsafe request from elsewhere', () => {
  it('is refused before any question to the database but for the host', async () => {
    const rows = (await listRoutes(portal.core.registry)).filter(({ method }) => method !== 'GET');
    expect(rows.length).toBeGreaterThan(8);
    await call('/readyz'); // the host is known now
    const asked: unknown[] = [];
    const { connect, query } = portal.core.pool;
    Object.assign(portal.core.pool, {
      connect: (...given: unknown[]) => (asked.push('connect'), (connect as (...all: unknown[]) => unknown).apply(portal.core.pool, given)),
      query: (...given: unknown[]) => (asked.push('query'), (query as (...all: unknown[]) => unknown).apply(portal.core.pool, given)),
    });
    try {
      for (const { method, path, kind } of rows) {
        const address = path.replace(/[:{]\w+}?/g, '00000000-0000-7000-8000-000000000001');
        for (const target of kind === 'write' ? [address, `${address}.data`] : [address]) {
          for (const from of ELSEWHERE) {
            const { status } = await call(target, {
              method,
              body: 'a=b',
              headers: { cookie: `__Host-portico=${session}`, 'content-type': 'application/x-www-form-urlencoded', ...from },
            });
            expect(`${method} ${target} ${status}`).toBe(`${method} ${target} 403`);
          }
          expect(
            (
              await call(`${target}?_data=root`, {
                method,
                body: 'a=b',
                headers: { cookie: `__Host-portico=${session}`, origin: 'http://alpha.portico.localhost' },
              })
            ).status,
          ).toBe(400);
          expect(
            (
              await call(target, {
                method,
                body: 'a=b',
                headers: { cookie: `__Host-portico=${session}`, origin: 'http://alpha.portico.localhost', 'content-type': 'text/plain' },
              })
            ).status,
          ).toBe(415);
        }
      }
      expect(asked).toEqual([]);
    } finally {
      Object.assign(portal.core.pool, { connect, query });
    }
  });
  it('same-origin, with a session, goes through', async () => {
    expect(
      (
        await call('/pond.data', {
          body: 'a=b',
          headers: { cookie: `__Host-portico=${session}`, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
        })
      ).status,
    ).toBe(299);
  });
  it('with a body beyond 1 MiB is refused, whether it says its length or not', async () => {
    const big = 'x'.repeat(1024 * 1024 + 1);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
    expect((await call('/pond', { body: big, headers })).status).toBe(413);
    expect((await chunked('/pond', big, headers)).status).toBe(413);
    expect(
      (await chunked('/api/v1/pond', JSON.stringify({ name: big }), { 'content-type': 'application/json', authorization: `Bearer ${keys.admin}` })).status,
    ).toBe(413);
  });
});

function chunked(path: string, body: string, headers: Record<string, string>): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port: origin,
        path,
        method: 'POST',
        headers: { host: 'alpha.portico.localhost', 'transfer-encoding': 'chunked', ...headers },
        agent: false,
      },
      (response) => {
        response.resume();
        resolve({ status: response.statusCode! });
      },
    );
    request.once('error', reject);
    request.write(body);
    request.end();
  });
}

describe('an operation', () => {
  it('asks who calls, then what the caller may, then what the address names', async () => {
    expect((await call('/api/v1/pond')).status).toBe(401);
    expect((await call('/api/v1/pond', { key: 'pk_unknown' })).status).toBe(401);
    expect((await call('/api/v1/pond', { key: keys.beta })).status).toBe(401);
    expect((await call('/api/v1/pond', { key: keys.member, body: { name: 'a' } })).json).toMatchObject({ status: 403, code: 'portico.forbidden' });
    expect((await call('/api/v1/pond', { key: keys.source })).status).toBe(403);
    const without = async (path: string) => (await call(path, { key: keys.admin })).text.replace(/urn:portico:request:\w+/, '');
    expect(await without('/api/v1/pond/not-an-id')).toBe(await without('/api/v1/pond/00000000-0000-7000-8000-000000000001'));
    expect((await call('/api/v1/pond', { key: keys.admin })).json).toEqual({ data: ['50'] });
  });
  it('of a plugin that is switched off answers like one that never was', async () => {
    const body = async (path: string, host: string, key: string) => (await call(path, { host, key })).text.replace(/urn:portico:request:\w+/, '');
    expect(await body('/api/v1/mud', 'alpha.portico.localhost', keys.admin)).toBe(await body('/api/v1/never', 'alpha.portico.localhost', keys.admin));
    expect((await call('/api/v1/mud', { host: 'beta.portico.localhost', key: keys.beta })).status).toBe(200);
  });
  it('with a wrong method or beyond the list does not exist', async () => {
    for (const path of ['/api', '/api/', '/api/v1', '/api/v2/pond', '/api/v1/pond/', '/api/v1/pond/feed/more', '/API/v1/pond/x/y'])
      expect((await call(path, { key: keys.admin })).status, path).toBeOneOf([404, 299]);
    expect((await call('/api/v1/pond', { key: keys.admin, method: 'PUT', body: {} })).status).toBe(404);
  });
  it('names each field that is wrong, and never fails for bad input', async () => {
    const post = (body: string | object, headers = {}) => call('/api/v1/pond', { key: keys.admin, body, headers });
    expect((await post({ name: '', weight: 'x' })).json).toMatchObject({
      status: 422,
      code: 'portico.invalid-input',
      errors: [
        { field: 'name', message: 'Please fill this in.' },
        { field: 'weight', message: 'Enter a number.' },
      ],
    });
    expect((await post('{')).json).toMatchObject({ status: 400, code: 'portico.malformed-json' });
    expect((await post('{}', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    for (const body of [[], null, 7, 'x', { name: 'a\u0000b' }, { name: 'x'.repeat(10_000) }, { name: { toString: 1 } }])
      expect((await post(JSON.stringify(body))).status).toBe(422);
    expect((await call('/api/v1/pond?limit=x', { key: keys.admin })).json.errors).toEqual([{ field: 'limit', message: 'Enter a number.' }]);
    expect((await call('/api/v1/pond?q=%00', { key: keys.admin })).status).toBe(422);
    expect((await call('/api/v1/pond/%E0%A4%A', { key: keys.admin })).status).toBe(404);
    expect(pond.calls).toBe(0);
  });
  it('tells nothing of a failure but its number', async () => {
    const answer = await call('/api/v1/pond', { key: keys.admin, body: { name: 'throws' } });
    expect(answer.json).toMatchObject({ status: 500, code: 'portico.unforeseen', instance: `urn:portico:request:${answer.headers['x-request-id']}` });
    expect(answer.text).not.toContain('secret');
  });
  it('that takes too long is answered so, and what it began is not done behind the back of the caller', async () => {
    let go: () => void = () => undefined;
    pond.wait = new Promise((resolve) => (go = resolve));
    const before = await alpha.failuresOf('pond');
    const answer = await call('/api/v1/pond/dives', { key: keys.admin, body: {}, headers: { 'idempotency-key': 'dive' } });
    expect(answer.json).toMatchObject({ status: 503, code: 'portico.too-slow', detail: expect.stringMatching(/\w/) });
    expect(await alpha.failuresOf('pond')).toBe(before + 1);
    go();
    await new Promise((settled) => setTimeout(settled, 200));
    const done = await alpha.systemCtx('core').inTenant((tx) => tx.rows<{ what: string }>(sql`select what from portico.audit_log where what like 'pond.%'`));
    expect(done).toEqual([{ what: 'pond.dived' }]);
    expect(pond.calls).toBe(0);
    pond.wait = Promise.resolve();
    // its first half was done: a repeat with the same key does not do that again
    expect((await call('/api/v1/pond/dives', { key: keys.admin, body: {}, headers: { 'idempotency-key': 'dive' } })).json).toMatchObject({ status: 409 });
    const again = await alpha.systemCtx('core').inTenant((tx) => tx.rows<{ what: string }>(sql`select what from portico.audit_log where what like 'pond.%'`));
    expect(again).toEqual(done);
  });
  it('must answer what it promises, outside production', async () => expect((await call('/api/v1/pond/lies', { key: keys.admin })).status).toBe(500));
  it('may answer another status that it promises', async () => {
    expect((await call('/api/v1/pond', { key: keys.admin, body: { name: 'twin' } })).status).toBe(200);
    expect((await call('/api/v1/pond', { key: keys.admin, body: { name: 'frozen' } })).json).toMatchObject({ status: 409, detail: 'The pond is frozen.' });
  });
});

describe('a call with an Idempotency-Key', () => {
  const post = (key: string, body: object, who = keys.admin) => call('/api/v1/pond', { key: who, body, headers: { 'idempotency-key': key } });
  it('is done once: the same again is given the first answer', async () => {
    const [first, second] = [await post('k1', { name: 'a' }), await post('k1', { name: 'a' })];
    expect([first.status, second.status, pond.calls]).toEqual([201, 201, 1]);
    expect(second.json).toEqual(first.json);
  });
  it('is refused for another body, and free for another caller', async () => {
    await post('k2', { name: 'a' });
    expect((await post('k2', { name: 'b' })).json).toMatchObject({ status: 409, code: 'portico.key-reused' });
    expect((await call('/api/v1/pond/feed', { key: keys.source, body: { name: 'a' }, headers: { 'idempotency-key': 'k2' } })).status).toBe(201);
  });
  it('is refused while the first is still being answered', async () => {
    let go: () => void = () => undefined;
    pond.wait = new Promise((resolve) => (go = resolve));
    const first = post('k3', { name: 'a' });
    while (pond.calls === 0) await new Promise((done) => setTimeout(done, 5));
    expect((await post('k3', { name: 'a' })).json).toMatchObject({ status: 409, code: 'portico.key-in-flight' });
    go();
    expect((await first).status).toBe(201);
    expect(pond.calls).toBe(1);
  });
  it('does nothing a second time when the process died between the work and its answer', async () => {
    const dived = () => alpha.systemCtx('pond').inTenant((tx) => tx.rows<{ id: string }>(sql`select id from portico.audit_log where what = 'pond.dived'`));
    const dive = () => call('/api/v1/pond/dives', { key: keys.admin, body: {}, headers: { 'idempotency-key': 'k6' } });
    const died = (after: 'the work' | 'nothing') =>
      alpha.systemCtx('pond').inTenant((tx) =>
        tx.run(sql`update portico.idempotency_keys set status = null, answer = null, created_at = ${new Date(Date.now() - 61_000)},
          carried_out_at = case when ${after === 'nothing'} then null else carried_out_at end where answer = '{"up": true}'::jsonb or status is null`),
      );
    const before = (await dived()).length;
    expect((await dive()).json).toEqual({ up: true });
    await died('the work');
    expect((await dive()).json).toMatchObject({ status: 409, code: 'portico.answer-not-kept', detail: expect.stringMatching(/carried out/) });
    expect(await dived()).toHaveLength(before + 1);
    await died('nothing');
    expect((await dive()).json).toEqual({ up: true });
    expect(await dived()).toHaveLength(before + 2);
  });
  it('does nothing a second time when it broke after its work was committed', async () => {
    const leak = () => call('/api/v1/pond/leaks', { key: keys.admin, body: {}, headers: { 'idempotency-key': 'k8' } });
    expect((await leak()).status).toBe(500);
    await alpha
      .systemCtx('pond')
      .inTenant((tx) => tx.run(sql`update portico.idempotency_keys set created_at = ${new Date(Date.now() - 61_000)} where status is null`));
    expect((await leak()).json).toMatchObject({ status: 409, code: 'portico.answer-not-kept' });
    expect(await alpha.systemCtx('pond').inTenant((tx) => tx.rows(sql`select id from portico.audit_log where what = 'pond.leaked'`))).toHaveLength(1);
  });
  it('keeps no answer that is shown once, and says so to a repeat', async () => {
    const secret = () => call('/api/v1/pond/secrets', { key: keys.admin, body: {}, headers: { 'idempotency-key': 'k7' } });
    expect((await secret()).json).toEqual({ secret: 'whisper' });
    expect((await secret()).json).toMatchObject({ status: 409, code: 'portico.answer-not-kept' });
    const kept = await alpha.systemCtx('pond').inTenant((tx) => tx.rows(sql`select id from portico.idempotency_keys where answer::text like '%whisper%'`));
    expect(kept).toEqual([]);
  });
  it('is kept for 24 hours, then forgotten with those that come after it', async () => {
    const kept = () => alpha.systemCtx('pond').inTenant((tx) => tx.rows<{ id: string }>(sql`select id from portico.idempotency_keys where body_hash = 'old'`));
    const put = (hours: number) =>
      alpha.systemCtx('pond').inTenant((tx) =>
        tx.run(sql`insert into portico.idempotency_keys (id, key_hash, body_hash, status, created_at)
        values (${tx.ctx.newId()}, ${`${hours} hours old`}, 'old', 201, ${new Date(Date.now() - hours * 3_600_000)})`),
      );
    await put(23);
    await put(25);
    expect(await kept()).toHaveLength(2);
    await post('k5', { name: 'a' });
    expect(await kept()).toHaveLength(1);
  });
  it('may be repeated after a refusal, with better input too', async () => {
    expect((await post('k4', { name: 'frozen' })).status).toBe(409);
    expect((await post('k4', { name: 'fine' })).status).toBe(201);
  });
});

describe('a folded operation', () => {
  const feed = (name: string, key = keys.source) => call('/api/v1/pond/feed', { key, body: { name } });
  it('answers each of many parallel calls, in fewer statements', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, (_, at) => feed(`duck ${at}`)));
    expect(answers.map(({ json }) => json.fed)).toEqual(Array.from({ length: 60 }, (_, at) => `duck ${at}`));
    expect(pond.batches.reduce((sum, one) => sum + one, 0)).toBe(60);
    expect(pond.batches.length).toBeLessThan(60);
  });
  it('lets a bad item fail alone', async () => {
    const answers = await Promise.all(['a', 'chokes', 'b', 'c'].map((name) => feed(name)));
    expect(answers.map(({ status }) => status)).toEqual([201, 409, 201, 201]);
  });
});

describe('the lists', () => {
  it('openapi.json names every operation of every plugin that is on here', async () => {
    const operations = async (host: string) =>
      Object.entries((await call('/api/v1/openapi.json', { host })).json.paths as Record<string, object>).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method} ${path}`),
      );
    const rows = (await listRoutes(portal.core.registry))
      .filter(({ kind }) => kind === 'operation')
      .map(({ method, path }) => `${method.toLowerCase()} ${path}`);
    expect((await operations('beta.portico.localhost')).sort()).toEqual(rows.sort());
    expect(await operations('alpha.portico.localhost')).not.toContain('get /api/v1/mud');
  });
  it('openapi.json describes body, parameters and the key for repeating', async () => {
    const { paths } = (await call('/api/v1/openapi.json')).json;
    expect(paths['/api/v1/pond'].post.requestBody.content['application/json'].schema).toMatchObject({
      type: 'object',
      required: ['name'],
      properties: { name: { maxLength: 100 } },
    });
    expect(paths['/api/v1/pond'].post.parameters).toEqual([expect.objectContaining({ name: 'Idempotency-Key', in: 'header' })]);
    expect(paths['/api/v1/pond'].get.parameters.map(({ name }: { name: string }) => name)).toEqual(['limit', 'q']);
    expect(paths['/api/v1/pond/{id}'].get.parameters).toEqual([{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }]);
  });
  it('routes name pages, writes and operations with their right', async () => {
    const rows = await listRoutes(portal.core.registry);
    expect(rows).toContainEqual({ kind: 'page', plugin: 'pond', method: 'GET', path: '/pond/:duckId', permission: 'read Duck' });
    expect(rows).toContainEqual({ kind: 'write', plugin: 'pond', method: 'POST', path: '/pond', permission: 'read Duck' });
    expect(rows).toContainEqual({ kind: 'page', plugin: 'pond', method: 'GET', path: '/console/pond', permission: 'read Duck' });
    expect(rows).toContainEqual({ kind: 'operation', plugin: 'pond', method: 'POST', path: '/api/v1/pond/feed', permission: 'write Duck' });
  });
});

describe('the handler of pages', () => {
  it('is told which plugins are on here', async () => {
    expect((await call('/pond')).json).toEqual(['pond', 'reeds']);
    expect((await call('/pond', { host: 'beta.portico.localhost' })).json).toEqual(['pond', 'reeds', 'mud']);
    await switchPlugin(portal.core.systemContext(beta.tenant, 'core'), 'mud', false);
    expect((await call('/pond', { host: 'beta.portico.localhost' })).json).toEqual(['pond', 'reeds']);
    await switchPlugin(portal.core.systemContext(beta.tenant, 'core'), 'mud', true);
  });
});

describe("a browser's report of a failed part", () => {
  const report = (headers: Record<string, string>, plugin = 'pond') =>
    call('/portico/part-failures', { body: { plugin, part: 'duck-list', message: 'quack' }, headers: { 'sec-fetch-site': 'same-origin', ...headers } });
  it('counts for who is signed in, and for a plugin that there is', async () => {
    expect((await report({})).status).toBe(401);
    expect((await report({ cookie: `__Host-portico=${session}` }, 'never')).status).toBe(404);
    const before = await alpha.failuresOf('pond');
    expect((await report({ cookie: `__Host-portico=${session}` })).status).toBe(204);
    expect(await alpha.failuresOf('pond')).toBe(before + 1);
  });
  it('of a plugin that is off here is answered as for one that never was', async () => {
    expect((await report({ cookie: `__Host-portico=${session}` }, 'mud')).status).toBe(404);
  });
  it('counts so often in a while, and no more', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 40; n += 1) statuses.push((await report({ cookie: `__Host-portico=${session}` })).status);
    expect(statuses.filter((status) => status === 204).length).toBeLessThanOrEqual(30);
    expect(statuses.at(-1)).toBe(429);
  });
});
