import i18next, { type i18n } from 'i18next';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { I18nextProvider } from 'react-i18next';
import { createFormat, type Format, type When } from './format.ts';
import { PSEUDO_LOCALE, pseudoTexts } from './locale.ts';
import en from './translations/en.json' with { type: 'json' };

/** Values that fill the `{{places}}` of a sentence; `count` also chooses its plural. */
export type TextValues = Readonly<Record<string, string | number>>;

/** Looks up a sentence by its flat key. A missing key is shown as it is, so it is noticed. */
export type Translate = (key: string, values?: TextValues) => string;

interface Texts {
  readonly t: Translate;
  readonly format: Format;
  readonly now: When;
}

/**
 * An i18next instance for one language. `bundles` are flat key → sentence maps (`returns.menu`), later ones win, and all
 * win over the ui's own. Keys are flat: neither dots nor colons separate. Make one per language and keep it. In PSEUDO_LOCALE
 * every sentence is longer and in brackets.
 */
export function createTexts(locale: string, bundles: readonly Readonly<Record<string, string>>[] = []): i18n {
  const instance = i18next.createInstance();
  const texts = Object.assign({}, en, ...bundles) as Record<string, string>;
  void instance.init({
    lng: locale,
    fallbackLng: false,
    resources: { [locale]: { translation: locale === PSEUDO_LOCALE ? pseudoTexts(texts) : texts } },
    keySeparator: false,
    nsSeparator: false,
    initImmediate: false,
    // React escapes what it prints.
    interpolation: { escapeValue: false },
  });
  return instance;
}

/** A sentence as it was written; `isPlain`: its places are names and nothing else, so that filling them is all there is to do. */
interface Template {
  readonly text: string;
  readonly isPlain: boolean;
}
const templates = new WeakMap<i18n, Map<string, Template>>();
const PLACE = /\{\{\s*(\w+)\s*\}\}/g;

// The bound only stops a caller who makes keys out of what people type.
function templateOf(i18n: i18n, known: Map<string, Template>, key: string): Template {
  const text = i18n.t(key, { skipInterpolation: true });
  const rest = text.replace(PLACE, '');
  const template = { text, isPlain: !rest.includes('{{') && !rest.includes('$t(') };
  if (known.size < 5000) known.set(key, template);
  return template;
}

/** Sentences are looked up once per language: a page asks for some hundred of them. Plurals are left to the library. */
function translateWith(i18n: i18n): Translate {
  const known = templates.get(i18n) ?? new Map<string, Template>();
  templates.set(i18n, known);
  return (key, values) => {
    if (values && ('count' in values || 'context' in values)) return i18n.t(key, values);
    const { text, isPlain } = known.get(key) ?? templateOf(i18n, known, key);
    if (!isPlain) return i18n.t(key, values);
    return text.replace(PLACE, (_place, name: string) => String(values?.[name] ?? ''));
  };
}

function textsOf(i18n: i18n, locale: string, zone: string, now: When): Texts {
  const t = translateWith(i18n);
  const words = {
    today: t('ui.today'),
    yesterday: t('ui.yesterday'),
    tomorrow: t('ui.tomorrow'),
    inside: { today: t('ui.inside.today'), yesterday: t('ui.inside.yesterday'), tomorrow: t('ui.inside.tomorrow') },
    join: (day: string, time: string) => t('ui.day-and-time', { day, time }),
  };
  return { t, now, format: createFormat(locale, zone, now, words) };
}

// Without a provider (an error page above the frame) the ui still speaks: English, UTC, and no day counts as today.
const TextsContext = createContext<Texts>(textsOf(createTexts('en'), 'en', 'UTC', '1970-01-01T00:00:00.000Z'));

/** What the host gives once, around the whole page. */
export interface TextProviderProps {
  /** From `createTexts`, or any instance with flat keys; complete when given: sentences are remembered. */
  readonly i18n: i18n;
  /** For numbers and dates, `en-US`. Default: the language of the instance. */
  readonly locale?: string;
  /** The business's zone, an IANA name. */
  readonly zone: string;
  /** The server's now as an instant, the same on server and browser: Today is counted from it. */
  readonly now: When;
  readonly children?: ReactNode;
}

/** Gives `useText`, `useFormat` and react-i18next's `useTranslation` their language, zone and now. */
export function TextProvider({ i18n, locale, zone, now, children }: TextProviderProps) {
  const texts = useMemo(() => textsOf(i18n, locale ?? i18n.language, zone, now), [i18n, locale, zone, now]);
  return (
    <I18nextProvider i18n={i18n}>
      <TextsContext.Provider value={texts}>{children}</TextsContext.Provider>
    </I18nextProvider>
  );
}

/** `const t = useText(); t('returns.approve')`, `t('leads.count', { count: 3 })`. */
export const useText = (): Translate => useContext(TextsContext).t;

/** Money, numbers and dates in the viewer's locale and the business's zone. */
export const useFormat = (): Format => useContext(TextsContext).format;

/** The server's now that came with the page. */
export const useNow = (): When => useContext(TextsContext).now;
