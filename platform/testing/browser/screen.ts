import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Business, type Kind, signInOf } from './installation.ts';
import { openBrowser } from './open-browser.ts';
import { axeViolations, settled, sideways, sidewaysAt320, watchForTrouble } from './page-rules.ts';

/** A size of window and a theme. */
export interface Look {
  readonly width: 390 | 1280;
  readonly theme: 'light' | 'dark';
}

/** What a page is looked at in. */
export const looks: readonly Look[] = ([390, 1280] as const).flatMap((width) => (['light', 'dark'] as const).map((theme) => ({ width, theme })));

/**
 * Every story is told at both widths (`test.each(bothWidths)('…: $width px, light and dark', (look) => inBothThemes(…))`):
 * once begun in light, once in dark, and each of its steps is seen in both.
 */
export const bothWidths: readonly Look[] = [
  { width: 390, theme: 'light' },
  { width: 1280, theme: 'dark' },
];

/** Of a long list the first rows say enough. */
const TALLEST = 2_000;
const screens = path.resolve(import.meta.dirname, '../../../reports/screens');
const sessions = new Map<string, NonNullable<BrowserContextOptions['storageState']>>();

const windowOf = ({ width }: Look) => ({ width, height: width < 700 ? 844 : 900 });

/** Signs in by the form, as a person does, and ends on the first page. */
export async function signIn(page: Page, business: Business, who: Kind | { readonly login: string; readonly password: string }): Promise<void> {
  const { login, password } = typeof who === 'string' ? signInOf(business, who) : who;
  await page.goto(`${business.url}/sign-in`);
  await page.getByLabel('User name or e-mail').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  await settled(page);
}

/** One story on one screen: people with a window each, and what must hold at every step. */
export class Screen {
  readonly #contexts: { readonly context: BrowserContext; readonly trouble: readonly string[] }[] = [];
  #page: Page | undefined;
  #look: Look;

  constructor(
    readonly story: string,
    look: Look,
    /** Whether each step is seen in the other theme too. */
    readonly isInBothThemes = false,
  ) {
    this.#look = look;
  }

  /** Size and theme of the windows that are opened from now on. */
  get look(): Look {
    return this.#look;
  }

  /** Gives the window of who came last another size and theme, as turning a phone or dusk does: the page is not loaded again. */
  async turnTo(look: Look, page = this.page): Promise<void> {
    if (look.width !== this.#look.width) await page.setViewportSize(windowOf(look));
    this.#look = look;
    await page.emulateMedia({ colorScheme: look.theme });
    // The browser changes with its next frame, not with the answer to the call. Even the shortest transition would let a
    // colour that is inherited pass over a frame later than its parent's, so there is none meanwhile.
    await page.evaluate(async () => {
      const still = new CSSStyleSheet();
      still.replaceSync('*, *::before, *::after { transition: none !important }');
      document.adoptedStyleSheets.push(still);
      for (let frame = 0; frame < 2; frame += 1) await new Promise((drawn) => requestAnimationFrame(drawn));
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still);
    });
  }

