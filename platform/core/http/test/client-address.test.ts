import { describe, expect, it } from 'vitest';
import { readConfig, WrongConfiguration } from '@portico/core';
import { clientAddress, networkOf, readTrustedProxies } from '../client-address.ts';

const none = readTrustedProxies('')!;
const inside = readTrustedProxies('10.0.0.0/8, 192.168.1.7 fd00::/8')!;

describe('the address that limits count by', () => {
  it('is that of the connection, whatever a header says, when no proxy is trusted', () => {
    expect(clientAddress('203.0.113.9', '198.51.100.1', none)).toBe('203.0.113.9');
    expect(clientAddress('::ffff:203.0.113.9', undefined, none)).toBe('203.0.113.9');
    expect(clientAddress('203.0.113.9', '198.51.100.1', inside)).toBe('203.0.113.9');
  });
  it("is the client's behind trusted proxies: the last hop that none of them is", () => {
    expect(clientAddress('10.1.2.3', '198.51.100.1', inside)).toBe('198.51.100.1');
    expect(clientAddress('::ffff:10.1.2.3', '198.51.100.1, 192.168.1.7', inside)).toBe('198.51.100.1');
    expect(clientAddress('fd00::7', '2001:db8::5,10.9.9.9', inside)).toBe('2001:db8::5');
    expect(clientAddress('10.1.2.3', ['198.51.100.1', '192.168.1.7'], inside)).toBe('198.51.100.1');
  });
  it('is not what a client writes into the header itself', () => {
    expect(clientAddress('10.1.2.3', '1.2.3.4, 198.51.100.1', inside)).toBe('198.51.100.1');
    expect(clientAddress('10.1.2.3', '10.5.5.5, 198.51.100.1', inside)).toBe('198.51.100.1');
    expect(clientAddress('10.1.2.3', 'not an address', inside)).toBe('10.1.2.3');
    expect(clientAddress('10.1.2.3', '198.51.100.1, unknown, 10.4.4.4', inside)).toBe('10.4.4.4');
    expect(clientAddress('10.1.2.3', '', inside)).toBe('10.1.2.3');
  });
});

describe('who shares a limit by address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s: %s', (address, network) => expect(networkOf(address)).toBe(network));
});

describe('the list of trusted proxies', () => {
  const env = { DATABASE_URL: 'postgres://a@b/c', PORTICO_SECRET: Buffer.alloc(32).toString('base64') };
  it('is empty unless it is given', () => expect(readConfig(env).trustedProxies.has('127.0.0.1')).toBe(false));
  it('takes addresses and networks', () =>
    expect(readConfig({ ...env, PORTICO_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8' }).trustedProxies.has('10.9.8.7')).toBe(true));
  it.each(['proxy.example', '10.0.0.0/33', '10.0.0.0/x', '::1/129', '/8'])('refuses %s in one line', (text) => {
    expect(() => readConfig({ ...env, PORTICO_TRUSTED_PROXIES: text })).toThrow(WrongConfiguration);
    expect(() => readConfig({ ...env, PORTICO_TRUSTED_PROXIES: text })).toThrow(/^PORTICO_TRUSTED_PROXIES .*$/);
  });
});
