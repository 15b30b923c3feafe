import { createServer, type Server } from 'node:http';
import { mkdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { compile } from '@tailwindcss/node';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderSample } from './render-samples.tsx';
import { SAMPLES } from './samples.tsx';

const folder = path.join(import.meta.dirname, '..');
const screens = path.join(folder, '../../reports/screens/gallery');
const BRANDS = { teal: '#0f5c63', sun: '#ffd400' } as const;
const THEMES = ['light', 'dark'] as const;

let browser: Browser;
let server: Server;
let origin: string;
let css: string;

beforeAll(async () => {
  mkdirSync(screens, { recursive: true });
  const file = path.join(folder, 'styles.css');
  const compiled = await compile(readFileSync(file, 'utf8'), { base: folder, from: file, onDependency: () => undefined });
  css = compiled.build([]).replaceAll(/url\(\.?\/?(?:files\/)/g, 'url(/fonts/');
  server = createServer((request, answer) => void respond(request.url ?? '/', answer));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function respond(address: string, answer: import('node:http').ServerResponse): Promise<void> {
  const url = new URL(address, 'http://sample.test');
  const [, kind, name] = url.pathname.split('/');
  if (kind === 'styles.css') return void answer.setHeader('content-type', 'text/css').end(css);
  if (kind === 'fonts') return void answer.end(readFileSync(path.join(folder, '../../node_modules/@fontsource-variable/inter/files', path.basename(name ?? ''))));
  const theme = url.searchParams.get('theme') === 'dark' ? 'dark' : 'light';
  const html = await renderSample(name ?? '', { theme, brand: `#${url.searchParams.get('brand')}` });
  answer.setHeader('content-type', 'text/html; charset=utf-8').end(html);
}

async function open(sample: string, width: number, theme: string, brand: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: width < 700 ? 844 : 800 }, javaScriptEnabled: true, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${origin}/sample/${sample}?theme=${theme}&brand=${brand.slice(1)}`);
  await page.evaluate(() => document.fonts.ready);
  return page;
}

const violations = async (page: Page) => (await new AxeBuilder({ page }).analyze()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`);
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe.each(Object.keys(SAMPLES))('gallery: %s', (sample) => {
  for (const [brandName, brand] of Object.entries(BRANDS))
    for (const theme of THEMES)
      for (const width of [390, 1280])
        test(`${brandName}, ${theme}, ${width} px: axe finds nothing`, async () => {
          const page = await open(sample, width, theme, brand);
          await page.screenshot({ path: path.join(screens, `${sample}-${brandName}-${width}-${theme}.png`), fullPage: true });
          expect(await violations(page)).toEqual([]);
          await page.context().close();
        });

  test('at 320 px nothing scrolls sideways', async () => {
    const page = await open(sample, 320, 'light', BRANDS.teal);
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    await page.context().close();
  });

  test('on a phone every control of its own is at least 24 px high and 44 px where it is a button', async () => {
    const page = await open(sample, 390, 'light', BRANDS.teal);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.ui-button, summary, .ui-input, .ui-nav a')]
        .filter((element) => element.checkVisibility() && element.closest('.ui-chart-table') === null)
        .map((element) => ({ what: element.outerHTML.slice(0, 80), height: element.getBoundingClientRect().height }))
        .filter(({ height }) => height < 43.5),
    );
    expect(small).toEqual([]);
    await page.context().close();
  });
});

describe('gallery: what opens', () => {
  for (const theme of THEMES)
    for (const width of [390, 1280]) {
      test(`a dialog opened without script, ${theme}, ${width} px: axe finds nothing`, async () => {
        const page = await open('lead', width, theme, BRANDS.sun);
        await page.getByRole('button', { name: 'Assign' }).first().click();
        expect(await page.getByRole('combobox', { name: 'Assign to' }).isVisible()).toBe(true);
        await page.screenshot({ path: path.join(screens, `dialog-${width}-${theme}.png`) });
        expect(await violations(page)).toEqual([]);
        await page.context().close();
      });

      test(`the avatar's menu opened, ${theme}, ${width} px: axe finds nothing`, async () => {
        const page = await open('leads', width, theme, BRANDS.teal);
        await page.locator('summary[aria-label="Account menu"]').click();
        expect(await page.getByRole('button', { name: 'Log out' }).isVisible()).toBe(true);
        await page.screenshot({ path: path.join(screens, `menu-${width}-${theme}.png`) });
        expect(await violations(page)).toEqual([]);
        await page.context().close();
      });
    }

  test('the phone menu shows the navigation', async () => {
    const page = await open('leads', 390, 'light', BRANDS.teal);
    await page.locator('summary[aria-label="Menu"]').click();
    expect(await page.getByRole('link', { name: 'Returns' }).isVisible()).toBe(true);
    await page.screenshot({ path: path.join(screens, 'phone-menu-390-light.png') });
    expect(await violations(page)).toEqual([]);
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    await page.context().close();
  });

  test('on paper the frame is gone and the ground is white', async () => {
    const page = await open('lead', 1280, 'dark', BRANDS.teal);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.ui-side').isVisible()).toBe(false);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
    await page.screenshot({ path: path.join(screens, 'print.png'), fullPage: true });
    await page.context().close();
  });
});
