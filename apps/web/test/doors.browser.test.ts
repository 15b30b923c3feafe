import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ask,
  bothWidths,
  type Business,
  dataFolder,
  demoBusinesses,
  inBothThemes,
  onScreen,
  openBrowser,
  pageFacts,
  settled,
  signIn,
  theRun,
} from '@portico/testing/browser';
import { generate, rootAbove } from '../generate/generate.ts';

const checkout = rootAbove(fileURLToPath(import.meta.url));
const here = path.join(import.meta.dirname, 'probe');
const root = mkdtempSync(path.join(tmpdir(), 'portico-probe-'));
let elsewhere: Server;
let web: ChildProcess;
let business: Business;
let ownerId = '';

// The web app with one plugin, the probe, built as ever, over the database of the installation; and a script of another origin.
beforeAll(async () => {
  elsewhere = createServer((_request, response) => void response.setHeader('content-type', 'text/javascript').end('globalThis.probed = "yes";'));
  await new Promise<void>((done) => elsewhere.listen(0, '127.0.0.1', done));
  const built = await buildWeb();
  const { port, host } = { port: await serve(built), host: new URL(demoBusinesses()[0].url).hostname };
  business = { ...demoBusinesses()[0], url: `http://${host}:${port}` };
  ownerId = await idOf(demoBusinesses()[0]);
}, 240_000);
afterAll(() => {
  web?.kill('SIGKILL');
  elsewhere?.close();
  rmSync(root, { recursive: true, force: true });
});

