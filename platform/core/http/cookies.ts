/** The session's cookie: host-only, never readable by script, never sent over plain HTTP but to localhost. */
export const SESSION_COOKIE = '__Host-portico';
/** Carries the result of a form to the next page. */
export const FLASH_COOKIE = '__Host-portico-flash';

const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** The first cookie of a name in a Cookie header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** Set-Cookie for a new session. */
export const sessionCookie = (token: string, maxAgeSeconds: number): string => `${SESSION_COOKIE}=${token}; Max-Age=${maxAgeSeconds}; ${ATTRIBUTES}`;

/** Set-Cookie that ends the session in the browser. */
export const noSessionCookie = `${SESSION_COOKIE}=; Max-Age=0; ${ATTRIBUTES}`;

/** What a form says on the page after it: the key of a sentence, with its values. */
export interface Flash {
  readonly say: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

/** Set-Cookie that hands a message to the next page; it lives a minute. */
export const flashCookie = (flash: Flash): string => `${FLASH_COOKIE}=${Buffer.from(JSON.stringify(flash)).toString('base64url')}; Max-Age=60; ${ATTRIBUTES}`;

/** Set-Cookie that takes the message away once it was shown. */
export const noFlashCookie = `${FLASH_COOKIE}=; Max-Age=0; ${ATTRIBUTES}`;

/** The message that a request carries. Anything that is not one of ours is nothing. */
export function readFlash(header: string | undefined): Flash | undefined {
  const text = cookieOf(header, FLASH_COOKIE);
  if (!text) return undefined;
  try {
    const flash = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Partial<Flash> | null;
    return typeof flash?.say === 'string' && /^[a-z0-9.-]{1,200}$/.test(flash.say) ? { say: flash.say, values: plainValues(flash.values) } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function plainValues(values: unknown): Record<string, string | number> {
  if (typeof values !== 'object' || values === null) return {};
  return Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'string' || typeof value === 'number'));
}
