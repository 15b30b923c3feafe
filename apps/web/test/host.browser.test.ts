import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ask,
  bothWidths,
  type Business,
  demand,
  demoBusinesses,
  fresh,
  inBothThemes,
  onScreen,
  pageFacts,
  portico,
  signIn,
  signInOf,
  until,
} from '@portico/testing/browser';

const look = { width: 1280, theme: 'light' } as const;
let first: Business;
let second: Business;

beforeAll(() => {
  [first, second] = demoBusinesses();
});

/** The session cookie of somebody, by the form as a browser without script sends it. */
async function cookieOf(business: Business, kind: 'account-admin' | 'owner'): Promise<string> {
  const { login, password } = signInOf(business, kind);
  const answer = await ask(business, '/sign-in', { form: { login, password, to: '' } });
  expect(answer.status).toBe(303);
  return String(answer.headers['set-cookie']?.[0]).split(';')[0]!;
}
/** A page but for what is new each time: nonce, instant, number. */
const lasting = (html: string): string =>
  html
    .replace(/nonce="[^"]+"/g, '')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '')
    .replace(/[0-9a-f]{32}/g, '');

describe('signing in', () => {
  test('without script: refused in words with the login kept, then led to where the person was going', () =>
    onScreen('host-sign-in', look, async (screen) => {
      const page = await screen.visit({ javaScriptEnabled: false });
      const { login, password } = signInOf(first, 'account-admin');
      await page.goto(`${first.url}/accounts/users?sort=-name`);
      expect(new URL(page.url()).pathname).toBe('/sign-in');
      await page.getByLabel('User name or e-mail').fill(login);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/accounts/users?sort=-name');
      expect(await page.title()).toBe(`Users · ${await businessName(page)}`);
      await page.locator('summary[aria-label="Account menu"], summary').last().click();
      await page.getByRole('button', { name: 'Dark' }).click();
      expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
      expect(new URL(page.url()).pathname).toBe('/accounts/users');
    }));

  test('keeps a cookie that is of this host only and that no script can read', () =>
    onScreen('host-cookie', look, async (screen) => {
      const page = await screen.visit();
      await signIn(page, first, 'account-admin');
      const [cookie] = (await page.context().cookies()).filter(({ name }) => name.startsWith('__Host-'));
      expect(cookie).toMatchObject({ name: '__Host-portico', secure: true, httpOnly: true, sameSite: 'Lax', path: '/', domain: new URL(first.url).hostname });
      await page.goto(`${second.url}/`);
      expect(new URL(page.url()).pathname).toBe('/sign-in');
    }));
});

const businessName = async (page: import('playwright-core').Page): Promise<string> => (await page.locator('.ui-side .ui-mark span').last().innerText()).trim();

