import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import {
  addressOf,
  ask,
  axeViolations,
  bothWidths,
  type Business,
  demoBusinesses,
  fresh,
  inBothThemes,
  inputsWithoutLabel,
  type Kind,
  type Look,
  looks,
  newBusiness,
  onScreen,
  pageFacts,
  pagePaths,
  type Screen,
  sessionOf,
  sideways,
  sidewaysAt320,
  smallTargets,
} from '@portico/testing/browser';
import { openMarket, openOrder, postLead } from './test/lead-market.ts';

let seller: Business;
let franchise: Business;

beforeAll(() => {
  [seller, franchise] = demoBusinesses();
});

const isConsole = (path: string): boolean => path === '/console' || path.startsWith('/console/');

interface Addresses {
  readonly seen: { path: string; address: string }[];
  readonly unseen: string[];
}
const known = new Map<string, Promise<Addresses>>();

/** The addresses that somebody may see, and the paths of the route list that nothing led to. Looked for once. */
function addressesFor(business: Business, who: Kind): Promise<Addresses> {
  const name = `${business.slug} ${who}`;
  const found = known.get(name) ?? findAddresses(business, who);
  known.set(name, found);
  return found;
}

async function findAddresses(business: Business, who: Kind): Promise<Addresses> {
  const seen: { path: string; address: string }[] = [];
  const unseen: string[] = [];
  const cookie = await sessionOf(business, who);
  for (const path of (await pagePaths()).filter((one) => isConsole(one) === (who === 'owner' || who === 'staff'))) {
    const address = await addressOf(business, who, path);
    const status = address && (await ask(business, address, { cookie })).status;
    if (address && status === 200) seen.push({ path, address });
    else if (status !== 302) unseen.push(`${path}${status ? ` answers ${status}` : ''}`);
  }
  return { seen, unseen };
}

/** A list with few rows says all that axe asks of a list. */
const short = (address: string): string => `${address}?limit=6`;

/**
 * What a page is built of, part by part: elements in their parents, with which attributes, the order of its headings, ids that
 * stand there twice or nowhere, and what has no words. A page whose every part was on pages that passed has nothing new to
 * tell axe.
 */
const buildOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const matters = new Set(['class', 'role', 'type', 'data-tone', 'disabled', 'aria-current', 'aria-sort']);
    const say = (one: Element) => one.tagName + [...one.attributes].map(({ name, value }) => (matters.has(name) ? `[${name}=${value}]` : `[${name}]`)).join('');
    const elements = [...document.querySelectorAll('body *')];
    const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(({ tagName }) => tagName).join(' ');
    const ids = elements.map(({ id }) => id).filter(Boolean);
    const repeated = ids.filter((id, at) => ids.indexOf(id) !== at);
    // Whether there are words, not which: empty ones are what axe tells on.
    const named = 'a, button, summary, label, option, th, h1, h2, h3, h4, h5, h6, img, input, select, textarea, [role], [aria-label], [aria-labelledby]';
    const hasName = (one: Element): boolean =>
      [one.textContent, one.getAttribute('aria-label'), one.getAttribute('alt'), one.getAttribute('title'), textOf(one.getAttribute('aria-labelledby'))].some(
        (text) => text?.trim(),
      ) || ((one as HTMLInputElement).labels?.length ?? 0) > 0;
    const textOf = (refers: string | null): string =>
      (refers ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? '')
        .join('');
    const pointless = ['for', 'aria-labelledby', 'aria-describedby', 'aria-controls'].flatMap((name) =>
      [...document.querySelectorAll(`[${name}]`)]
        .filter((one) =>
          one
            .getAttribute(name)!
            .split(' ')
            .some((id) => !document.getElementById(id)),
        )
        .map((one) => `${name} of ${say(one)}`),
    );
    const pairs = elements.map((one) => `${say(one.parentElement!)} > ${say(one)}${one.matches(named) && !hasName(one) ? ' without a name' : ''}`);
    return [headings, ...repeated, ...new Set([...pairs, ...pointless])];
  });

