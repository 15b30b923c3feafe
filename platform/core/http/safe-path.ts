const ELSEWHERE = 'http://elsewhere.invalid';

/**
 * Whether a redirect may lead there: a path of this very host, with one leading slash and no backslash, control
 * character or space, that a browser reads as a path too (security study 5.4).
 */
export function isSafePath(path: unknown): path is string {
  if (typeof path !== 'string' || path.length > 2_000) return false;
  if (!/^\/(?![/\\])[^\\\u0000-\u0020\u007f]*$/.test(path)) return false;
  try {
    const url = new URL(path, ELSEWHERE);
    return url.origin === ELSEWHERE && !url.pathname.startsWith('//');
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The path when it is safe to go there, else the other one. */
export const safePath = (path: unknown, otherwise = '/'): string => (isSafePath(path) ? path : otherwise);
