import { expect, test } from 'vitest';
import { demoBusinesses, onScreen, pagePaths } from '@portico/testing/browser';

test.each(['owner', 'account-admin'] as const)('every list has room at 1280 px, with the buttons of its rows: %s', { timeout: 60_000 }, (who) =>
  onScreen('wide-lists', { width: 1280, theme: 'light' }, async (screen) => {
    const [business] = demoBusinesses();
    const page = await screen.signIn(business, who);
    const tooWide: string[] = [];
    let lists = 0;
    const area = (path: string) => path.startsWith('/console') === (who === 'owner');
    for (const path of (await pagePaths()).filter((one) => !one.includes(':') && area(one))) {
      if ((await page.goto(business.url + path))?.status() !== 200) continue; // not for this person
      const hidden = await page.locator('.ui-list').evaluateAll((found) => found.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
      lists += hidden.length;
      if (hidden.some((by) => by > 0)) tooWide.push(`${path}: ${hidden.join(', ')} px are hidden`);
    }
    expect(lists).toBeGreaterThan(3);
    expect(tooWide).toEqual([]);
  }),
);