describe('a password that somebody else chose', () => {
  test('is changed before anything else, without script too', () =>
    onScreen('host-change-password', { width: 390, theme: 'dark' }, async (screen) => {
      const login = `new-${fresh()}`;
      const password = 'chosen by somebody else';
      await demand(first, '/api/v1/workspace/staff', { key: 'owner', json: { name: 'Noa Adler', userName: login, password, role: 'staff' } });
      const page = await screen.visit({ javaScriptEnabled: false });
      await page.goto(`${first.url}/console/workspace/team`);
      await page.getByLabel('User name or e-mail').fill(login);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      for (const path of ['/', '/console/workspace/team', '/leads', '/never']) {
        await page.goto(first.url + path);
        expect(new URL(page.url()).pathname).toBe('/change-password');
      }
      const change = async (next: string, again = next) => {
        await page.getByLabel('Current password').fill(password);
        await page.getByLabel('New password', { exact: true }).fill(next);
        await page.getByLabel('New password again').fill(again);
        await page.getByRole('button', { name: 'Save password' }).click();
      };
      await change('short');
      expect(await page.getByRole('alert').innerText()).toContain('Use at least 8 characters.');
      await change('a heron stands still', 'a heron stands');
      expect(await page.getByRole('alert').innerText()).toContain('The two passwords are not the same.');
      await change('a heron stands still');
      expect(new URL(page.url()).pathname).toMatch(/^\/console\//);
      expect(await page.getByRole('status').first().innerText()).toContain('Your password was changed.');
      await page.reload();
      expect(await page.getByText('Your password was changed.').count()).toBe(0);
    }));
});

describe('pages of the web app itself', () => {
  test.each(bothWidths)('are calm to the eye and to axe: $width px, light and dark', (each) =>
    inBothThemes('host-own-pages', each, async (screen) => {
      await screen.visit();
      await screen.go(first, '/sign-in');
      await screen.step('sign-in', { examine: true });
      await screen.go(first, '/never/at/all');
      await screen.step('not-found-outside', { examine: true });
      await screen.signIn(first, 'account-admin');
      await screen.go(first, '/never/at/all');
      await screen.step('not-found-inside', { examine: true });
    }),
  );
});

describe('a page whose visitor types before script has taken it over', () => {
  test('is taken over all the same, without an error', () =>
    onScreen('host-early-keys', { width: 390, theme: 'light' }, async (screen) => {
      const page = await screen.visit();
      // keys without a pause, from the first element on: one of them falls into every moment of the start
      await page.addInitScript(() => {
        const { port1, port2 } = new MessageChannel();
        const until = performance.now() + 3_000;
        port1.onmessage = () => {
          document.body?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Shift', bubbles: true }));
          if (performance.now() < until) port2.postMessage(null);
        };
        port2.postMessage(null);
      });
      for (let round = 0; round < 5; round += 1) await screen.go(first, '/sign-in');
      expect((await pageFacts(page, 'plain')).headings).toEqual(['Sign in']);
    }));
});

describe('what `npm run dev` has to load pages again', () => {
  test('is in no page and at no address of what is started for people', async () => {
    const pages = [await ask(first, '/sign-in'), await ask(first, '/leads', { cookie: await cookieOf(first, 'account-admin') })];
    for (const { status, text } of pages) expect([status, text.includes('live-reload'), text.includes('devScript')]).toEqual([200, false, false]);
    for (const path of ['/portico/live-reload', '/portico/live-reload.js']) expect((await ask(first, path)).status, path).toBe(404);
  });
});

describe('a page that takes its time', () => {
  test('shows a bar once a person would wonder, keeps the page before, and is there in the end', () =>
    onScreen('host-underway', { width: 390, theme: 'light' }, async (screen) => {
      const page = await screen.signIn(first, 'account-admin');
      await screen.go(first, '/accounts/users');
      const bar = page.getByRole('progressbar', { name: 'Loading' });
      const shown = () => bar.evaluate((element) => getComputedStyle(element).opacity);
      // read by the page itself, in the moment in which the bar comes: from outside it may be later than a person wonders
      await page.evaluate(() =>
        new MutationObserver(() => {
          const [come] = document.querySelectorAll('[role=progressbar]');
          if (come) document.documentElement.dataset['firstShown'] ??= getComputedStyle(come).opacity;
        }).observe(document.body, { childList: true, subtree: true }),
      );
      await page.route('**/leads.data*', async (route) => {
        await new Promise((wait) => setTimeout(wait, 1_500));
        await route.continue();
      });
      expect(await bar.count()).toBe(0);
      await page.locator('summary[aria-label="Menu"]').click();
      await page.getByRole('link', { name: 'Leads', exact: true }).first().click();
      await bar.waitFor({ state: 'attached' });
      expect(await page.evaluate(() => document.documentElement.dataset['firstShown'])).toBe('0');
      await until('the bar is seen', async () => (await shown()) === '1', 1);
      expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Users');
      await screen.step('underway', { examine: true });
      await page.getByRole('heading', { level: 1, name: 'Leads' }).waitFor();
      expect(await bar.count()).toBe(0);
    }));
});

describe('an address that does not exist', () => {
  test('is 404, inside the frame for who is signed in and outside it for who is not', async () => {
    const cookie = await cookieOf(first, 'account-admin');
    for (const path of ['/never', '/leads/never', '/console/never', '/console', '/console/workspace/team', '/LEADS', '/.env', '//leads', '/assets']) {
      const [inside, outside] = [await ask(first, path, { cookie }), await ask(first, path)];
      expect(`${path} ${inside.status}`).toBe(`${path} 404`);
      expect(inside.text).toContain('Page not found');
      expect(inside.text).toContain('ui-side');
      if (outside.status === 404) expect(outside.text).not.toContain('ui-side');
      else expect(outside.headers.location).toMatch(/^\/sign-in/);
      expect((await ask(first, `${path}.data`, { cookie })).status).toBeOneOf([404]);
    }
  });
  test('is 404 for every other method, and a form there changes nothing', async () => {
    const cookie = await cookieOf(first, 'account-admin');
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])
      expect((await ask(first, '/leads', { method, cookie, headers: { 'sec-fetch-site': 'same-origin' } })).status, method).toBe(404);
    for (const path of ['/', '/console', '/never', '/never.data']) expect((await ask(first, path, { cookie, form: { a: 'b' } })).status, path).toBe(404);
  });
});

