import { createHash, createHmac, randomBytes } from 'node:crypto';

/** A fresh secret of 256 bits, as text that fits into addresses and headers. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token: its SHA-256. A token of 256 random bits needs no salt. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** A keyed hash for what must not be guessed from outside (keys of rate limits, one-time links). */
export const keyedHash = (secret: Buffer, purpose: string, ...parts: readonly string[]): string =>
  createHmac('sha256', secret)
    .update([purpose, ...parts].join('\u0000'))
    .digest('base64url');
