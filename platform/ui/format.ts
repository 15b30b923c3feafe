/**
 * Money, numbers, dates and times for people, in one locale and one zone. Formatters are made once per locale and kept:
 * making one costs some fifty times what using one does, and a list formats hundreds of values.
 */

/** Money as it travels on the wire, or as the domain has it: minor units and ISO 4217 currency. */
export interface MoneyLike {
  readonly amount: number | bigint;
  readonly currency: string;
}

/** An instant (`2026-11-22T06:55:00.000Z`) or a calendar day (`2026-11-22`). */
export type When = string;

/** How much of a time is shown. `auto` says Today and Yesterday, `inside` does so within a sentence; `day` leaves the clock out; `long` names everything. */
export type DateLook = 'auto' | 'inside' | 'day' | 'long' | 'time';

/** Formats for one viewer. All methods are pure. */
export interface Format {
  readonly locale: string;
  readonly zone: string;
  /** `$312.40`: the viewer's locale, the amount's own currency. */
  money(money: MoneyLike): string;
  /** `1,204`. */
  number(value: number | bigint): string;
  /** `0.42` → `42%`. */
  percent(share: number): string;
  /** `Today, 09:12`, `19 Nov, 14:22`, `1 December 2026`. */
  when(at: When, look?: DateLook): string;
  /** The exact time with weekday and zone, for the title of a shortened one. */
  exact(at: When): string;
  /** `Dana Kim, Ruth Abara and Luis Ortega`. */
  list(words: readonly string[]): string;
}

/** Words that the format needs from the translations. */
export interface FormatWords {
  readonly today: string;
  readonly yesterday: string;
  readonly tomorrow: string;
  /** The same three within a sentence: "received today, 09:12". */
  readonly inside: { readonly today: string; readonly yesterday: string; readonly tomorrow: string };
  /** Joins a day and a clock time: `{{day}}, {{time}}`, filled by the caller. */
  join(day: string, time: string): string;
}

/** Currencies whose minor unit is not a hundredth (ISO 4217); `Intl` follows CLDR instead, which differs for some of them. */
const MINOR_DIGITS: Readonly<Record<string, number>> = Object.fromEntries([
  ...'BIF CLP DJF GNF JPY KMF KRW PYG RWF VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3]),
]);

/** Digits after the point in a currency. A test holds this equal to the kit's, which a browser need not load. */
export const digitsOf = (currency: string): number => MINOR_DIGITS[currency] ?? 2;

const kept = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.ListFormat>();

function keep<F extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.ListFormat>(key: string, make: () => F): F {
  let format = kept.get(key);
  if (!format) {
    // Locales, zones and currencies are few; the bound only stops a caller who invents them.
    if (kept.size > 500) kept.clear();
    format = make();
    kept.set(key, format);
  }
  return format as F;
}

const isDay = (at: When): boolean => /^\d{4}-\d{2}-\d{2}$/.test(at);
const DAY_MS = 86_400_000;

/** Node and browsers disagree about the space before "PM"; one kind keeps server and browser text equal. */
const plainSpace = (text: string): string => text.replace(/\u202f/g, ' ');

/** The formats of one viewer. `now` is the server's now (an instant), so that Today means the business's today. */
export function createFormat(locale: string, zone: string, now: When, words: FormatWords): Format {
  const numbers = (key: string, options: Intl.NumberFormatOptions) => keep(`${locale} ${key}`, () => new Intl.NumberFormat(locale, options));
  const dates = (key: string, options: Intl.DateTimeFormatOptions, timeZone: string) =>
    keep(`${locale} ${timeZone} ${key}`, () => new Intl.DateTimeFormat(locale, { ...options, timeZone }));
  const isoDay = (at: When) =>
    isDay(at)
      ? at
      : keep(`iso ${zone}`, () => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })).format(new Date(at));
  const today = isoDay(now);
  const show = (at: When, key: string, options: Intl.DateTimeFormatOptions) => plainSpace(dates(key, options, isDay(at) ? 'UTC' : zone).format(new Date(at)));
  const time = (at: When) => show(at, 'time', { timeStyle: 'short' });
  const day = (at: When, said: { today: string; yesterday: string; tomorrow: string } = words) => {
    const iso = isoDay(at);
    const distance = (Date.parse(iso) - Date.parse(today)) / DAY_MS;
    if (distance === 0) return said.today;
    if (distance === -1) return said.yesterday;
    if (distance === 1) return said.tomorrow;
    if (iso.slice(0, 4) === today.slice(0, 4)) return show(at, 'day', { day: 'numeric', month: 'short' });
    return show(at, 'day-year', { day: 'numeric', month: 'short', year: 'numeric' });
  };
  return {
    locale,
    zone,
    money({ amount, currency }) {
      const digits = digitsOf(currency);
      const format = numbers(`money ${currency}`, { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
      return format.format(Number(amount) / 10 ** digits);
    },
    number: (value) => numbers('number', {}).format(value),
    percent: (share) => numbers('percent', { style: 'percent', maximumFractionDigits: 1 }).format(share),
    when(at, look = 'auto') {
      if (look === 'time') return time(at);
      if (look === 'long') return show(at, isDay(at) ? 'long-day' : 'long', isDay(at) ? { dateStyle: 'long' } : { dateStyle: 'long', timeStyle: 'short' });
      const said = day(at, look === 'inside' ? words.inside : words);
      return look === 'day' || isDay(at) ? said : words.join(said, time(at));
    },
    exact: (at) =>
      isDay(at)
        ? show(at, 'exact-day', { dateStyle: 'full' })
        : show(at, 'exact', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }),
    list: (list) => keep(`${locale} list`, () => new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' })).format(list),
  };
}
