import { chromium } from 'playwright-core';
import { readFileSync, mkdirSync } from 'node:fs';
const run = JSON.parse(readFileSync('.data/run.json','utf8'));
const b = run.businesses.find(x=>x.slug==='harborline');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--host-resolver-rules=MAP *.localhost 127.0.0.1'] });
mkdirSync('/tmp/shots',{recursive:true});
const pages = JSON.parse(process.argv[2]);
for (const [kind, paths] of Object.entries(pages)) {
  for (const width of [1280, 390]) for (const scheme of (process.argv[3]??'light').split(',')) {
    const ctx = await browser.newContext({ viewport: { width, height: width===390?844:900 }, colorScheme: scheme });
    const page = await ctx.newPage();
    const who = b.signIns.find(s=>s.kind===kind);
    await page.goto(b.url + '/sign-in');
    await page.locator('input[name=login]').fill(who.login);
    await page.locator('input[name=password]').fill(who.password);
    await page.getByRole('button',{name:/sign in/i}).first().click();
    await page.waitForURL(u=>!u.pathname.includes('sign-in'));
    for (const [name, path] of Object.entries(paths)) {
      let target = path;
      await page.goto(b.url + (path.startsWith('click:') ? path.split(':')[1] : path));
      if (path.startsWith('click:')) { const sel = path.split(':').slice(2).join(':'); await page.locator(sel).first().click(); await page.waitForLoadState('networkidle'); }
      await page.waitForTimeout(400);
      await page.screenshot({ path: `/tmp/shots/${name}-${width}-${scheme}.png`, fullPage: true });
    }
    await ctx.close();
  }
}
await browser.close();
