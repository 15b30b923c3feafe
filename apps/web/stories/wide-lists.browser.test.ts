import { beforeAll, expect, test } from 'vitest';
import { demoBusinesses, onScreen, pagePaths } from '@portico/testing/browser';
import { openMarket, openOrder, postLead } from './test/lead-market.ts';

/** Less than the padding of a cell: no word and no button is hidden by it. How wide names are differs from run to run. */
const HIDES_NOTHING_PX = 8;

beforeAll(async () => {
  const market = await openMarket(demoBusinesses()[0]);
  await openOrder(market, 10);
  await postLead(market, { name: 'Bartholomew Featherstonehaugh', town: 'Llanfairpwllgwyngyllgoger' });
});

/** In the evening most rows of a list are of today, in the morning of yesterday, which is longer. */
const writeLongest = (times: Element[]): void => {
  for (const time of times) time.textContent = time.textContent.replace(/^(Today|Tomorrow)/, 'Yesterday').replace(/\d+(?=:\d\d [AP]M)/, '10');
};

test.each(['owner', 'account-admin'] as const)('every list has room at 1280 px, with the buttons of its rows: %s', { timeout: 60_000 }, (who) =>
  onScreen('wide-lists', { width: 1280, theme: 'light' }, async (screen) => {
    const [business] = demoBusinesses();
    const page = await screen.signIn(business, who);
    const tooWide: string[] = [];
    let lists = 0;
    const area = (path: string) => path.startsWith('/console') === (who === 'owner');
    for (const path of (await pagePaths()).filter((one) => !one.includes(':') && area(one))) {
      if ((await page.goto(`${business.url}${path}?limit=100`))?.status() !== 200) continue; // not for this person
      await page.locator('.ui-list time').evaluateAll(writeLongest);
      const hidden = await page.locator('.ui-list').evaluateAll((found) => found.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
      lists += hidden.length;
      if (hidden.some((by) => by > HIDES_NOTHING_PX)) tooWide.push(`${path}: ${hidden.join(', ')} px are hidden`);
    }
    expect(lists).toBeGreaterThan(3);
    expect(tooWide).toEqual([]);
  }),
);
