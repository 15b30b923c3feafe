/** Under which the words of unmatched leads stand: the nil id of RFC 9562. */
export const NO_ACCOUNT = '00000000-0000-0000-0000-000000000000';

/** How long a kept word is; a longer one is found by its beginning. */
export const WORD_LENGTH = 40;

/** Lower case without accents, so that "Édouard" is found by "edo". */
const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

const wordsOf = (text: string): string[] => (fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).map(shorten);

/** Cut at whole characters: half of a surrogate pair is no text for Postgres. */
function shorten(word: string): string {
  return word.length <= WORD_LENGTH ? word : [...word].slice(0, WORD_LENGTH).join('');
}

/** What a lead is found by: each word of name, town and e-mail, and the phone's digits. As many as there are: the fields are short. */
export function wordsOfLead(lead: {
  readonly name: string;
  readonly town: string;
  readonly email: string | undefined;
  readonly phoneDigits: readonly string[];
}): string[] {
  return [...new Set([...lead.phoneDigits, ...wordsOf(lead.email ?? ''), ...wordsOf(lead.name), ...wordsOf(lead.town)])];
}

/**
 * What a person typed, as words to look for: each must be the beginning of one of a lead's words. Groups of digits that
 * stand together are one phone number: "(503) 555-01" looks for 50355501. A word that another one begins with says
 * nothing by itself and is left out.
 */
export function typedWords(text: string): string[] {
  const joined = text.replace(/\d[\d\s().+/-]*\d/g, (number) => number.replace(/\D/g, ''));
  const words = [...new Set(wordsOf(joined))];
  return words.filter((word) => !words.some((other) => other !== word && other.startsWith(word)));
}

/**
 * The words that begin with a text, as a range of bytes: `word >= from and word < before`. What `word ^@ text` means, in
 * the two operators that keep the index under row-level security for a prepared statement of any plan.
 */
export const prefixRange = (word: string): { readonly from: string; readonly before: string } => ({ from: word, before: `${word}\u{10FFFF}` });