/** The parts of a build that no page had before, in this look. */
const newParts = (build: readonly string[], { width, theme }: Look, builds: ReadonlySet<string>): string[] =>
  build.map((part) => `${width} ${theme} ${part}`).filter((part) => !builds.has(part));

/** What is wrong with the page that is open, whatever it is about, at each of the looks. */
async function problemsOf(screen: Screen, name: string, at: readonly Look[], builds: Set<string>): Promise<string[]> {
  const problems: string[] = [];
  const build = await buildOf(screen.page);
  let before: Look | undefined;
  for (const look of at) {
    const isNewBuild = newParts(build, look, builds).length > 0;
    // another theme changes nothing but colours, and of these nobody asks twice
    if (!isNewBuild && look.width === before?.width) continue;
    await screen.turnTo(look);
    const isNewWidth = look.width !== before?.width;
    const structure = isNewWidth ? await structureProblems(screen) : [];
    const seen = await axeProblems(screen, name, isNewWidth ? 'all' : 'colours', build, builds);
    problems.push(...[...structure, ...seen].map((problem) => `${look.width} px, ${look.theme}: ${problem}`));
    before = look;
  }
  return problems;
}

/** What no theme changes. */
async function structureProblems({ page, look }: Screen): Promise<string[]> {
  const { headings, missing } = await pageFacts(page, 'framed');
  const widths = [await sideways(page), ...(look.width === 390 ? [await sidewaysAt320(page)] : [])];
  return [
    ...(headings.length !== 1 || headings[0] === '' ? [`its h1 are ${JSON.stringify(headings)}`] : []),
    ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
    ...(await inputsWithoutLabel(page)).map((one) => `an input without a label: ${one}`),
    ...(await smallTargets(page)).map((one) => `a target of ${one}`),
    ...widths.filter(({ by }) => by > 0).map(({ by, because }) => `is ${by} px too wide: ${because.join(' | ')}`),
  ];
}

// Two looks, which between them have both widths and both themes: colours and words do not depend on the pair.
const BETWEEN_THEM = [looks[0]!, looks[3]!];

/** What axe was asked everything about, in the colours of any business. */
const wholly = new Set<string>();

/** Axe looks at each page that has something new in a look, the camera in two of them; where only theme or brand is another, axe asks of colours alone. */
async function axeProblems(screen: Screen, name: string, rules: 'all' | 'colours', build: readonly string[], builds: Set<string>): Promise<string[]> {
  const { width, theme } = screen.look;
  const parts = newParts(build, screen.look, builds);
  if (parts.length === 0) return [];
  const isOnlyOtherColours = rules === 'colours' || parts.every((part) => wholly.has(part));
  for (const part of parts) {
    builds.add(part);
    wholly.add(part);
  }
  if (BETWEEN_THEM.some((look) => look.width === width && look.theme === theme)) await screen.picture(name);
  return (await axeViolations(screen.page, isOnlyOtherColours ? 'colours' : 'all')).map((one) => `axe ${one}`);
}

/** Opens every page that somebody may see and tells what is wrong with any of them. */
async function tour(screen: Screen, business: Business, who: Kind, at: readonly Look[], builds: Set<string>): Promise<string[]> {
  const problems: string[] = [];
  const titles = new Map<string, string>();
  await screen.signIn(business, who);
  for (const { path, address } of (await addressesFor(business, who)).seen) {
    await screen.go(business, short(address));
    const title = await screen.page.title();
    if (!/^\S.* · \S/.test(title)) problems.push(`${who} ${path}: its title is "${title}"`);
    if (titles.has(title)) problems.push(`${who} ${path}: has the title of ${titles.get(title)}: "${title}"`);
    titles.set(title, path);
    problems.push(...(await problemsOf(screen, `${who}${path.replaceAll(/[/:]+/g, '-')}`, at, builds)).map((problem) => `${who} ${path}: ${problem}`));
  }
  return problems;
}

