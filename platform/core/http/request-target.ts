import type { IncomingMessage } from 'node:http';

/** Where a request is meant to go: a host to look up, and an origin-form target. */
export interface RequestTarget {
  /** Lower-case, without port and trailing dot. */
  readonly host: string;
  /** Path and query, beginning with one slash. */
  readonly target: string;
}

/**
 * The host that a business is looked up by: lower-case, port and one trailing dot cut. Undefined for anything that is no
 * host name, so that it is answered like a host nobody knows. `X-Forwarded-Host` and `Forwarded` are never read.
 */
export function normaliseHost(header: string | undefined): string | undefined {
  const match = /^([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.?(?::\d{1,5})?$/i.exec(header ?? '');
  return match?.[1]?.toLowerCase();
}

/** The target of a request, or undefined when host or target are not one clear thing (RFC 9112, 3.2 and 7.2). */
export function targetOf(request: Pick<IncomingMessage, 'rawHeaders' | 'url'>): RequestTarget | undefined {
  const hosts = request.rawHeaders.filter((_, at) => at % 2 === 1 && request.rawHeaders[at - 1]?.toLowerCase() === 'host');
  const host = hosts.length === 1 ? normaliseHost(hosts[0]) : undefined;
  const target = request.url ?? '';
  if (!host) return undefined;
  if (target.startsWith('/')) return { host, target };
  return absoluteForm(target, host);
}

// A proxy's form of a request: the authority in the target must be the very host that the header names.
function absoluteForm(target: string, host: string): RequestTarget | undefined {
  const match = /^https?:\/\/([^/?#]*)(\/[^#]*)?$/i.exec(target);
  if (!match || normaliseHost(match[1]) !== host) return undefined;
  return { host, target: match[2] ?? '/' };
}
