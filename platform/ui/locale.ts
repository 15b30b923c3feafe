/** A locale that nobody speaks: every sentence is longer and stands in brackets, so that what no translation reaches is seen, and what has no room. */
export const PSEUDO_LOCALE = 'en-XA';

/** The sentences in that locale. `{{places}}` stay as they are; a text of a third more letters is what German or Finnish take. */
export function pseudoTexts(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, `⟦${longer(text)}⟧`]));
}

const longer = (text: string): string =>
  text
    .split(/(\{\{[^}]*\}\}|\$t\([^)]*\))/)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(/[aeiouy]/gi, '$&$&')))
    .join('');

const RIGHT_TO_LEFT = new Set(['ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi']);

/** Which way a locale is written: for `<html dir>`. */
export const directionOf = (locale: string): 'ltr' | 'rtl' => (RIGHT_TO_LEFT.has(locale.toLowerCase().split('-')[0]!) ? 'rtl' : 'ltr');