const builds = { seller: new Set<string>(), franchise: new Set<string>() };
const EVERYBODY = ['owner', 'staff', 'account-admin', 'downline', 'member'] as const;

test.each(EVERYBODY)('every page keeps the page contract for whoever may see it, at both widths and in both themes: %s', { timeout: 480_000 }, (who) =>
  onScreen('pages', looks[0]!, async (screen) => {
    const { seen, unseen } = await addressesFor(seller, who);
    if (who === 'owner' || who === 'account-admin') expect(unseen, `pages that the ${who} should see`).toEqual([]);
    expect(seen.length).toBeGreaterThan(4);
    expect(await tour(screen, seller, who, looks, builds.seller)).toEqual([]);
  }),
);

// Another business's colours and words reach the two frames, console and portal; who sees less of them sees nothing else.
test.each(['owner', 'account-admin'] as const)("every page keeps the page contract in another business's colours and words: %s", { timeout: 480_000 }, (who) =>
  onScreen('pages-other-colours', looks[0]!, async (screen) => expect(await tour(screen, franchise, who, BETWEEN_THEM, builds.franchise)).toEqual([])),
);

/** The empty lists on a page: what each says, and whether something can be done next, in it or in a form or by a button of the page. */
const emptyLists = (page: Page): Promise<{ says: string[]; hasNextStep: boolean }[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.ui-empty')].map((one) => ({
      says: [...one.querySelectorAll('p')].map((line) => line.innerText.trim()),
      hasNextStep: one.querySelector('a, button') !== null || document.querySelector('main form[method=post], main .ui-button-main') !== null,
    })),
  );

/** Lists that a new business has nothing in; those that wait for what customers or the machine do have no next step. */
const EMPTY = ['/console/accounts', '/console/leads', '/console/leads/orders', '/console/leads/sources', '/console/leads/types'];
const WAITING = ['/console/returns', '/console/workspace/parked', '/console/workspace/processes'];

test('every page keeps the page contract in a business that has nothing yet, and says what will be there', { timeout: 240_000 }, () =>
  onScreen('pages-empty', looks[0]!, async (screen) => {
    const made = await newBusiness(`empty-${fresh()}`, 'Brand New Ltd');
    expect(await tour(screen, made, 'owner', BETWEEN_THEM, new Set())).toEqual([]);
    for (const path of [...EMPTY, ...WAITING]) {
      await screen.go(made, path);
      const lists = await emptyLists(screen.page);
      expect(lists, path).toHaveLength(1);
      const [{ says, hasNextStep }] = lists as [(typeof lists)[number]];
      expect(
        says.map((line) => line.length > 10),
        `${path}: ${says.join(' ')}`,
      ).toEqual([true, true]);
      if (EMPTY.includes(path)) expect(hasNextStep, `${path}: a next step`).toBe(true);
    }
  }),
);

test.concurrent.each(bothWidths)('sign-in, what is not there, and every open menu and dialog pass axe: $width px, light and dark', (look) =>
  inBothThemes('pages', look, async (screen) => {
    for (const business of [seller, franchise]) {
      await screen.visit();
      await screen.go(business, '/sign-in');
      expect((await pageFacts(screen.page, 'plain')).headings).toEqual(['Sign in']);
      await screen.page.getByRole('button', { name: 'Sign in' }).click();
      await screen.page.getByRole('alert').waitFor();
      await screen.step(`sign-in-refused-${business.slug}`, { examine: true });
      const page = await screen.signIn(business, 'account-admin');
      await screen.go(business, '/leads?limit=6');
      if (look.width === 390) await openedMenu(screen, page, 'Menu');
      await openedMenu(screen, page, 'Date range');
      await openedMenu(screen, page, 'Account menu');
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      await screen.step('keys', { examine: true });
      await screen.go(business, '/leads?limit=6&q=nobodyhasthisname');
      await screen.step('no-match', { examine: true });
      const console = await screen.signIn(business, 'owner');
      await screen.go(business, '/console/leads/sources?limit=6');
      if (look.width === 390) await openedMenu(screen, console, 'Menu', 'console-');
      await openedMenu(screen, console, 'Account menu', 'console-');
      await screen.signIn(business, 'account-admin');
      await screen.go(business, '/nothing/here');
      expect((await pageFacts(screen.page, 'framed')).headings).toHaveLength(1);
      await screen.step('not-found', { examine: true });
    }
  }),
);

