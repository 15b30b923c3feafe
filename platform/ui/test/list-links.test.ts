import { describe, expect, test } from 'vitest';
import { activeFilters, clearHref, type Filter, listHref, pageHref, sortHref, sortOf, sortWay } from '../list-links.ts';

const paramsOf = (href: string) => Object.fromEntries(new URLSearchParams(href));

/** Presses a header so many times; each press starts from where the last one led. */
function press(times: number, start: string, link: { key: string; first?: 'ascending' | 'descending'; defaultSort?: string }): (string | undefined)[] {
  const seen: (string | undefined)[] = [];
  let search = start;
  for (let i = 0; i < times; i++) {
    search = sortHref({ search, ...link });
    seen.push(sortOf(search, link.defaultSort));
  }
  return seen;
}

describe('headers that sort', () => {
  test("three clicks lead up, down, and back to the list's own order", () => {
    expect(press(4, '', { key: 'name', defaultSort: '-received' })).toEqual(['name', '-name', '-received', 'name']);
  });

  test('a column of times begins with the newest', () => {
    expect(press(3, '', { key: 'due', first: 'descending', defaultSort: 'name' })).toEqual(['-due', 'due', 'name']);
  });

  test('the column that the list is sorted by anyway turns round, and back', () => {
    expect(press(2, '', { key: 'received', first: 'descending', defaultSort: '-received' })).toEqual(['received', '-received']);
  });

  test('the own order leaves no trace in the address', () => {
    expect(sortHref({ search: '?sort=-name', key: 'name', defaultSort: '-received' })).toBe('?');
  });

  test('filters stay, the place in the list is forgotten', () => {
    expect(paramsOf(sortHref({ search: '?q=port&type=roofing&cursor=abc', key: 'name' }))).toEqual({ q: 'port', type: 'roofing', sort: 'name' });
  });

  test('two lists on one page do not disturb each other', () => {
    expect(paramsOf(sortHref({ search: '?sort=due&cursor=x&returns.cursor=y', key: 'name', prefix: 'returns' }))).toEqual({
      sort: 'due',
      cursor: 'x',
      'returns.sort': 'name',
    });
  });

  test('aria-sort says which way', () => {
    expect([sortWay('name', 'name'), sortWay('-name', 'name'), sortWay('-due', 'name'), sortWay(undefined, 'name')]).toEqual([
      'ascending',
      'descending',
      undefined,
      undefined,
    ]);
  });
});

const filters: readonly Filter[] = [
  { kind: 'select', name: 'type', label: 'Type', all: 'All types', options: [{ value: 'roofing', label: 'Roofing' }] },
  { kind: 'dates', name: 'received', label: 'Received', from: 'from', to: 'to' },
];
const say = { range: (from: string | null, to: string | null) => `${from ?? '…'}–${to ?? '…'}` };

describe('filters that are on', () => {
  test('each names its choice and where the list is without it', () => {
    const active = activeFilters('?type=roofing&from=2026-11-01&sort=name&cursor=c', filters, say);
    expect(active.map(({ label, value }) => [label, value])).toEqual([
      ['Type', 'Roofing'],
      ['Received', '2026-11-01–…'],
    ]);
    expect(paramsOf(active[0]!.without)).toEqual({ from: '2026-11-01', sort: 'name' });
    expect(paramsOf(active[1]!.without)).toEqual({ type: 'roofing', sort: 'name' });
  });

  test('an empty choice is none', () => {
    expect(activeFilters('?type=&from=&to=', filters, say)).toEqual([]);
  });

  test('a value that nobody offers shows as it is, so it can be taken off', () => {
    expect(activeFilters('?type=%3Cb%3E', filters, say)[0]?.value).toBe('<b>');
  });

  test('Clear all keeps the order', () => {
    expect(paramsOf(clearHref('?q=a&type=roofing&from=2026-11-01&to=2026-11-02&sort=-name&cursor=c', filters))).toEqual({ sort: '-name' });
  });
});

describe('pages', () => {
  test('next and previous keep everything else and exclude each other', () => {
    expect(paramsOf(pageHref('?q=a&before=x', 'cursor', 'y z'))).toEqual({ q: 'a', cursor: 'y z' });
    expect(paramsOf(pageHref('?q=a&cursor=x', 'before', null))).toEqual({ q: 'a' });
  });

  test('a text with signs survives the way through an address', () => {
    expect(paramsOf(listHref('', { q: 'a&b=c+d é' }))).toEqual({ q: 'a&b=c+d é' });
  });
});
