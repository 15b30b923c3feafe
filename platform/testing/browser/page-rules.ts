import axe from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';

/**
 * What axe has against the page as it stands now, a line for each rule; open menus and dialogs count. Axe is handed to the
 * page and run there by itself: its own driver for Playwright carries every passed rule back too, five times as slow.
 * `rules: 'colours'` asks only what another theme can change.
 */
export async function axeViolations(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async (asked) => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
    const only = asked === 'colours' ? { runOnly: { type: 'rule' as const, values: ['color-contrast', 'link-in-text-block'] } } : {};
    const { violations } = await run(document, { resultTypes: ['violations'], ...only });
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 4)
          .map((node) => node.html.slice(0, 160))
          .join(' | ')}`,
    );
  }, rules);
}

/** By how many pixels the page is wider than its window, and what sticks out. */
export const sideways = (page: Page): Promise<{ by: number; because: string[] }> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const sticksOut = [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > clientWidth + 1 && one.checkVisibility());
    return { by: scrollWidth - clientWidth, because: scrollWidth > clientWidth ? sticksOut.slice(-3).map((one) => one.outerHTML.slice(0, 120)) : [] };
  });

/** `sideways` as if on the smallest phone; the window is as before afterwards. */
export async function sidewaysAt320(page: Page): Promise<{ by: number; because: string[] }> {
  const before = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 640 });
  const found = await sideways(page);
  await page.setViewportSize(before);
  return found;
}

/**
 * Inputs that a person sees without a label that the same person sees. Two kinds are told by what stands beside them, and
 * need a name for who does not see that: the tick box of a row by its row, the colour well by the labelled text it fills.
 */
export const inputsWithoutLabel = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const isSeen = (one: Element | null): boolean => one?.checkVisibility() === true && one.getBoundingClientRect().width > 2;
    const fields = [...document.querySelectorAll<HTMLInputElement>('input:not([type=hidden]), select, textarea')];
    // The words of a select are its options, not its label; nor is what a hidden part says.
    const wordsOf = (label: HTMLElement): string =>
      [...label.querySelectorAll<HTMLElement>('*'), label]
        .filter((one) => isSeen(one) && !one.closest('select, textarea, .ui-hidden'))
        .flatMap((one) => [...one.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ textContent }) => textContent))
        .join('')
        .trim();
    const told = (field: HTMLInputElement): boolean =>
      [...(field.labels ?? [])].some((label) => wordsOf(label) !== '') || (field.matches('td [type=checkbox], [type=color]') && field.ariaLabel !== null);
    return fields.filter((field) => isSeen(field) && !told(field)).map((field) => field.outerHTML.slice(0, 160));
  });

/** Controls without a name for who does not see them, or lower than 24 px. */
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, summary, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select, textarea, .ui-button',
      ),
    ]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 2 && one.getBoundingClientRect().height < 23.5)
      .map((one) => `${Math.round(one.getBoundingClientRect().height)} px: ${one.outerHTML.slice(0, 120)}`),
  );

/** What a page must have whatever it is about: one h1, a title, its landmarks, a skip link that leads somewhere. */
export interface PageFacts {
  readonly title: string;
  readonly headings: readonly string[];
  readonly missing: readonly string[];
}

/** Reads `PageFacts`; `frame` says which landmarks belong there: a page before sign-in has no navigation. */
export const pageFacts = (page: Page, frame: 'framed' | 'plain'): Promise<PageFacts> =>
  page.evaluate((kind) => {
    const landmarks = kind === 'framed' ? ['header', 'nav', 'main', 'footer'] : ['header', 'main'];
    const skip = document.querySelector<HTMLAnchorElement>('a[href^="#"]');
    const checks: [string, boolean][] = [
      ...landmarks.map((one): [string, boolean] => [one, document.querySelector(one) !== null]),
      ['a skip link to the main part', skip !== null && document.querySelector(skip.hash) !== null],
      ['a language', document.documentElement.lang !== ''],
    ];
    return {
      title: document.title,
      headings: [...document.querySelectorAll('h1')].map((one) => one.innerText.trim()),
      missing: checks.filter(([, is]) => !is).map(([name]) => name),
    };
  }, frame);

/** Waits until script has taken the page over and its letters are there. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  await page.evaluate(() => document.fonts.ready.then(() => true));
}

/**
 * Collects what goes wrong in pages of a context: errors on the console, uncaught errors, violations of the content
 * security policy. Answers of 401 to 429 are what stories about refusals expect and are left out.
 */
export async function watchForTrouble(context: BrowserContext): Promise<string[]> {
  const trouble: string[] = [];
  await context.exposeBinding('tellViolation', (_source, text: string) => void trouble.push(text));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const tell = (window as unknown as { tellViolation(text: string): void }).tellViolation;
      tell(`content security policy: ${event.violatedDirective} forbids ${event.blockedURI} in ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  context.on('page', (page) => {
    page.on('pageerror', (error) => trouble.push(`uncaught on ${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      const isRefusal = /status of 4(0\d|22|29)\b/.test(message.text()) && !message.location().url.includes('/assets/');
      if (message.type() === 'error' && !isRefusal) trouble.push(`console on ${page.url()}: ${message.text().slice(0, 400)}`);
    });
  });
  return trouble;
}
