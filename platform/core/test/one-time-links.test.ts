import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Id } from '@portico/kit';
import { MailLink } from '@portico/kit/server';
import { openLinks } from '../identity/one-time-links.ts';

const [ALPHA, BETA, ROW, OTHER]: Id[] = [1, 2, 3, 4].map((n) => `0199b9a0-0000-7000-8000-00000000000${n}`) as [Id, Id, Id, Id];
const secret = randomBytes(32);
const links = openLinks(secret)(ALPHA!);
const target = { purpose: 'billing.pay', id: ROW!, generation: 3 };
const token = links.token(target);
const turned = (at: number): string => token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
// the last letter of 43 carries two bits that say nothing: a decoder takes four spellings for the same bytes
const respelt = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
  .map((letter) => token.slice(0, 46) + letter + token.slice(47))
  .filter((one) => one !== token);

describe('a one-time link', () => {
  it('is the same each time, fits into an address, and names its row', () => {
    expect(links.token({ ...target })).toBe(token);
    expect(token).toMatch(/^[\w-]+\.[\w-]+$/);
    expect(encodeURIComponent(token)).toBe(token);
    expect(token.length).toBe(84);
    expect(links.idIn('billing.pay', token)).toBe(ROW);
    expect(links.matches(target, token)).toBe(true);
  });
  it.each([
    ['of another business', openLinks(secret)(BETA!).token(target)],
    ['of another installation', openLinks(randomBytes(32))(ALPHA!).token(target)],
    ['of another purpose', links.token({ ...target, purpose: 'billing.pays' })],
    ['of another row', links.token({ ...target, id: OTHER! })],
    ['of an older generation', links.token({ ...target, generation: 2 })],
    ['of a later generation', links.token({ ...target, generation: 4 })],
    ['with the row of another', token.slice(0, 48) + OTHER],
    ['cut at the end', token.slice(0, -1)],
    ['cut at the beginning', token.slice(1)],
    ['with something behind it', `${token}x`],
    ['with a space behind it', `${token} `],
    ['in capitals', token.toUpperCase()],
    ['that is empty', ''],
    ['of other letters', '\u00e9'.repeat(84)],
    ...Array.from({ length: 47 }, (_, at) => [`changed at letter ${at}`, turned(at)] as [string, string]),
  ] as [string, string][])('%s opens nothing', (_, other) => expect(links.matches(target, other)).toBe(false));
  it('has one spelling', () => {
    expect(respelt).toHaveLength(63);
    for (const other of respelt) expect(links.matches(target, other)).toBe(false);
  });
  it.each([
    ['of another purpose', 'billing.invite', token],
    ['that was cut', 'billing.pay', token.slice(1)],
    ['with something behind it', 'billing.pay', `${token}x`],
    ['without a row', 'billing.pay', `${token.slice(0, 48)}${'-'.repeat(36)}`],
  ])('%s names no row', (_, purpose, other) => expect(links.idIn(purpose, other)).toBeUndefined());
  it('names its row by its shape alone: what it proves, only `matches` says', () => expect(links.idIn('billing.pay', turned(20))).toBe(ROW));
  it.each([{ purpose: '' }, { purpose: 'a\0b' }, { id: 'x' as Id }, { generation: 1.5 }, { generation: Number.NaN }])('is not made of %j', (wrong) => {
    expect(() => links.token({ ...target, ...wrong })).toThrow('a link needs a purpose, a row and its generation');
  });
});

describe('a link in a mail', () => {
  const link = { ...target, path: '/pay/' };
  it('says which row it opens, and no token', () => expect(MailLink.parse({ link })).toEqual({ link }));
  it.each(['pay/', '/pay', '//evil.example/', '/pay/../', '/pay?x=/', 'https://evil.example/', '/'])('leads to no place like "%s"', (path) => {
    expect(MailLink.safeParse({ link: { ...link, path } }).success).toBe(false);
  });
  it('has nothing else in it', () => expect(MailLink.safeParse({ link: { ...link, token } }).success).toBe(false));
});
