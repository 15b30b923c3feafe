import { describe, expect, it } from 'vitest';
import { isSafePath, safePath } from '../safe-path.ts';

const ELSEWHERE = [
  '//evil.example',
  '///evil.example',
  '////evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/\\/evil.example',
  '//\\evil.example',
  'https://evil.example',
  'http:evil.example',
  'HTTPS://EVIL.example',
  '//evil.example/%2e%2e',
  'https:/evil.example',
  'javascript:alert(1)',
  'JavaScript:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'evil.example',
  'leads',
  './leads',
  '../leads',
  '?x=1',
  '#x',
  '',
  ' ',
  ' /leads',
  '/ leads',
  '/\tevil',
  '/\nevil',
  '/\r\nSet-Cookie: a=b',
  '\t//evil.example',
  '/\t/evil.example',
  '/\u0000',
  '/leads\\..\\x',
  '/.//evil.example',
  '/..//evil.example',
  '/%09/../\\evil',
  'http://alpha.portico.localhost/leads',
  '@evil.example',
  ':80',
  `/${'a'.repeat(3_000)}`,
];

describe('a path to go to', () => {
  it.each(['/', '/leads', '/leads/1?sort=-received&q=a%20b#top', '/console/returns', '/%2F%2Fevil.example', '/leads?to=https://evil.example'])(
    '%s stays here',
    (path) => {
      expect(isSafePath(path)).toBe(true);
      expect(new URL(path, 'http://alpha.localhost').origin).toBe('http://alpha.localhost');
    },
  );
  it.each(ELSEWHERE)('%j is refused', (path) => {
    expect(isSafePath(path)).toBe(false);
    expect(safePath(path)).toBe('/');
  });
  it.each([undefined, null, 7, {}, ['/leads']])('%j is no path', (value) => expect(safePath(value, '/leads')).toBe('/leads'));
});
