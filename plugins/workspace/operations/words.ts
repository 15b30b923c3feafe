import type { Translate } from '@portico/ui';

/** The text of a key, or the fallback when no plugin has that text: kinds and steps are named by plugins. */
export function textOr(t: Translate, key: string, fallback: string): string {
  const text = t(key);
  return text === key ? fallback : text;
}

/** `returns.tell-staff` → "Tell staff": what a name says when nobody gave it words. */
export function nameInWords(name: string): string {
  const words = name.slice(name.indexOf('.') + 1).replace(/[.-]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
