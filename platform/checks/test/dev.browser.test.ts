import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, signIn, type Business } from '@portico/testing/browser';
import { checkoutRoot } from '../checkout-root.ts';
import { copyTree, type Copy } from '../copy-tree.ts';
import { Tree } from '../tree.ts';

const VIEW = 'plugins/workspace/console/team.page.tsx';
const HANDLER = 'plugins/workspace/console/team.server.ts';
const OTHER_PLUGIN = 'plugins/returns/request-return.ts';
const OTHER_MIGRATION = 'plugins/returns/migrations/900_herons.sql';
const OTHER_ERROR = 'plugins/returns/dist/build-error.txt';

let copy: Copy;
let data: string;
let starter: ChildProcess;
let business: Business;
let said = '';

// One start in a copy of the checkout: what people do with `npm run dev` is told in one go. What is built already is taken
// from the checkout's own cache.
beforeAll(async () => {
  const root = checkoutRoot();
  copy = copyTree(root);
  chmodSync(copy.root, 0o755); // Postgres runs as another user when we are root
  data = path.join(mkdtempSync(path.join(copy.root, 'data-')), 'data');
  chmodSync(path.dirname(data), 0o755);
  starter = spawn(process.execPath, ['platform/cli/bootstrap.mjs', 'dev', '--data', data, '--port', '0'], {
    cwd: copy.root,
    env: { ...process.env, TURBO_CACHE_DIR: path.join(root, '.turbo', 'cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [starter.stdout!, starter.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await until('it watches', () => said.includes('Watching'), 180);
  business = (JSON.parse(readFileSync(path.join(data, 'run.json'), 'utf8')) as { businesses: Business[] }).businesses[0]!;
}, 200_000);
afterAll(async () => {
  const gone = new Promise((resolve) => starter.once('exit', resolve));
  if (starter.exitCode === null && starter.kill('SIGTERM')) await gone;
  copy.remove();
});

async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const limit = performance.now() + seconds * 1_000;
  while (!(await holds())) {
    if (performance.now() > limit || starter.exitCode !== null) throw new Error(`Waited in vain until ${what}. It said:\n${said.slice(-4_000)}`);
    await pause(100);
  }
}

/** A file of the checkout with one place written anew. */
function changed(file: string, from: string, to: string): Record<string, string> {
  const text = Tree.at(checkoutRoot()).text(file);
  expect(text).toContain(from);
  return { [file]: text.replace(from, to) };
}
/** A page that is just loading itself again is not closed, which may wait for ever, but left; it goes with its browser. */
const leave = (page: Page) => page.goto('about:blank');
const textOf = (page: Page) => page.locator('main').innerText();

describe('npm run dev', { timeout: 180_000 }, () => {
  it('builds what is saved, and the open page shows it without being loaded by hand; a plugin that does not compile is left out until it does, and its migrations too', async () => {
    const page = await (await openBrowser()).newPage({ locale: 'en-US' });
    await signIn(page, business, 'owner');
    await page.goto(`${business.url}/console/workspace/team`);
    expect(await textOf(page)).not.toContain('heron');

    copy.plant({
      ...changed(VIEW, "sub={t('workspace.team.about')}", "sub={'view of the heron, ' + data.bird}"),
      ...changed(HANDLER, '{ ...page,', "{ bird: 'handler of the heron', ...page,"),
    });
    copy.plant({ [OTHER_MIGRATION]: "comment on schema returns is 'herons';\n" });
    const mend = copy.plant({ [OTHER_PLUGIN]: 'export const broken = (;\n' });
    await page.getByText('view of the heron, handler of the heron').waitFor({ timeout: 60_000 });
    expect(said).toContain('The plugin in plugins/returns does not compile and is left out');
    expect(said).not.toContain('The database is migrated (1 applied)');
    expect(readFileSync(path.join(copy.root, OTHER_ERROR), 'utf8')).toContain('request-return.ts:1:');
    await page.getByRole('alert').getByText('plugins/returns does not compile').waitFor();
    await page.goto(`${business.url}/console/workspace/plugins`);
    const row = page.getByRole('row').filter({ hasText: 'returns' }).filter({ hasText: 'request-return.ts:1:' });
    expect(await row.count()).toBe(1);
    expect((await page.goto(`${business.url}/console/returns`))?.status()).toBe(404);

    await page.goto(`${business.url}/console/workspace/plugins`);
    mend();
    for (const gone of [row, page.getByRole('alert')]) await gone.waitFor({ state: 'detached', timeout: 60_000 });
    expect(existsSync(path.join(copy.root, OTHER_ERROR))).toBe(false);
    expect(said).toContain('The database is migrated (1 applied)');
    expect((await page.goto(`${business.url}/console/returns`))?.status()).toBe(200);
    await leave(page);
  });

  it('says what does not compile outside of plugins, in the terminal and on the open page, and goes on with what ran before', async () => {
    const page = await (await openBrowser()).newPage({ locale: 'en-US' });
    await page.goto(`${business.url}/sign-in`);
    const mend = copy.plant({ 'apps/web/pages.ts': 'export const broken = (;\n' });
    await page.getByRole('alert').getByText('@portico/web does not compile').waitFor({ timeout: 60_000 });
    expect(said).toContain('@portico/web does not compile');
    expect((await page.goto(`${business.url}/sign-in`))?.status()).toBe(200);
    mend();
    await page.getByRole('alert').waitFor({ state: 'detached', timeout: 60_000 });
    await leave(page);
  });
});
