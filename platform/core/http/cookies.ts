/** The session's cookie: host-only, never readable by script, never sent over plain HTTP but to localhost. */
export const SESSION_COOKIE = '__Host-portico';

/** What each of our cookies says beside its value. */
export const COOKIE_ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** The first cookie of a name in a Cookie header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** Set-Cookie for a new session. */
export const sessionCookie = (token: string, maxAgeSeconds: number): string => `${SESSION_COOKIE}=${token}; Max-Age=${maxAgeSeconds}; ${COOKIE_ATTRIBUTES}`;

/** Set-Cookie that ends the session in the browser. */
export const noSessionCookie = `${SESSION_COOKIE}=; Max-Age=0; ${COOKIE_ATTRIBUTES}`;
