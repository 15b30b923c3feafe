import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { PageSources } from '@portico/kit/server';

/** A nonce for one answer's own scripts. */
export const freshNonce = (): string => randomBytes(18).toString('base64');

/**
 * Headers of every answer to a business's host. Scripts run only from our own files or with this answer's nonce. Style
 * attributes are allowed, since no script can hide in them: a colour that somebody is just choosing is shown before it is
 * saved, without script too. Nothing else of ours writes one.
 */
export function setSecurityHeaders(response: ServerResponse, nonce: string, isHttps: boolean): void {
  setContentPolicy(response, nonce);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
  response.setHeader('Cache-Control', 'no-store');
  if (isHttps) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
}

/** The content security policy of one answer, with the origins that its page allows itself. */
export function setContentPolicy(response: ServerResponse, nonce: string, { script = [], frame = [], connect = [] }: PageSources = {}): void {
  const policy = [
    "default-src 'none'",
    ["script-src 'self'", `'nonce-${nonce}'`, ...script].join(' '),
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    ["connect-src 'self'", ...connect].join(' '),
    ...(frame.length > 0 ? [['frame-src', ...frame].join(' ')] : []),
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ];
  response.setHeader('Content-Security-Policy', policy.join('; '));
}

const MOST_SOURCES = 10;
const Origins = z.array(z.string().refine(isOrigin, 'must be an origin, as https://js.example')).max(MOST_SOURCES).optional();

/** What a page may say of its sources: whole origins, no patterns. */
export const Sources = z.strictObject({ script: Origins, frame: Origins, connect: Origins });

// As a browser writes an origin, so that nothing else of a policy can stand in it; unencrypted on this very machine only.
function isOrigin(text: string): boolean {
  if (!/^https?:\/\/[a-z0-9.[\]:-]+$/.test(text) || !URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  const isHere = /^(?:localhost|127\.0\.0\.1|\[::1\])$|\.localhost$/.test(hostname);
  return origin === text && (protocol === 'https:' || isHere);
}
