import { beforeAll, expect, test } from 'vitest';
import { demoBusinesses, looks, onScreen, signIn, type Business } from '@portico/testing/browser';

let first: Business;
let second: Business;

beforeAll(() => {
  [first, second] = demoBusinesses();
});

test.each(looks)('S7: two businesses have each their own address, name, colours and words: $width px, $theme', (look) =>
  onScreen('s7-two-businesses', look, async (screen) => {
    const colours: string[] = [];
    for (const business of [first, second]) {
      const page = await screen.visit();
      await screen.go(business, '/sign-in', page);
      expect(await page.getByRole('banner').innerText()).not.toBe('');
      colours.push(await page.getByRole('button', { name: 'Sign in' }).evaluate((one) => getComputedStyle(one).backgroundColor));
      await screen.step(`sign-in-${business.slug}`);
    }
    expect(colours[0]).not.toBe(colours[1]);
    const names: string[] = [];
    for (const business of [first, second]) {
      const page = await screen.visit();
      await signIn(page, business, 'account-admin');
      expect(new URL(page.url()).host).toBe(new URL(business.url).host);
      names.push((await page.title()).split(' · ').at(-1)!);
      await screen.step(`first-page-${business.slug}`);
    }
    expect(names[0]).not.toBe(names[1]);
  }),
);
