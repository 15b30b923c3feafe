import { describe, expect, it } from 'vitest';
import { MOST_BYTES, refusalOf, type GuardedRequest } from '../same-origin.ts';

const OWN = 'http://alpha.portico.localhost:4000';
const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '10', host: 'alpha.portico.localhost:4000' };
const session = { cookie: 'other=1; __Host-portico=token' };
const codeOf = (request: Partial<GuardedRequest>): string | undefined => {
  const refusal = refusalOf({ method: 'POST', target: '/leads', headers: form, ...request }, OWN);
  return refusal && `${refusal.status} ${refusal.code}`;
};

/** Where a request may say that it comes from, and whether that proves this very origin. */
const ORIGINS: readonly [string, Record<string, string>, boolean][] = [
  ['same origin by both headers', { 'sec-fetch-site': 'same-origin', origin: OWN }, true],
  ['same origin by Sec-Fetch-Site alone', { 'sec-fetch-site': 'same-origin' }, true],
  ['same origin by Origin alone', { origin: OWN }, true],
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, false],
  ['another site, by Origin alone', { origin: 'https://evil.example' }, false],
  ['a sibling business', { 'sec-fetch-site': 'same-site', origin: 'http://beta.portico.localhost:4000' }, false],
  ['a sibling business, by Origin alone', { origin: 'http://beta.portico.localhost:4000' }, false],
  ['the same host on another port', { origin: 'http://alpha.portico.localhost:4001' }, false],
  ['the same host over another scheme', { origin: 'https://alpha.portico.localhost:4000' }, false],
  ['a sandboxed page', { origin: 'null' }, false],
  ['a sandboxed page that calls itself same-origin', { 'sec-fetch-site': 'same-origin', origin: 'null' }, false],
  ['the address bar', { 'sec-fetch-site': 'none' }, false],
  ['neither header', {}, false],
];

describe.each([['/leads'], ['/leads.data'], ['/leads?index'], ['/sign-in'], ['/_root.data'], ['/portico/part-failures'], ['/theme']])(
  'an unsafe request to %s',
  (target) => {
    it.each(ORIGINS)('with a session from %s', (_, headers, proves) => {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
        expect(codeOf({ method, target, headers: { ...form, ...session, ...headers } })).toBe(proves ? undefined : '403 portico.cross-site');
      }
    });
    it.each(ORIGINS)('without a session from %s: sign-in can be forged too', (_, headers, proves) => {
      expect(codeOf({ target, headers: { ...form, ...headers } })).toBe(proves ? undefined : '403 portico.cross-site');
    });
  },
);

describe('a call of the API', () => {
  const json = { ...form, 'content-type': 'application/json' };
  it('with a key and no cookie needs no proof', () => {
    expect(codeOf({ target: '/api/v1/leads', headers: { ...json, authorization: 'Bearer pk_1' } })).toBeUndefined();
  });
  it.each(ORIGINS)('with a session from %s', (_, headers, proves) => {
    expect(codeOf({ target: '/api/v1/leads', headers: { ...json, ...session, ...headers } })).toBe(proves ? undefined : '403 portico.cross-site');
  });
  it.each(['GET', 'POST'])('with a key and a session is refused: it is not clear who acts (%s)', (method) => {
    expect(codeOf({ method, target: '/api/v1/leads', headers: { ...json, ...session, authorization: 'Bearer pk_1', origin: OWN } })).toBe(
      '400 portico.two-credentials',
    );
  });
  it('does not become one by its spelling', () => {
    expect(codeOf({ target: '/apix/v1/leads', headers: json })).toBe('403 portico.cross-site');
  });
});

describe('what an unsafe request carries', () => {
  const own = { ...form, origin: OWN };
  it.each([['text/plain'], ['text/plain; boundary=x'], ['application/json-seq'], ['application/xml'], [undefined]])('of the kind %s is refused', (kind) => {
    expect(codeOf({ headers: { ...own, 'content-type': kind } })).toBe('415 portico.wrong-media-type');
  });
  it.each([['application/json'], ['application/x-www-form-urlencoded;charset=UTF-8'], ['multipart/form-data; boundary=----x']])(
    'of the kind %s is taken',
    (kind) => {
      expect(codeOf({ headers: { ...own, 'content-type': kind } })).toBeUndefined();
    },
  );
  it('is at most 1 MiB', () => {
    expect(codeOf({ headers: { ...own, 'content-length': String(MOST_BYTES) } })).toBeUndefined();
    expect(codeOf({ headers: { ...own, 'content-length': String(MOST_BYTES + 1) } })).toBe('413 portico.body-too-large');
  });
  it('is not packed', () => {
    expect(codeOf({ headers: { ...own, 'content-encoding': 'gzip' } })).toBe('415 portico.wrong-media-type');
  });
  it('may be nothing', () => {
    expect(codeOf({ method: 'DELETE', target: '/api/v1/leads/1', headers: { authorization: 'Bearer pk_1' } })).toBeUndefined();
  });
});

describe('a part of a page by ?_data=', () => {
  it.each(['GET', 'POST', 'DELETE'])('is refused with %s, wherever it stands in the query', (method) => {
    for (const target of ['/leads?_data=root', '/leads?a=1&_data', '/leads?%5Fdata=x'])
      expect(codeOf({ method, target, headers: { ...form, origin: OWN } })).toBe('400 portico.part-of-page');
  });
});

it('a safe request needs no proof', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    expect(codeOf({ method, headers: { ...session, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } })).toBeUndefined();
});
it('a header that asks for another method changes nothing', () => {
  expect(codeOf({ method: 'GET', headers: { 'x-http-method-override': 'DELETE' } })).toBeUndefined();
});
it('a second domain of the business is its own origin there', () => {
  expect(codeOf({ headers: { ...form, host: 'portal.example:4000', origin: 'http://portal.example:4000' } })).toBeUndefined();
});
