import { createTexts } from '@portico/ui';
import { translations } from './generated/translations.ts';

type Texts = ReturnType<typeof createTexts>;

const known = new Map<string, Texts>();
const MOST_KNOWN = 200;

/** The texts in a business's words. Businesses without words of their own share one; an instance never changes. */
export function textsFor(locale: string, words: Readonly<Record<string, string>>): Texts {
  const key = `${locale} ${JSON.stringify(words)}`;
  const there = known.get(key);
  if (there) return there;
  // by language alone: with a region in it, i18next canonicalises the code again at every text
  const texts = createTexts(locale.split('-')[0]!, [translations, words]);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, texts);
  return texts;
}
