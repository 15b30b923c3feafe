import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRoutes, openCore, readConfig, type RouteRow } from '@portico/core';
import { startTestPortal } from '@portico/testing';
import { openHost } from './speak-to-host.ts';

// Every unsafe entry of `portico routes`, of every built-in plugin, from everywhere but this very origin (line 15).
const portal = await startTestPortal();
const alpha = await portal.business('alpha');
const host = 'alpha.portico.localhost';
const web = await openHost(portal.core, (_request, response) => void response.status(299).send(response.locals.call.door.visit.ip));
afterAll(async () => {
  web.close();
  await portal.close();
});

const unsafe = (await listRoutes(portal.core.registry)).filter(({ method }) => method !== 'GET');
const addressOf = ({ path }: RouteRow): string => path.replace(/:\w+|\{\w+\}/g, '00000000-0000-7000-8000-000000000001');
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const own = { 'sec-fetch-site': 'same-origin', origin: `http://${host}` };

const ELSEWHERE: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a sibling business', { 'sec-fetch-site': 'same-site', origin: 'http://beta.portico.localhost' }],
  ['Origin null', { origin: 'null' }],
  ['neither header', {}],
];

let cookie = '';
let key = '';
beforeAll(async () => {
  const credentials = { login: alpha.login, password: alpha.password, ip: '127.0.0.1', userAgent: '' };
  cookie = `__Host-portico=${(await portal.core.identity.signIn(alpha.tenant, credentials)).token}`;
  key = (await alpha.systemCtx('core').inTenant((tx) => tx.keys.create({ name: 'of the owner', userId: alpha.ownerId }))).key;
  await web.ask('/readyz', { host }); // the host is known now
});

/** How often the database is asked while something happens, the look-up of the host apart: what is known of it grows old. */
async function asked(work: () => Promise<void>): Promise<number> {
  const { pool } = portal.core;
  const { connect, query } = pool;
  let count = 0;
  let ofTheHost = false;
  const counted =
    (original: unknown) =>
    (...given: unknown[]): unknown => {
      const around = ofTheHost;
      ofTheHost ||= String(given[0]).includes('portico.domains');
      if (!ofTheHost) count += 1;
      try {
        return (original as (...all: unknown[]) => unknown).apply(pool, given);
      } finally {
        ofTheHost = around; // a query of the pool takes its connection before it returns
      }
    };
  Object.assign(pool, { connect: counted(connect), query: counted(query) });
  try {
    await work();
  } finally {
    Object.assign(pool, { connect, query });
  }
  return count;
}

describe('an unsafe request with a session, to every write and operation there is', () => {
  it('they are those of the core and of every built-in plugin', () => {
    expect(new Set(unsafe.map(({ plugin }) => plugin))).toEqual(new Set(['core', ...portal.core.registry.plugins.map(({ id }) => id)]));
    expect(unsafe.length).toBeGreaterThan(50);
  });

  it.each(ELSEWHERE)('from %s is refused, on the plain path and on .data, and the database is not asked', async (_, from) => {
    const count = await asked(async () => {
      for (const row of unsafe) {
        for (const target of [addressOf(row), `${addressOf(row)}.data`]) {
          const { status, text } = await web.ask(target, { host, method: row.method, body: 'a=b', headers: { cookie, ...form, ...from } });
          expect(`${row.method} ${target} ${status}`).toBe(`${row.method} ${target} 403`);
          expect(JSON.parse(text)).toMatchObject({ code: 'portico.cross-site' });
        }
      }
    });
    expect(count).toBe(0);
  });

  it.each(ELSEWHERE)('without a session from %s: a form is refused all the same, for there is something to sign in to', async (_, from) => {
    for (const row of unsafe.filter(({ kind }) => kind === 'write')) {
      for (const target of [addressOf(row), `${addressOf(row)}.data`])
        expect([target, (await web.ask(target, { host, method: row.method, body: 'a=b', headers: { ...form, ...from } })).status]).toEqual([target, 403]);
    }
  });

  it('with ?_data=, with a text/plain body, or with a key beside the cookie is refused too, and the database is not asked', async () => {
    const count = await asked(async () => {
      for (const row of unsafe) {
        const target = addressOf(row);
        const statusOf = async (path: string, headers: Record<string, string>) =>
          (await web.ask(path, { host, method: row.method, body: 'a=b', headers: { cookie, ...own, ...headers } })).status;
        expect([target, await statusOf(`${target}?_data=root`, form)]).toEqual([target, 400]);
        expect([target, await statusOf(target, { 'content-type': 'text/plain' })]).toEqual([target, 415]);
        expect([target, await statusOf(target, { ...form, authorization: `Bearer ${key}` })]).toEqual([target, 400]);
      }
    });
    expect(count).toBe(0);
  });

  it('from this very origin comes through, on the plain path and on .data', async () => {
    for (const row of unsafe.filter(({ kind }) => kind === 'write').filter(({ path }) => path !== '/portico/part-failures')) {
      for (const target of [addressOf(row), `${addressOf(row)}.data`])
        expect([target, (await web.ask(target, { host, method: row.method, body: 'a=b', headers: { cookie, ...form, ...own } })).status]).toEqual([
          target,
          299,
        ]);
    }
  });

  it('with a key and no cookie needs no origin: it is answered by the operation', async () => {
    for (const row of unsafe.filter(({ kind }) => kind === 'operation')) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
      const { status, text } = await web.ask(addressOf(row), { host, method: row.method, body: '[]', headers });
      expect([row.path, status]).toEqual([row.path, expect.toBeOneOf([404, 422, 200, 201, 204, 409, 403, 400])]);
      expect(text).not.toContain('portico.cross-site');
    }
  });
});

describe('the address that limits count by', () => {
  const from = (one: Awaited<ReturnType<typeof openHost>>) => one.ask('/leads', { host, headers: { 'x-forwarded-for': '198.51.100.7' } });

  it('is that of the connection: nobody is trusted unless it is said', async () => expect((await from(web)).text).toBe('127.0.0.1'));

  it('is what a trusted proxy says, when it is said (PORTICO_TRUSTED_PROXIES)', async () => {
    const core = await openCore({ config: readConfig({ ...portal.environment, PORTICO_TRUSTED_PROXIES: '127.0.0.0/8' }), plugins: [] });
    const behind = await openHost(core, (_request, response) => void response.status(299).send(response.locals.call.door.visit.ip));
    try {
      expect((await from(behind)).text).toBe('198.51.100.7');
    } finally {
      behind.close();
      await core.close();
    }
  });
});