async function openedMenu(screen: Screen, page: Page, name: string, where = ''): Promise<void> {
  const menu = page.locator('details').filter({ has: page.locator('summary', { hasText: name }).or(page.locator(`summary[aria-label="${name}"]`)) });
  await menu.locator('summary').click();
  await screen.step(`${where}open-${name.toLowerCase().replace(' ', '-')}`, { examine: true });
  await page.keyboard.press('Escape');
  expect(await menu.getAttribute('open')).toBeNull();
}

test.each([looks[0]!, looks[2]!])('without script: sign in, filter, sort, page, return and decide: $width px, $theme', (look) =>
  onScreen('without-script', look, async (screen) => {
    const market = await openMarket(seller);
    await openOrder(market, 40);
    const names = Array.from({ length: 20 }, (_, at) => `Nora Plain ${String(at).padStart(2, '0')}`);
    const [lead] = await Promise.all(names.map((name) => postLead(market, { name })));
    const customer = await screen.visit({ javaScriptEnabled: false });
    await signInPlainly(customer, 'account-admin');
    await listPlainly(customer, market.type.id);
    await customer.goto(`${seller.url}/leads/${lead!.id}`);
    await customer.getByRole('link', { name: 'Return', exact: true }).click();
    await customer.getByLabel('Wrong number').check();
    await customer.getByRole('button', { name: 'Return lead' }).click();
    await customer.getByText('Return asked for.').first().waitFor();
    const staff = await screen.visit({ javaScriptEnabled: false });
    await signInPlainly(staff, 'staff');
    await denyPlainly(staff, names[0]!);
    await customer.goto(`${seller.url}/returns`);
    await customer.getByRole('row').filter({ hasText: names[0]! }).first().getByText('Denied').waitFor();
  }),
);

async function signInPlainly(page: Page, who: Kind): Promise<void> {
  const { login, password } = seller.signIns.find(({ kind }) => kind === who)!;
  await page.goto(`${seller.url}/sign-in`);
  await page.getByLabel('User name or e-mail').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  expect(new URL(page.url()).pathname).not.toBe('/sign-in');
}

async function listPlainly(page: Page, typeId: string): Promise<void> {
  await page.goto(`${seller.url}/leads?limit=8`);
  await page.getByLabel('Type').selectOption(typeId);
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByText('of 20').waitFor();
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click();
  const first = page.locator('tbody tr').first();
  expect(await first.innerText()).toContain('Nora Plain 00');
  await page.getByRole('link', { name: 'Next' }).click();
  expect(await first.innerText()).toContain('Nora Plain 08');
  await page.getByRole('link', { name: 'Previous' }).click();
  expect(await first.innerText()).toContain('Nora Plain 00');
}

async function denyPlainly(page: Page, name: string): Promise<void> {
  await page.goto(`${seller.url}/console/returns?limit=100`);
  const row = page.getByRole('row').filter({ hasText: name }).last();
  await row.getByRole('button', { name: 'Deny', exact: true }).click();
  const reason = row.getByLabel('Reason', { exact: true });
  await reason.fill('We spoke with them.');
  await row.getByRole('button', { name: 'Deny return' }).click();
  await page.getByText('Denied. The customer is told.').waitFor();
}