async function buildWeb(): Promise<string> {
  const app = path.join(root, 'apps/web');
  mkdirSync(path.join(root, 'platform/core'), { recursive: true });
  mkdirSync(path.join(root, 'node_modules'));
  for (const name of readdirSync(path.join(checkout, 'node_modules'))) {
    if (!name.startsWith('.') && name !== 'plugin-probe') symlinkSync(path.join(checkout, 'node_modules', name), path.join(root, 'node_modules', name));
  }
  symlinkSync(here, path.join(root, 'node_modules/plugin-probe'));
  symlinkSync(path.join(checkout, 'platform/core/translations'), path.join(root, 'platform/core/translations'));
  writeFileSync(path.join(root, 'turbo.json'), '{}');
  writeFileSync(path.join(root, 'package.json'), JSON.stringify({ type: 'module', portico: { plugins: ['plugin-probe'] } }));
  for (const part of ['app', 'vite.config.ts', 'package.json']) cpSync(path.join(checkout, 'apps/web', part), path.join(app, part), { recursive: true });
  expect(await generate(root)).toMatchObject({ plugins: ['probe'], leftOut: [], missing: [] });
  await promisify(execFile)(process.execPath, [path.join(checkout, 'node_modules/@remix-run/dev/dist/cli.js'), 'vite:build'], {
    cwd: app,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return path.join(app, 'build');
}

async function serve(built: string): Promise<number> {
  const { secret } = JSON.parse(readFileSync(path.join(dataFolder(), 'secrets.json'), 'utf8')) as { secret: string };
  const { PATH, HOME } = process.env;
  const program = ['--conditions=portico-source', '--import', 'tsx', path.join(here, 'serve.ts'), built];
  web = spawn(process.execPath, program, {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...{ PATH, HOME, TZ: 'UTC', NODE_ENV: 'production', DATABASE_URL: theRun().database!.runtime, PORTICO_SECRET: secret, PORTICO_LOG: 'warn' },
      PORTICO_PROBE_SCRIPT_ORIGIN: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`,
    },
  });
  for await (const line of createInterface(web.stdout!)) if (line.startsWith('{"port"')) return (JSON.parse(line) as { port: number }).port;
  throw new Error('the probe ended before it was ready');
}

async function idOf({ url, signIns }: Business): Promise<string> {
  const { apiKey } = signIns.find(({ kind }) => kind === 'owner')!;
  return (await ask({ url }, '/api/v1/me', { key: { apiKey } })).json<{ id: string }>().id;
}

describe('a page for anybody', () => {
  test.each(bothWidths)('stands in a calm frame of the business, without a menu: $width px, light and dark', (look) =>
    inBothThemes('doors-public', look, async (screen) => {
      const page = await screen.visit();
      await screen.go(business, `/greet/${ownerId}`);
      expect(await pageFacts(page, 'plain')).toMatchObject({ headings: ['A page for anybody'], missing: [] });
      expect(await page.title()).toMatch(/^A page for anybody · /);
      expect([await page.locator('.ui-side, .ui-top').count(), await page.locator('.ui-mark').count()]).toEqual([0, 1]);
      await screen.step('greet', { examine: true });
      await page.getByRole('button', { name: 'Go in' }).click();
      await page.getByRole('alert').waitFor();
      await screen.step('greet-refused', { examine: true });
    }),
  );

  test('whose form is sent without script is taken, and signs in: the browser tells nobody the address', () =>
    onScreen('doors-without-script', { width: 390, theme: 'light' }, async (screen) => {
      const page = await screen.visit({ javaScriptEnabled: false });
      await page.goto(`${business.url}/greet/${ownerId}`);
      const [sent] = await Promise.all([page.waitForRequest((request) => request.method() === 'POST'), send(page)]);
      expect(await sent.headerValue('origin')).toBe('null');
      expect(await sent.headerValue('referer')).toBeNull();
      expect(new URL(page.url()).pathname).toBe('/probe');
      expect(await page.getByRole('status').first().innerText()).toContain('Welcome, Ada.');
    }));

  test('signs in with script too, and the frame of the portal is there at once', async () => {
    const context = await (await openBrowser()).newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
    const page = await context.newPage();
    await page.goto(`${business.url}/greet/${ownerId}`);
    await settled(page);
    await send(page);
    await page.getByText('Welcome, Ada.').waitFor();
    expect(await page.locator('.ui-side').count()).toBe(1);
    await context.close();
  });
});

async function send(page: Page): Promise<void> {
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Go in' }).click();
  await page.waitForURL('**/probe');
}

describe('a page that loads a script of another origin', () => {
  const outcome = (page: Page) => page.locator('[data-outcome]');
  const says = (page: Page, text: string) => outcome(page).filter({ hasText: text }).waitFor();
  const documents = (page: Page) => page.evaluate(() => performance.timeOrigin);

  test('runs it there, reached by click, by key and by the back button, and on no other page', async () => {
    const context = await (await openBrowser()).newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US' });
    const page = await context.newPage();
    await signIn(page, business, 'owner');
    await page.goto(`${business.url}/probe`);
    await settled(page);
    await says(page, 'it was refused');
    const first = await documents(page);

    await page.getByRole('main').getByRole('link', { name: 'Own page' }).click();
    await page.waitForURL('**/probe/own?from=page');
    await settled(page);
    await says(page, 'it ran: yes');
    const own = await documents(page);
    expect(own).not.toBe(first);

    // a refused form stays in its document: what was entered into a part of somebody else is still there
    await page.getByRole('button', { name: 'Go in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await documents(page)).toBe(own);

    await page.getByRole('main').getByRole('link', { name: 'Usual page' }).press('Enter');
    await page.waitForURL('**/probe?from=own');
    await settled(page);
    await says(page, 'it was refused');
    expect(await documents(page)).not.toBe(own);

    await page.goBack();
    await page.waitForURL('**/probe/own?from=page');
    await says(page, 'it ran: yes');
    await page.goBack();
    await page.waitForURL('**/probe');
    await says(page, 'it was refused');

    // by the menu, and away again by its form
    await page.getByRole('navigation').getByRole('link', { name: 'Own page' }).first().press('Enter');
    await page.waitForURL('**/probe/own');
    await settled(page);
    await says(page, 'it ran: yes');
    await page.getByLabel('Your name').fill('Ada');
    await page.getByRole('button', { name: 'Go in' }).click();
    await page.waitForURL('**/probe');
    await settled(page);
    await page.getByText('Welcome, Ada.').waitFor();
    await says(page, 'it was refused');
    await context.close();
  });
});
