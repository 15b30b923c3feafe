import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Id } from '@portico/kit';
import { COOKIE_ATTRIBUTES, cookieOf } from './cookies.ts';
import type { Visit } from './visit.ts';

/** Carries the result of a form to the next page. */
const FLASH_COOKIE = '__Host-portico-flash';

/** What a form says on the page after it: the key of a sentence, with its values. */
export interface Flash {
  readonly say: string;
  readonly values?: Readonly<Record<string, string | number>>;
  /** A value to take along, shown this once. */
  readonly copy?: string;
}

/**
 * Set-Cookie that hands a message to the next page; it lives a minute. It is sealed for this business and this person: a
 * message may hold a secret that is shown once, and a cookie passes through more hands than a page. `reader`: somebody who
 * is only now being signed in.
 */
export async function flashCookie(visit: Visit, flash: Flash, reader?: Id): Promise<string> {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(visit), nonce).setAAD(reader ? readerAs(visit, reader) : await readerOf(visit));
  const sealed = Buffer.concat([nonce, cipher.update(JSON.stringify(flash), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${FLASH_COOKIE}=${sealed.toString('base64url')}; Max-Age=60; ${COOKIE_ATTRIBUTES}`;
}

/** Set-Cookie that takes the message away once it was shown. */
export const noFlashCookie = `${FLASH_COOKIE}=; Max-Age=0; ${COOKIE_ATTRIBUTES}`;

/** The message that a request carries. Anything that was not sealed for this business and person is nothing. */
export async function readFlash(visit: Visit): Promise<Flash | undefined> {
  const text = cookieOf(visit.headers.cookie, FLASH_COOKIE);
  if (!text) return undefined;
  const sealed = Buffer.from(text, 'base64url');
  const opened = sealed.length > NONCE_BYTES + TAG_BYTES ? open(keyOf(visit), sealed, await readerOf(visit)) : undefined;
  return opened === undefined ? undefined : (JSON.parse(opened) as Flash);
}

const CIPHER = 'aes-256-gcm';
const [NONCE_BYTES, TAG_BYTES] = [12, 16];

const keyOf = ({ core }: Visit): Buffer => Buffer.from(hkdfSync('sha256', core.config.secret, '', 'portico flash', 32));

const readerOf = async (visit: Visit): Promise<Buffer> => readerAs(visit, (await visit.visitor())?.actor.id ?? '');

const readerAs = ({ tenant }: Visit, id: string): Buffer => Buffer.from(`${tenant.id} ${id}`);

function open(key: Buffer, sealed: Buffer, reader: Buffer): string | undefined {
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(reader).setAuthTag(sealed.subarray(-TAG_BYTES));
  const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return undefined; // forged, or sealed for somebody else: the tag does not fit
  }
}
