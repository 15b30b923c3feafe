import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';

/** A nonce for one answer's own scripts. */
export const freshNonce = (): string => randomBytes(18).toString('base64');

/**
 * Headers of every answer to a business's host. Scripts run only from our own files or with this answer's nonce. Style
 * attributes are allowed, since no script can hide in them: a colour that somebody is just choosing is shown before it is
 * saved, without script too. Nothing else of ours writes one.
 */
export function setSecurityHeaders(response: ServerResponse, nonce: string, isHttps: boolean): void {
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ];
  response.setHeader('Content-Security-Policy', policy.join('; '));
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
  response.setHeader('Cache-Control', 'no-store');
  if (isHttps) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
}
