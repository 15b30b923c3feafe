import { createTexts, PSEUDO_LOCALE } from '@portico/ui';
import { coreTexts } from './generated/core-texts.ts';
import { knownTexts } from './plugin-parts.ts';
import type { RootData } from './root-data.ts';

type Texts = ReturnType<typeof createTexts>;

const known = new Map<string, Texts>();
const MOST_KNOWN = 200;

/**
 * The texts of the product and of the plugins that are on here, in the business's words. Businesses with the same plugins and
 * without words of their own share one; an instance never changes.
 */
export function textsFor({ look: { tenant, branding }, parts }: RootData): Texts {
  const { locale } = tenant;
  const plugins = knownTexts(parts);
  const key = `${locale} ${[...plugins.keys()].join(' ')} ${JSON.stringify(branding.words)}`;
  const there = known.get(key);
  if (there) return there;
  // by language alone: with a region in it, i18next canonicalises the code again at every text
  const texts = createTexts(locale === PSEUDO_LOCALE ? locale : locale.split('-')[0]!, [coreTexts, ...plugins.values(), branding.words]);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, texts);
  return texts;
}