  /** The window of who came last. Throws before anybody came. */
  get page(): Page {
    if (!this.#page) throw new Error('Nobody has opened a window yet: call visit or signIn.');
    return this.#page;
  }

  /** A window of somebody who is not signed in. */
  async visit(options: BrowserContextOptions = {}): Promise<Page> {
    const browser = await openBrowser();
    const context = await browser.newContext({
      viewport: windowOf(this.look),
      colorScheme: this.look.theme,
      reducedMotion: 'reduce',
      locale: 'en-US',
      ...options,
    });
    context.setDefaultTimeout(15_000);
    this.#contexts.push({ context, trouble: await watchForTrouble(context) });
    this.#page = await context.newPage();
    return this.#page;
  }

  /** A window of somebody who is signed in. The form is filled once for each person and file; later windows take the session along. */
  async signIn(business: Business, who: Kind | { readonly login: string; readonly password: string }): Promise<Page> {
    const { login } = typeof who === 'string' ? signInOf(business, who) : who;
    const name = `${business.slug}/${login}`;
    const kept = sessions.get(name);
    const page = await this.visit(kept ? { storageState: kept } : {});
    if (!kept) {
      await signIn(page, business, who);
      sessions.set(name, await page.context().storageState());
    }
    return page;
  }

  /** Goes to an address of a business and waits until the page is whole. */
  async go(business: Pick<Business, 'url'>, to: string, page = this.page): Promise<void> {
    await page.goto(business.url + to);
    await settled(page);
  }

  /**
   * Takes a picture of the step and holds the page to what holds everywhere: no sideways scroll. With `examine`, axe looks
   * at it too: for an open menu or dialog, a refused form, whatever the page gate does not reach by itself.
   */
  async step(name: string, { page = this.page, examine = false }: { page?: Page; examine?: boolean } = {}): Promise<void> {
    await settled(page);
    await this.picture(name, page);
    const { width, theme } = this.look;
    const where = `${this.story}, ${name}, ${width} px`;
    expect(await sideways(page), `${where}: sideways scroll`).toEqual({ by: 0, because: [] });
    if (width === 390 && theme === 'light') expect(await sidewaysAt320(page), `${where}: sideways scroll at 320 px`).toEqual({ by: 0, because: [] });
    if (examine) expect(await axeViolations(page), `${where}, ${theme}: axe`).toEqual([]);
    if (this.isInBothThemes) await this.#seeInOtherTheme(name, page, examine);
  }

  // The page stays as it is: only its colours become others, so axe asks of them alone.
  async #seeInOtherTheme(name: string, page: Page, examine: boolean): Promise<void> {
    const { width, theme } = this.look;
    const other = theme === 'light' ? 'dark' : 'light';
    await this.turnTo({ width, theme: other }, page);
    await this.picture(name, page);
    if (examine) expect(await axeViolations(page, 'colours'), `${this.story}, ${name}, ${width} px, ${other}: axe`).toEqual([]);
    await this.turnTo({ width, theme }, page);
  }

  /** Takes a picture and asks nothing: `reports/screens/<story>/<name>-<width>-<theme>.png`. */
  async picture(name: string, page = this.page): Promise<void> {
    const { width, theme } = this.look;
    const folder = path.join(screens, this.story);
    mkdirSync(folder, { recursive: true });
    // A dialog stands in the middle of the window, so the window is the picture.
    const { height, isCovered } = await page.evaluate(() => ({
      height: document.documentElement.scrollHeight,
      isCovered: document.querySelector('dialog:modal') !== null,
    }));
    const whole = { fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(TALLEST, height) } };
    await page.screenshot({ path: path.join(folder, `${name}-${width}-${theme}.png`), ...(isCovered ? {} : whole) });
  }

  /** Pictures of every window as it stands: for who looks for the reason of a failure. */
  async pictureAll(name: string): Promise<void> {
    const pages = this.#contexts.flatMap(({ context }) => context.pages());
    await Promise.all(pages.map((page, at) => this.picture(`${name}-${at + 1}`, page)));
  }

  /** Closes every window, and demands that none had an error on its console. */
  async close(): Promise<void> {
    await Promise.all(this.#contexts.map(({ context }) => context.close()));
    expect(
      this.#contexts.flatMap(({ trouble }) => trouble),
      `${this.story}: errors in the browser`,
    ).toEqual([]);
  }
}

/** Tells a story on one screen. */
export async function onScreen(story: string, look: Look, tell: (screen: Screen) => Promise<void>): Promise<void> {
  await tellOn(new Screen(story, look), tell);
}

/** As `onScreen`, each step seen in the other theme too. */
export async function inBothThemes(story: string, look: Look, tell: (screen: Screen) => Promise<void>): Promise<void> {
  await tellOn(new Screen(story, look, true), tell);
}

async function tellOn(screen: Screen, tell: (screen: Screen) => Promise<void>): Promise<void> {
  let isTold = false;
  try {
    await tell(screen);
    isTold = true;
  } finally {
    // a window that has gone cannot be pictured, and is not what went wrong
    if (!isTold) await screen.pictureAll('failed').catch(() => undefined);
    // What went wrong in the story itself matters more than what the console said of it.
    await screen.close().catch((failure: unknown) => {
      if (isTold) throw failure;
    });
  }
}
