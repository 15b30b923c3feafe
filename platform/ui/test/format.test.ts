import { minorDigits } from '@portico/kit';
import { describe, expect, test } from 'vitest';
import { createFormat, digitsOf } from '../format.ts';
import { directionOf, PSEUDO_LOCALE } from '../locale.ts';
import { createTexts } from '../text.tsx';
import { readTheme, safeBack, themeCookie } from '../server.ts';
import { initials } from '../values.tsx';
import { withCurrent } from '../frame.tsx';

const inside = { today: 'today', yesterday: 'yesterday', tomorrow: 'tomorrow' };
const words = { today: 'Today', yesterday: 'Yesterday', tomorrow: 'Tomorrow', inside, join: (day: string, time: string) => `${day}, ${time}` };
const NOW = '2026-11-22T06:30:00.000Z';

describe('times for people', () => {
  const portland = createFormat('en-GB', 'America/Los_Angeles', NOW, words);

  test("Today is the business's today, not the server's", () => {
    // In Portland it is still the evening of the 21st.
    expect(portland.when('2026-11-22T06:00:00.000Z')).toBe('Today, 22:00');
    expect(portland.when('2026-11-21T06:00:00.000Z')).toBe('Yesterday, 22:00');
    expect(portland.when('2026-11-21T06:00:00.000Z', 'inside')).toBe('yesterday, 22:00');
    expect(portland.when('2026-11-18T22:22:00.000Z', 'inside')).toBe('18 Nov, 14:22');
    expect(portland.when('2026-11-22T09:00:00.000Z')).toBe('Tomorrow, 01:00');
    expect(createFormat('en-GB', 'Pacific/Auckland', NOW, words).when('2026-11-21T23:00:00.000Z')).toBe('Today, 12:00');
  });

  test('another day of this year leaves the year out, another year does not', () => {
    expect(portland.when('2026-11-18T22:22:00.000Z')).toBe('18 Nov, 14:22');
    expect(portland.when('2025-11-18T22:22:00.000Z')).toBe('18 Nov 2025, 14:22');
  });

  test('a calendar day is the same day in every zone', () => {
    for (const zone of ['Pacific/Auckland', 'America/Los_Angeles', 'UTC'])
      expect(createFormat('en-GB', zone, NOW, words).when('2026-12-01', 'long')).toBe('1 December 2026');
  });

  test('the exact time names day and zone', () => {
    expect(portland.exact('2026-11-18T22:22:00.000Z')).toMatch(/Wednesday.*18 November 2026.*14:22.*(PST|GMT-8)/);
  });

  test('no narrow space that Node and browsers disagree about', () => {
    expect(createFormat('en-US', 'America/Los_Angeles', NOW, words).when('2026-11-18T22:22:00.000Z')).toBe('Nov 18, 2:22 PM');
  });
});

describe('money for people', () => {
  const format = createFormat('en-US', 'UTC', NOW, words);
  test('minor units of each currency', () => {
    expect(format.money({ amount: 31240, currency: 'USD' })).toBe('$312.40');
    expect(format.money({ amount: -31240n, currency: 'USD' })).toBe('-$312.40');
    expect(format.money({ amount: 500, currency: 'JPY' })).toBe('¥500');
    expect(format.money({ amount: 1500, currency: 'KWD' }).replace(/\s/, ' ')).toBe('KWD 1.500');
  });

  test('as many digits as the kit says, for every currency that there is', () => {
    for (const currency of Intl.supportedValuesOf('currency')) expect(digitsOf(currency), currency).toBe(minorDigits(currency));
  });
});

describe('locales', () => {
  test('are written from the left or from the right', () => {
    expect(['en-US', 'de', 'ar-EG', 'he', 'FA-ir', 'arn'].map(directionOf)).toEqual(['ltr', 'ltr', 'rtl', 'rtl', 'rtl', 'ltr']);
  });
  test('that nobody speaks: every sentence longer and in brackets, its places as they are, its plurals too', () => {
    const texts = createTexts(PSEUDO_LOCALE, [
      { 'pond.title': 'Ducks of {{name}}', 'pond.count_one': '{{count}} duck', 'pond.count_other': '{{count}} ducks' },
    ]);
    expect(texts.t('pond.title', { name: 'Ada' })).toBe('⟦Duucks oof Ada⟧');
    expect(texts.t('pond.count', { count: 2 })).toBe('⟦2 duucks⟧');
    expect(texts.t('ui.loading')).toBe('⟦Looaadiing⟧');
  });
});

describe('texts', () => {
  test("a plugin's keys join the ui's, dots are part of a key, nothing is escaped twice", () => {
    const texts = createTexts('en', [{ 'returns.say': 'Return <{{name}}>', 'ui.cancel': 'Never mind' }]);
    expect(texts.t('returns.say', { name: 'A & B' })).toBe('Return <A & B>');
    expect(texts.t('ui.cancel')).toBe('Never mind');
    expect(texts.t('returns.missing')).toBe('returns.missing');
    expect(texts.t('ui.table.picked', { count: 1 })).toBe('1 picked');
    expect(texts.t('ui.table.picked', { count: 0 })).toBe('None picked');
  });
});

describe('theme', () => {
  test('the cookie is read back, nonsense means as the device', () => {
    expect(readTheme('a=b; portico-theme=dark; c=d')).toBe('dark');
    for (const cookie of [null, '', 'portico-theme=pink', 'xportico-theme=dark']) expect(readTheme(cookie)).toBe('auto');
    expect(readTheme(themeCookie('light').split(';')[0])).toBe('light');
    expect(themeCookie('auto')).toContain('Max-Age=0');
  });

  test('the way back never leaves this host', () => {
    expect(safeBack('/leads?q=a')).toBe('/leads?q=a');
    for (const evil of ['//evil.test', '/\\evil.test', 'https://evil.test', 'javascript:alert(1)', '', null, '/a\nb']) expect(safeBack(evil)).toBe('/');
  });
});

describe('small things', () => {
  test('initials', () => {
    expect(['Dana Kim', 'dana', 'Ana Maria de Souza', ''].map(initials)).toEqual(['DK', 'D', 'AS', '']);
  });

  test("the longest address that begins the page's is where one is", () => {
    const nav = [
      { label: 'Home', href: '/' },
      { label: 'Leads', href: '/leads', children: [{ label: 'Returns', href: '/leads/returns' }] },
      { label: 'Lea', href: '/lea' },
    ];
    const current = (pathname: string) =>
      withCurrent(nav, pathname)
        .flatMap((item) => [item, ...(item.children ?? [])])
        .filter((item) => item.current)
        .map((item) => item.label);
    expect(['/', '/leads', '/leads/4', '/leads/returns/9', '/elsewhere'].map(current)).toEqual([['Home'], ['Leads'], ['Leads'], ['Returns'], []]);
  });
});