/** A plugin's id, its keys, and its sentences: enough of it to be known by. */
function wordsOf(pluginId: string): string[] {
  const file = path.resolve(import.meta.dirname, '../../../plugins', pluginId, 'translations/en.json');
  const texts = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  const sentences = Object.values(texts).filter((text) => text.length > 25 && !/["'{]/.test(text));
  return [pluginId, ...Object.keys(texts), ...sentences];
}

/** Every file of the app that these pages load or name, and what those load or name. */
async function everyAsset(pages: readonly string[]): Promise<string[]> {
  const seen = new Set<string>();
  const found: string[] = [];
  for (let next = pages.flatMap(namedIn); next.length > 0; ) {
    const asked = next.filter((file) => !seen.has(file) && /\.(js|css)$/.test(file));
    for (const file of asked) seen.add(file);
    const answers = await Promise.all(asked.map((file) => ask(first, `/assets/${file}`)));
    next = answers.flatMap(({ text }) => namedIn(text));
    found.push(...asked, ...answers.map(({ text }) => text));
  }
  return found;
}
const namedIn = (text: string): string[] => [...text.matchAll(/(?:assets\/|\.\/)([\w.-]+\.(?:js|css))/g)].map(([, file]) => file!);

describe('a plugin that is switched off', () => {
  let pluginId = '';
  let title = '';
  const set = (on: boolean) => demand(first, `/api/v1/workspace/plugins/${pluginId}/switch`, { key: 'owner', json: { on } });

  // Any plugin will do that is on here, that nobody needs, and that has a first page in the portal.
  beforeAll(async () => {
    const { data } = await demand<{ data: { id: string; alwaysOn: boolean; enabled: boolean; neededBy: string[] }[] }>(first, '/api/v1/workspace/plugins', {
      key: 'owner',
    });
    const routes = await portico<{ plugin: string; path: string }[]>('routes');
    const found = data.find(
      ({ id, alwaysOn, enabled, neededBy }) => enabled && !alwaysOn && neededBy.length === 0 && routes.some(({ path }) => path === `/${id}`),
    );
    pluginId = found!.id;
    title = /<h1[^>]*>([^<]+)</.exec((await ask(first, `/${pluginId}`, { cookie: await cookieOf(first, 'account-admin') })).text)![1]!;
  });

  test('answers like an address that never was, leaves no trace, and changes nothing elsewhere', async () => {
    const [cookie, other] = [await cookieOf(first, 'account-admin'), await cookieOf(second, 'account-admin')];
    const before = lasting((await ask(second, '/leads', { cookie: other })).text);
    expect((await ask(first, `/${pluginId}`, { cookie })).status).toBe(200);
    await set(false);
    try {
      await until('the plugin is gone', async () => (await ask(first, `/${pluginId}`, { cookie })).status === 404, 5);
      for (const suffix of ['', '.data', '/x', '/x.data', '?a=b']) {
        const [off, never] = [await ask(first, `/${pluginId}${suffix}`, { cookie }), await ask(first, `/never-installed${suffix}`, { cookie })];
        expect(off.status).toBe(404);
        expect(lasting(off.text).replaceAll(pluginId, '')).toBe(lasting(never.text).replaceAll('never-installed', ''));
      }
      const page = await ask(first, '/leads', { cookie });
      expect(page.text).not.toContain(pluginId);
      const manifest = /"version":\s*"([^"]+)"/.exec(page.text)?.[1] ?? '';
      expect((await ask(first, `/__manifest?version=${manifest}&p=/${pluginId}`, { cookie })).text).not.toContain(pluginId);
      expect(lasting((await ask(second, '/leads', { cookie: other })).text)).toBe(before);
    } finally {
      await set(true);
    }
  });

  test('is in nothing that pages load: no script, no words, no list of addresses (line 18)', async () => {
    const cookie = await cookieOf(first, 'account-admin');
    const owner = await cookieOf(first, 'owner');
    const told = async () => {
      const pages = [await ask(first, '/sign-in'), await ask(first, '/leads', { cookie }), await ask(first, '/console/workspace/team', { cookie: owner })];
      return [...pages.map(({ text }) => text), ...(await everyAsset(pages.map(({ text }) => text)))].join('\n');
    };
    const words = wordsOf(pluginId);
    expect(words.length).toBeGreaterThan(5);
    const on = await told();
    expect(words.filter((word) => !on.includes(word))).toEqual([]); // so it would be seen
    await set(false);
    try {
      await until('the plugin is gone', async () => (await ask(first, `/${pluginId}`, { cookie })).status === 404, 5);
      const off = await told();
      expect(words.filter((word) => off.includes(word))).toEqual([]);
    } finally {
      await set(true);
    }
    const built = readdirSync(path.resolve(import.meta.dirname, '../build/client/assets'));
    expect(built.filter((file) => file.startsWith('manifest'))).toEqual([]);
  });

  test('and then on, while a page is open: the next step has its entry in words, and its page', () =>
    onScreen('host-switched-on', look, async (screen) => {
      const cookie = await cookieOf(first, 'account-admin');
      const isOn = async () => (await ask(first, `/${pluginId}`, { cookie })).status === 200;
      await set(false);
      try {
        await until('the plugin is gone', async () => !(await isOn()), 5);
        const page = await screen.signIn(first, 'account-admin');
        await screen.go(first, '/accounts/users');
        expect(await page.getByRole('link', { name: title }).count()).toBe(0);
        await set(true);
        await until('the plugin is back', isOn, 5);
        await page.getByRole('link', { name: 'Leads', exact: true }).first().click();
        await page.getByRole('link', { name: title }).first().click();
        await page.getByRole('heading', { name: title, level: 1 }).waitFor();
        expect((await page.locator('body').innerText()).split('\n').filter((line) => line.includes(`${pluginId}.`))).toEqual([]);
      } finally {
        await set(true);
      }
    }));

  test('while its page is being looked at: the next step finds nothing, inside the frame', () =>
    onScreen('host-switched-off', look, async (screen) => {
      const page = await screen.signIn(first, 'account-admin');
      await until('the plugin is back', async () => (await ask(first, `/${pluginId}`, { cookie: await cookieOf(first, 'account-admin') })).status === 200, 5);
      await screen.go(first, '/leads');
      await page.getByRole('link', { name: title }).first().click();
      await page.waitForURL(`**/${pluginId}`);
      await page.getByRole('link', { name: 'Leads', exact: true }).first().click();
      await page.waitForURL('**/leads');
      await set(false);
      try {
        await until(
          'the plugin is gone',
          async () =>
            (await ask(first, `/api/v1/${pluginId}`, { key: 'account-admin' })).status === 404 &&
            (await ask(first, `/${pluginId}.data`, { cookie: await cookieOf(first, 'account-admin') })).status === 404,
          5,
        );
        await screen.go(first, '/accounts/users');
        expect(await page.getByRole('link', { name: title }).count()).toBe(0);
      } finally {
        await set(true);
      }
    }));
});
