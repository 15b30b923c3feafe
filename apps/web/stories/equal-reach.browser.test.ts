import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { ask, type Business, demoBusinesses, type Kind, onScreen, sessionOf } from '@portico/testing/browser';

let business: Business;
beforeAll(() => {
  [business] = demoBusinesses();
});

/** A list as page and API tell it. Who may not see one by the API has no such page either. */
const LISTS = [
  { page: '/leads', api: '/api/v1/leads' },
  { page: '/leads/orders', api: '/api/v1/leads/orders' },
  { page: '/returns', api: '/api/v1/returns' },
] as const;
type List = (typeof LISTS)[number];

/** All ids of a list by the API, page after page; undefined when it is refused. */
async function idsByApi(who: Kind, { api }: List): Promise<string[] | undefined> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await ask(business, `${api}?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, { key: who });
    if (answer.status === 403) return undefined;
    const { data, nextCursor } = answer.json<{ data: { id: string }[]; nextCursor: string | null }>();
    ids.push(...data.map(({ id }) => id));
    cursor = nextCursor;
  }
  return ids.toSorted();
}

const idIn = (href: string, page: string): string | undefined => new RegExp(`^${page}/([0-9a-f]{8}-[0-9a-f-]{27})`).exec(href)?.[1];

/** All ids of a list by its page, following Next; and the addresses of its pages. */
async function idsByPage(who: Kind, { page }: List): Promise<{ ids: string[]; addresses: string[] }> {
  const cookie = await sessionOf(business, who);
  const [found, addresses] = [new Set<string>(), [] as string[]];
  for (let next: string | undefined = `${page}?limit=100`; next; ) {
    const { status, text } = await ask(business, next, { cookie });
    if (status === 404 || status === 403) return { ids: [], addresses };
    expect(status, next).toBe(200);
    addresses.push(next);
    const table = /<tbody>[\s\S]*?<\/tbody>/.exec(text)?.[0] ?? '';
    for (const [, href] of table.matchAll(/href="([^"]+)"/g)) found.add(idIn(href!, page) ?? '');
    const link = /<a\b[^>]*\brel="next"[^>]*>/.exec(text)?.[0];
    const href = link && /href="([^"]+)"/.exec(link)![1]!.replaceAll('&amp;', '&');
    next = href && (href.startsWith('?') ? page + href : href);
  }
  found.delete('');
  return { ids: [...found].sort(), addresses };
}

/** The ids in the rows that are on paper. */
const idsOnPaper = async (page: Page, list: List): Promise<string[]> => {
  const hrefs = await page
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows
        .filter((row) => row.checkVisibility() && (row as HTMLElement).innerText.trim())
        .flatMap((row) => [...row.querySelectorAll('a')].map((one) => one.getAttribute('href')!)),
    );
  return [...new Set(hrefs.map((href) => idIn(href, list.page)))].filter((id) => id !== undefined);
};

test.each(['account-admin', 'downline', 'member'] as const)('page, paper and API show the same things to: %s (line 16)', { timeout: 180_000 }, (who) =>
  onScreen('equal-reach', { width: 390, theme: 'light' }, async (screen) => {
    const window = await screen.signIn(business, who);
    await window.emulateMedia({ media: 'print' });
    const reach: Record<string, number> = {};
    for (const list of LISTS) {
      const byApi = await idsByApi(who, list);
      const { ids, addresses } = await idsByPage(who, list);
      expect(addresses.length > 0, `${list.page} is there when ${list.api} is`).toBe(byApi !== undefined);
      expect(ids, list.page).toEqual(byApi ?? []);
      const printed: string[] = [];
      for (const address of addresses) {
        await screen.go(business, address);
        printed.push(...(await idsOnPaper(window, list)));
      }
      expect(printed.toSorted(), `${list.page} on paper`).toEqual(byApi ?? []);
      reach[list.page] = ids.length;
    }
    expect(reach['/leads']).toBeGreaterThan(5);
    expect(reach['/leads/orders']! > 0).toBe(who === 'account-admin');
  }),
);
