import { BlockList, isIP, isIPv6 } from 'node:net';

/** The proxies whose word about a client's address is taken; empty: nobody's. */
export interface TrustedProxies {
  has(address: string): boolean;
}

/**
 * Reads a list of addresses and networks (`10.0.0.0/8, ::1`), separated by commas or spaces. Undefined when one of them
 * is neither.
 */
export function readTrustedProxies(text: string): TrustedProxies | undefined {
  const networks = new BlockList();
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const [, address = '', bits] = /^([^/]+?)(?:\/(\d{1,3}))?$/.exec(part) ?? [];
    const version = isIP(address);
    const most = version === 6 ? 128 : 32;
    if (version === 0 || Number(bits ?? most) > most) return undefined;
    networks.addSubnet(address, Number(bits ?? most), version === 6 ? 'ipv6' : 'ipv4');
  }
  return { has: (address) => isIP(address) > 0 && networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') };
}

/**
 * Whose request it is, for limits by address: the other end of the connection, or, when that is a trusted proxy, the
 * last address in `X-Forwarded-For` that no trusted proxy stands for. Everything left of it may be the client's own
 * invention; what is no address ends the search at the hop before it.
 */
export function clientAddress(remote: string, forwardedFor: string | readonly string[] | undefined, trusted: TrustedProxies): string {
  let known = plain(remote);
  const hops = [forwardedFor ?? []].flat().join(',').split(',').reverse();
  for (const hop of hops) {
    const address = plain(hop.trim());
    if (!trusted.has(known) || isIP(address) === 0) break;
    known = address;
  }
  return known;
}

/** Who shares a limit by address: one IPv4 address, or the /64 that one IPv6 customer is given whole (RFC 6177). */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [before = '', after] = address.split('%')[0]!.toLowerCase().split('::');
  const [head, tail] = [before.split(':').filter(Boolean), (after ?? '').split(':').filter(Boolean)];
  const left = after === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return `${[...head, ...left, ...tail]
    .slice(0, 4)
    .map((part) => parseInt(part, 16).toString(16))
    .join(':')}::/64`;
}

// An IPv4 client on an IPv6 socket is the same client.
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
