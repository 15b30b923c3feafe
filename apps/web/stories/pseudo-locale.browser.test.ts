import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Business, fresh, onScreen, pagePaths, portico, sideways, signInOf, type Screen } from '@portico/testing/browser';
import { firstCustomer } from './test/first-customer.ts';

/** Words of the business and its people, which nobody translates. */
const NAMES = ['Brackets Ltd', 'First Pond', 'Ada Lind', 'Owner', 'USD', 'example', 'portico', 'localhost', 'http', 'America', 'Chicago', 'leads', 'api'];

/** Pages whose names of plugins and events are put into words by their server halves, in the language of mails. */
const SAID_BY_SERVER = ['/console/workspace/plugins', '/console/workspace/audit'];

/** A business in the locale that nobody speaks: each sentence longer, and in brackets. */
async function pseudoBusiness(slug: string): Promise<Business> {
  const email = `owner@${slug}.example`;
  const made = await portico<{ tenantId: string; url: string; apiKey: string; owner: { login: string; password: string } }>(
    ...['tenant', 'create', '--slug', slug, '--name', 'Brackets Ltd', '--zone', 'America/Chicago', '--currency', 'USD', '--locale', 'en-XA'],
    ...['--owner-email', email],
  );
  return { slug, tenantId: made.tenantId, url: made.url, signIns: [{ kind: 'owner', ...made.owner, apiKey: made.apiKey }] };
}

/** What is read on a page and is in no bracket, without names, dates and figures. */
const untranslated = (page: Page): Promise<string[]> =>
  page.evaluate((names) => {
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement!;
      if (parent.closest('script, style, code, option, textarea, time') || !parent.checkVisibility()) continue;
      // A sentence may be put together of several nodes: its brackets are looked for in the element that holds them.
      const around = parent.textContent ?? '';
      if (/⟦[^⟧]*$/.test(around.slice(0, around.indexOf(node.textContent ?? '') + 1))) continue;
      const rest = names.reduce((text, name) => text.replaceAll(name, ''), (node.textContent ?? '').replace(/⟦[^⟦⟧]*⟧|\S+@\S+/g, '').replace(/[⟦⟧]/g, ''));
      if (/\p{L}{3}/u.test(rest)) found.add(rest.trim());
    }
    return [...found];
  }, NAMES);

/** Signs in by the names of the fields: their labels are words of nobody. */
async function signedIn(screen: Screen, business: Business, who: 'owner' | 'account-admin'): Promise<Page> {
  const page = await screen.visit();
  const { login, password } = signInOf(business, who);
  await page.goto(`${business.url}/sign-in`);
  await page.locator('[name=login]').fill(login);
  await page.locator('[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  return page;
}

async function troublesOf(page: Page, business: Business, paths: readonly string[]): Promise<string[]> {
  const troubles: string[] = [];
  for (const path of paths) {
    const answer = await page.goto(business.url + path);
    if (answer?.status() !== 200) continue; // not for this person
    const texts = SAID_BY_SERVER.includes(path) ? [] : await untranslated(page);
    for (const text of texts) troubles.push(`${path}: “${text}” is in no translation`);
    const { by, because } = await sideways(page);
    if (by > 0) troubles.push(`${path}: ${by} px sideways (${because.join(', ')})`);
  }
  return troubles;
}

test('every page has its words from a translation, and room for longer ones on a phone (page contract)', { timeout: 120_000 }, () =>
  onScreen('pseudo-locale', { width: 390, theme: 'light' }, async (screen) => {
    const { business } = await firstCustomer(await pseudoBusiness(`brackets-${fresh()}`), 'First Pond');
    const paths = (await pagePaths()).filter((path) => !path.includes(':'));
    const portal = paths.filter((path) => !path.startsWith('/console'));
    const console = paths.filter((path) => path.startsWith('/console'));
    expect(Math.min(portal.length, console.length)).toBeGreaterThan(5);
    expect(await troublesOf(await screen.visit(), business, ['/sign-in'])).toEqual([]);
    const customer = await signedIn(screen, business, 'account-admin');
    expect(await troublesOf(customer, business, portal)).toEqual([]);
    await screen.picture('portal');
    const owner = await signedIn(screen, business, 'owner');
    expect(await troublesOf(owner, business, console)).toEqual([]);
    await screen.picture('console');
  }),
);
