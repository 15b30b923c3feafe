/** `@portico/ui/server`: what the frame needs on the server only. No React. */

/** `auto` follows the device. */
export type Theme = 'auto' | 'light' | 'dark';

const COOKIE = 'portico-theme';
const THEMES: readonly string[] = ['auto', 'light', 'dark'];

/** Whether a form's value names a theme. */
export const isTheme = (value: unknown): value is Theme => typeof value === 'string' && THEMES.includes(value);

/** The theme that a request's Cookie header asks for; `auto` when it says nothing or nonsense. Goes into `<html data-theme>`. */
export function readTheme(cookieHeader: string | null | undefined): Theme {
  const match = /(?:^|;\s*)portico-theme=([a-z]+)/.exec(cookieHeader ?? '');
  return isTheme(match?.[1]) ? match[1] : 'auto';
}

/** The Set-Cookie value that remembers a theme for a year, on this host only. It is no secret and needs no script. */
export const themeCookie = (theme: Theme): string => `${COOKIE}=${theme}; Path=/; Max-Age=${theme === 'auto' ? 0 : 31_536_000}; SameSite=Lax; HttpOnly`;

/** The address to go back to after the theme's form: a path of this host, else the first page. Never another origin. */
export const safeBack = (back: unknown): string => (typeof back === 'string' && /^\/(?![/\\])[^\\\s]*$/.test(back) ? back : '/');
