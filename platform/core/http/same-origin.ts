import type { IncomingHttpHeaders } from 'node:http';
import type { PorticoError } from '@portico/kit';
import { cookieOf, SESSION_COOKIE } from './cookies.ts';
import { BodyTooLarge, CrossSite, PartOfPage, TwoCredentials, WrongMediaType } from './refusals.ts';

/** The most that a request may carry, a logo included. */
export const MOST_BYTES = 1024 * 1024;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const API = /^\/api(?:\/|$)/i;
const TAKEN = /^(?:application\/json|application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i;

/** What the guard reads of a request: nothing that costs a query. */
export interface GuardedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** A public page, which tells nobody its address: by the rules of Fetch its forms have the Origin "null". */
  readonly isPublicPage?: boolean;
}

/** Whether a method may change something. A header that asks for another method is never read. */
export const isUnsafe = (method: string): boolean => !SAFE.has(method.toUpperCase());

/** The API key of a request, without its scheme. */
export const apiKeyOf = (headers: IncomingHttpHeaders): string | undefined => /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];

/**
 * Stands before everything that asks the database (architecture 4.2). An unsafe request with a session cookie, and any
 * unsafe request to a page, must prove that it comes from this very origin, on plain paths and on `.data` alike. A call
 * of the API with a key and no cookie is exempt; key and cookie together are refused. Undefined: let it through.
 */
export function refusalOf(request: GuardedRequest, tenantUrl: string): PorticoError | undefined {
  const { method, target, headers, isPublicPage = false } = request;
  const hasSession = cookieOf(headers.cookie, SESSION_COOKIE) !== undefined;
  if (hasSession && headers.authorization !== undefined) return new TwoCredentials();
  const [path, query] = pathAndQuery(target);
  if (new URLSearchParams(query).has('_data')) return new PartOfPage();
  if (!isUnsafe(method)) return undefined;
  if (needsProof(path, hasSession) && !provesOrigin(headers, tenantUrl, isPublicPage)) return new CrossSite();
  return bodyRefusal(headers);
}

/** Path and query of a target; everything behind the first question mark is the query. */
export function pathAndQuery(target: string): readonly [path: string, query: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

const needsProof = (path: string, hasSession: boolean): boolean => hasSession || !API.test(path);

// What a browser says of itself. When it says both, both must hold: a page in a sandbox has the Origin "null".
function provesOrigin(headers: IncomingHttpHeaders, tenantUrl: string, isPublicPage: boolean): boolean {
  const site = headers['sec-fetch-site'];
  const { origin } = headers;
  if (site !== undefined && site !== 'same-origin') return false;
  if (isPublicPage && origin === 'null') return site === 'same-origin';
  if (origin !== undefined) return isOwnOrigin(origin, headers.host, tenantUrl);
  return site === 'same-origin';
}

// The business's own address. By the Host header too, for a second domain: the host was found in the domain table.
function isOwnOrigin(origin: string, host: string | undefined, tenantUrl: string): boolean {
  const own = new URL(tenantUrl);
  return origin === own.origin || (host !== undefined && origin === `${own.protocol}//${host.toLowerCase()}`);
}

function bodyRefusal(headers: IncomingHttpHeaders): PorticoError | undefined {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (Number(headers['content-length'] ?? 0) > MOST_BYTES) return new BodyTooLarge();
  if (!hasBody && headers['content-type'] === undefined) return undefined;
  const encoded = headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity';
  return encoded || !TAKEN.test(headers['content-type'] ?? '') ? new WrongMediaType() : undefined;
}
