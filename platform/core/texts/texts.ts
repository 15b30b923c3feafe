import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { createInstance, type i18n } from 'i18next';
import { minorDigits, type Instant, type TextKey } from '@portico/kit';
import type { Tenant } from '@portico/kit/server';
import type { Registry } from '../plugins/registry.ts';

/** Texts of the product in a business's words. */
export interface Texts {
  /**
   * The text of a key; a value whose name ends in `At` is an instant, written in the business's zone, one that ends in `On`
   * a day; a whole number `amount` beside a `currency` is minor units, written as money.
   */
  text(tenant: Tenant, key: TextKey, values?: Readonly<Record<string, string | number>>): string;
  /** Every key of the core and of the healthy plugins. */
  readonly all: Readonly<Record<string, string>>;
  /** The business's own words, as last heard; set by whoever reads the branding. */
  setWords(tenantId: string, words: Readonly<Record<string, string>>): void;
}

const ownTexts = JSON.parse(readFileSync(new URL('../translations/en.json', import.meta.url), 'utf8')) as Record<string, string>;

/** Merges the texts of the core and of every healthy plugin. Plugins cannot take each other's keys: a key begins with its plugin's id. */
export function openTexts(registry: Registry): Texts {
  const plugins = registry.plugins.filter((plugin) => !plugin.quarantined);
  const all: Record<string, string> = { ...ownTexts };
  for (const plugin of plugins) for (const [key, text] of Object.entries(plugin.texts)) if (key.startsWith(`${plugin.id}.`)) all[key] = text;
  const engine = engineOf(all);
  const words = new Map<string, Readonly<Record<string, string>>>();
  const engines = new Map<string, i18n>();

  const engineFor = (tenantId: string): i18n => {
    const own = words.get(tenantId);
    if (!own || Object.keys(own).length === 0) return engine;
    const known = engines.get(tenantId) ?? engineOf({ ...all, ...own });
    engines.set(tenantId, known);
    return known;
  };

  return {
    all,
    setWords(tenantId, own) {
      // heard again with each mail and each reading of the look, mostly the same
      if (isDeepStrictEqual(words.get(tenantId), own)) return;
      words.set(tenantId, own);
      engines.delete(tenantId);
    },
    text: (tenant, key, values = {}) => engineFor(tenant.id).t(key, written(tenant, values)),
  };
}

function engineOf(texts: Record<string, string>): i18n {
  const engine = createInstance();
  void engine.init({
    lng: 'en',
    resources: { en: { translation: texts } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    initImmediate: false,
    showSupportNotice: false,
  } as never);
  return engine;
}

function written(tenant: Tenant, values: Readonly<Record<string, string | number>>): Record<string, string | number> {
  const { currency } = values;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asPeopleWrite(tenant, name, value, currency)]));
}

function asPeopleWrite(tenant: Tenant, name: string, value: string | number, currency: string | number | undefined): string | number {
  if (name === 'amount' && typeof value === 'number' && typeof currency === 'string') return money(value, currency, tenant);
  if (name.endsWith('At') && typeof value === 'string') return dateTime(value, tenant);
  if (name.endsWith('On') && typeof value === 'string' && DAY.test(value)) return day(value, tenant);
  return value;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

const money = (minor: number, currency: string, { locale }: Tenant): string =>
  new Intl.NumberFormat(locale, { style: 'currency', currency }).format(minor / 10 ** minorDigits(currency));

const day = (iso: string, { locale }: Tenant): string =>
  new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'medium' }).format(new Date(`${iso}T00:00:00Z`));

/** An instant for people of this business: `4 Nov 2026, 11:00 EST` in the order of its locale. */
export function dateTime(instant: Instant, tenant: Pick<Tenant, 'locale' | 'zone'>): string {
  const when = new Date(instant);
  if (Number.isNaN(when.getTime())) return instant;
  return new Intl.DateTimeFormat(tenant.locale, { timeZone: tenant.zone, dateStyle: 'medium', timeStyle: 'short' }).format(when);
}
