import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import {
  ask,
  bothWidths,
  type Business,
  demand,
  demoBusinesses,
  fresh,
  inBothThemes,
  looks,
  mails,
  moveClock,
  newBusiness,
  onScreen,
  portico,
  type Screen,
  settled,
  until,
} from '@portico/testing/browser';
import { marketOf, openMarket, openOrder, postLead, readOrder, type LeadMarket, type Order } from './test/lead-market.ts';

const RETURN_COLUMNS = ['Status', 'Return Status', 'Return Date', 'Return Reason', 'Decision by'];

/** A return as the API answers it, as far as tests look at it. */
interface Returned {
  readonly id: string;
  readonly status: 'pending' | 'approved' | 'denied' | 'withdrawn';
  readonly decideBy: string;
  readonly decidedBy: string | null;
  readonly because: string | null;
}
interface Timeline {
  readonly past: { key: string; text: string; at: string }[];
  readonly planned: { key: string; text: string; at: string }[];
}
interface Sold {
  readonly market: LeadMarket;
  readonly order: Order;
  readonly leads: { readonly id: string; readonly name: string }[];
}

let seller: Business;
let franchise: Business;

beforeAll(() => {
  [seller, franchise] = demoBusinesses();
});

/** An order with so many leads delivered on it: ten of them allow one return. */
async function sell(business: Business, count: number, more: Record<string, unknown> = {}): Promise<Sold> {
  const market = await openMarket(business);
  const order = await openOrder(market, count + 20, more);
  const named = Array.from({ length: count }, () => `Theo Quist ${fresh()}`);
  const posted = await Promise.all(named.map((name) => postLead(market, { name })));
  return { market, order, leads: posted.map(({ id }, at) => ({ id, name: named[at]! })) };
}

const giveBack = (business: Business, leadId: string, reason = 'Wrong number'): Promise<Returned> =>
  demand(business, '/api/v1/returns', { key: 'account-admin', json: { leadId, reason } });
const readReturn = (business: Business, id: string): Promise<Returned> => demand(business, `/api/v1/returns/${id}`, { key: 'account-admin' });
const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });

test.each(bothWidths)('S3: the customer returns a lead, staff approve and deny by keyboard and several at once: $width px, light and dark', (look) =>
  inBothThemes('s3-a-lead-is-returned', look, async (screen) => {
    const { market, order, leads } = await sell(seller, 70);
    const before = await readOrder(market, order.id);
    const customer = await screen.signIn(seller, 'account-admin');
    await returnByPage(screen, customer, leads[0]!);
    for (const lead of leads.slice(1, 7)) await giveBack(seller, lead.id);
    const staff = await screen.signIn(seller, 'staff');
    await screen.go(seller, '/console/returns', staff);
    await screen.step('queue', { page: staff });
    await denyByKeyboard(screen, staff, leads[0]!.name);
    await approveByKeyboard(staff, leads[1]!.name);
    await decideSeveral(
      screen,
      staff,
      leads.slice(2, 5).map(({ name }) => name),
    );
    await denySeveral(
      screen,
      staff,
      leads.slice(5, 7).map(({ name }) => name),
    );
    await until('the order got the room of four leads back', async () => (await readOrder(market, order.id)).remaining === before.remaining + 4);
    await seeOutcome(screen, customer, leads);
  }),
);

/** From the lead: until when, a reason from the list, and then what happens next. */
async function returnByPage(screen: Screen, page: Page, lead: { id: string; name: string }): Promise<void> {
  await screen.go(seller, `/leads/${lead.id}`, page);
  await page.getByRole('link', { name: 'Return', exact: true }).click();
  await page.getByText('Can be returned until').first().waitFor();
  await screen.step('lead-return', { page });
  await page.getByRole('button', { name: 'Return lead' }).click();
  await page.getByRole('alert').waitFor();
  await screen.step('lead-return-refused', { page, examine: true });
  await page.getByLabel('Wrong number').check();
  await page.getByLabel('Note').fill('Somebody else answers the phone.');
  await page.getByRole('button', { name: 'Return lead' }).click();
  await page.getByText('Return asked for.').first().waitFor();
  await page.getByText('Staff are reminded').waitFor();
  await until('the page says that a decision is waited for', async () => {
    await screen.go(seller, `/leads/${lead.id}?tab=returns`, page);
    return page.getByText('Waiting for a decision').first().isVisible();
  });
  await screen.step('lead-returned', { page, examine: true });
  await screen.go(seller, '/returns', page);
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Returns');
  const headers = await page.locator('thead th').evaluateAll((cells) => cells.map((cell) => cell.textContent!.trim()));
  expect(headers).toEqual(expect.arrayContaining(RETURN_COLUMNS));
  await row(page, lead.name).getByText('Pending').waitFor();
  await screen.step('returns', { page });
}

/** J until the row of the lead has the focus. */
async function moveTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 120; step += 1) {
    await page.keyboard.press('j');
    if ((await page.evaluate(() => document.activeElement?.closest('tbody tr')?.textContent ?? '')).includes(name)) return;
  }
  throw new Error(`J never came to the row of ${name}`);
}

async function denyByKeyboard(screen: Screen, page: Page, name: string): Promise<void> {
  await moveTo(page, name);
  await page.keyboard.press('d');
  const dialog = page.getByRole('dialog', { name: `Deny the return of ${name}` });
  await dialog.waitFor();
  await screen.step('deny', { page, examine: true });
  await dialog.getByRole('button', { name: 'Deny return' }).click();
  await dialog.getByText('Please give the reason').first().waitFor();
  await screen.step('deny-needs-a-reason', { page, examine: true });
  await dialog.getByLabel('Reason').fill('We reached them at this very number.');
  await dialog.getByRole('button', { name: 'Deny return' }).click();
  await page.getByText('Denied. The customer is told.').waitFor();
  expect(await row(page, name).count()).toBe(0);
}

async function approveByKeyboard(page: Page, name: string): Promise<void> {
  await settled(page);
  await moveTo(page, name);
  await page.keyboard.press('a');
  await page.getByText('Approved. The customer is told').waitFor();
  expect(await row(page, name).count()).toBe(0);
}

async function decideSeveral(screen: Screen, page: Page, names: readonly string[]): Promise<void> {
  for (const name of names) await page.getByLabel(`Pick ${name}`).check();
  await page.getByText(`${names.length} picked`).waitFor();
  await screen.step('several-picked', { page });
  await page.getByRole('button', { name: 'Approve picked' }).click();
  await page.getByText(`${names.length} returns decided.`).waitFor();
  await screen.step('several-decided', { page });
}

/** Several at once are denied for one reason, which is asked for. */
async function denySeveral(screen: Screen, page: Page, names: readonly string[]): Promise<void> {
  await settled(page);
  const pick = async () => {
    for (const name of names) await page.getByLabel(`Pick ${name}`).check();
  };
  await pick();
  await page.getByRole('button', { name: 'Deny picked' }).click();
  await page.getByText('Please give the reason').first().waitFor();
  await screen.step('several-denied-needs-a-reason', { page });
  await pick();
  await page.getByLabel('Reason for the customer').fill('We reached them all.');
  await page.getByRole('button', { name: 'Deny picked' }).click();
  await page.getByText(`${names.length} returns decided.`).waitFor();
  for (const name of names) expect(await row(page, name).count()).toBe(0);
}

/** A return that the customer takes back: the lead is not returned, and none of the three return statuses is left. */
async function seeWithdrawn(page: Page, lead: { id: string; name: string }): Promise<void> {
  const { id } = await giveBack(seller, lead.id);
  await demand(seller, `/api/v1/returns/${id}/withdrawal`, { key: 'account-admin', json: {} });
  await page.reload();
  await row(page, lead.name).getByText('Not returned · withdrawn').waitFor();
  expect(await row(page, lead.name).locator('td[data-label="Return Status"]').innerText()).toBe('–');
}

async function seeOutcome(screen: Screen, page: Page, leads: Sold['leads']): Promise<void> {
  await screen.go(seller, '/returns', page);
  await row(page, leads[0]!.name).getByText('Denied').waitFor();
  await row(page, leads[1]!.name).getByText('Approved').waitFor();
  await row(page, leads[5]!.name).getByText('Denied').waitFor();
  await seeWithdrawn(page, leads[7]!);
  await row(page, leads[0]!.name).getByRole('link').click();
  await page.getByText('We reached them at this very number.').first().waitFor();
  await screen.step('return-denied', { page });
}

test('S3: every refusal is said in words by API', async () => {
  const { leads } = await sell(seller, 10);
  const refuse = async (leadId: string, reason = 'Wrong number') => {
    const answer = await ask(seller, '/api/v1/returns', { key: 'account-admin', json: { leadId, reason } });
    return [answer.status, answer.json<{ detail: string }>().detail] as const;
  };
  expect((await ask(seller, '/api/v1/returns', { key: 'account-admin', json: { leadId: leads[0]!.id, reason: 'No reason of ours' } })).status).toBe(422);
  await giveBack(seller, leads[0]!.id);
  expect(await refuse(leads[0]!.id)).toEqual([409, 'This lead has been returned already.']);
  expect(await refuse(leads[1]!.id)).toEqual([409, expect.stringContaining('No more leads of this order can be returned now: 1 of 10')]);
  const firm = await sell(seller, 10, { acceptsReturns: false });
  expect(await refuse(firm.leads[0]!.id)).toEqual([409, expect.stringContaining('does not take leads back')]);
  const [other] = (await demand<{ data: { id: string }[] }>(franchise, '/api/v1/leads?limit=1', { key: 'account-admin' })).data;
  expect((await refuse(other!.id))[0]).toBe(404);
});

test('S3: a lead that was never delivered is refused in words to whoever sees it; to a customer it is not there', async () => {
  const unsold = await openMarket(seller);
  const lead = await postLead(unsold);
  expect(lead.outcome).toBe('unmatched');
  const refuse = async (key: 'staff' | 'account-admin', leadId: string) => {
    const answer = await ask(seller, '/api/v1/returns', { key, json: { leadId, reason: 'Wrong number' } });
    const { title, status, code, detail } = answer.json<Record<string, string>>();
    return { title, status, code, detail };
  };
  expect(await refuse('staff', lead.id)).toMatchObject({ status: 409, detail: expect.stringContaining('This lead was never delivered') });
  const random = crypto.randomUUID();
  expect(await refuse('account-admin', lead.id)).toMatchObject({ status: 404 });
  expect(await refuse('account-admin', lead.id)).toEqual(await refuse('account-admin', random));
  expect(await refuse('staff', random)).toMatchObject({ status: 404 });
});

test.each([looks[0]!, looks[3]!])('S3: by page, a second return and a cap that is reached are said in words: $width px, $theme', (look) =>
  onScreen('s3-a-lead-is-returned', look, async (screen) => {
    const { leads } = await sell(seller, 10);
    const page = await screen.signIn(seller, 'account-admin');
    const late = await screen.signIn(seller, 'account-admin');
    for (const [tab, lead] of [
      [page, leads[0]!],
      [late, leads[1]!],
    ] as const) {
      await screen.go(seller, `/leads/${lead.id}?tab=returns`, tab);
      await tab.getByLabel('Wrong number').check();
    }
    await giveBack(seller, leads[0]!.id);
    await page.getByRole('button', { name: 'Return lead' }).click();
    await page.getByText('This lead has been returned already.').first().waitFor();
    await screen.step('refused-a-second-time', { page, examine: true });
    await late.getByRole('button', { name: 'Return lead' }).click();
    await late.getByText('No more leads of this order can be returned now: 1 of 10').first().waitFor();
    await screen.step('refused-by-the-cap', { page: late, examine: true });
    await screen.go(seller, `/leads/${leads[2]!.id}?tab=returns`, late);
    await late.getByText('No more leads of this order can be returned now: 1 of 10').waitFor();
    expect(await late.getByRole('button', { name: 'Return lead' }).count()).toBe(0);
    await screen.step('cap-reached', { page: late });
  }),
);

test('S3: a denial needs a reason, and the second of two decisions changes nothing', async () => {
  const { leads } = await sell(seller, 10);
  const asked = await giveBack(seller, leads[0]!.id);
  const decide = (outcome: string, because = '') => ask(seller, `/api/v1/returns/${asked.id}/decision`, { key: 'staff', json: { outcome, because } });
  expect((await decide('denied')).status).toBe(422);
  expect((await readReturn(seller, asked.id)).status).toBe('pending');
  const both = await Promise.all([decide('approved'), decide('approved')]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  expect(both.map((one) => one.json<{ changed: boolean }>().changed).sort()).toEqual([false, true]);
  const late = await decide('denied', 'Too late');
  expect([late.status, late.json<{ detail: string }>().detail]).toEqual([409, expect.stringContaining('Somebody was faster')]);
  expect((await readReturn(seller, asked.id)).status).toBe('approved');
});

/** A business of its own, whose clock may be moved: a customer who bought ten leads, and has a key and a mailbox. */
async function ownBusiness() {
  const mark = fresh();
  const business = await newBusiness(`clock-${mark}`, 'Clockwork Leads');
  const email = `ada@${mark}.example`;
  const account = await demand<{ id: string }>(business, '/api/v1/accounts', {
    key: 'owner',
    json: { name: 'Ada and Sons', admin: { name: 'Ada Lind', email, password: 'a first password' } },
  });
  const { apiKey } = await portico<{ apiKey: string }>('key', 'create', '--business', business.slug, '--user', email);
  const market = await marketOf(business, account.id, 'owner');
  const order = await openOrder(market, 30, {}, 'owner');
  const leads = await Promise.all(Array.from({ length: 10 }, () => postLead(market, {}, 'owner')));
  return {
    business: { ...business, signIns: [...business.signIns, { kind: 'account-admin' as const, login: email, password: 'a first password', apiKey }] },
    email,
    market,
    order,
    leads,
  };
}

test('S3: a return that nobody touches: as the clock moves, each planned step happens, with its mail, and no other', async () => {
  const { business, email, market, order, leads } = await ownBusiness();
  const owner = business.signIns[0]!.login;
  const asked = await giveBack(business, leads[0]!.id);
  const timeline = () => demand<Timeline>(business, `/api/v1/returns/${asked.id}/timeline`, { key: 'account-admin' });
  const keys = (steps: { key: string }[]) => steps.map(({ key }) => key);
  const subjects = async (to: string) => (await mails(business, to)).map(({ subject }) => subject.split(':')[0]!.replace(/ of .*$/, ''));
  const all = ['confirm-to-customer', 'ask-plugins', 'tell-staff', 'remind-staff', 'warn-owner', 'apply-deadline-rule', 'book-outcome', 'tell-customer'];
  const reached = (count: number) =>
    until(`${all[count - 1]} is done, and ${all.length - count} steps remain`, async () => {
      const { past, planned } = await timeline();
      const isThere =
        keys(past)
          .filter((key) => all.includes(key))
          .join() === all.slice(0, count).join() && keys(planned).join() === all.slice(count).join();
      return isThere && { past, planned };
    });
  const { planned } = await reached(3);
  expect(planned[2]!.at).toBe(asked.decideBy);
  await until('customer and staff are told', async () => (await subjects(email)).length === 1 && (await subjects(owner)).length === 1);
  expect([await subjects(email), await subjects(owner)]).toEqual([['We got your return'], ['A return waits for you']]);
  await moveClock(business.slug, 'PT24H1M');
  await reached(4);
  await until('staff are reminded', async () => (await subjects(owner)).length === 2);
  await moveClock(business.slug, 'PT20H');
  await reached(5);
  await until('the owner is warned', async () => (await subjects(owner)).length === 3);
  expect(await subjects(owner)).toEqual(['A return waits for you', 'Still waiting', 'Nearly due']);
  expect((await readReturn(business, asked.id)).status).toBe('pending');
  await seeTheWait(business, asked.id, all.slice(5));
  const { remaining } = await readOrder(market, order.id, 'owner');
  await moveClock(business.slug, 'PT4H');
  await reached(8);
  expect(await readReturn(business, asked.id)).toMatchObject({ status: 'approved', decidedBy: 'deadline' });
  expect((await readOrder(market, order.id, 'owner')).remaining).toBe(remaining + 1);
  await until('the customer is told', async () => (await subjects(email)).length === 2);
  expect([(await subjects(email))[1], (await subjects(owner)).length]).toEqual(['Your return', 3]);
  await moveClock(business.slug, 'P3D');
  const late = await ask(business, '/api/v1/returns', { key: 'account-admin', json: { leadId: leads[1]!.id, reason: 'Wrong number' } });
  expect([late.status, late.json<{ detail: string }>().detail]).toEqual([409, expect.stringContaining('could be returned until')]);
});

/** The form of the tab Return, sent by somebody whose page does not show it any more, or never did. */
const returnByForm = (business: Business, leadId: string, cookie: string) =>
  ask(business, `/leads/${leadId}?tab=returns`, { cookie, form: { _part: 'returns/lead-return', intent: 'request', reason: 'Wrong number', note: '' } });

/** Signs in a customer of one's own business, who chooses a password on the way. */
async function sessionOfAda(business: Business, login: string): Promise<string> {
  const cookieOf = async (password: string) => {
    const { headers } = await ask(business, '/sign-in', { form: { login, password } });
    return headers['set-cookie']!.map((one) => one.split(';')[0]).join('; ');
  };
  const [first, own] = ['a first password', 'a better password'];
  await ask(business, '/change-password', { cookie: await cookieOf(first), form: { current: first, password: own, again: own } });
  return cookieOf(own);
}

test('S3: by page, a closed window and an order that takes nothing back are said in words, and no form is shown', async () => {
  const { business, email, market, leads } = await ownBusiness();
  const cookie = await sessionOfAda(business, email);
  const strict = await marketOf(business, market.accountId, 'owner');
  const firm = await openOrder(strict, 20, { acceptsReturns: false }, 'owner');
  const kept = await postLead(strict, {}, 'owner');
  const tab = async (leadId: string) => (await ask(business, `/leads/${leadId}?tab=returns`, { cookie })).text;
  expect(await tab(kept.id)).toContain(`Order ${firm.number} does not take leads back.`);
  expect(await tab(kept.id)).not.toContain('Return lead');
  expect(await tab(leads[0]!.id)).toContain('Return lead');
  const refused = await returnByForm(business, kept.id, cookie);
  expect([refused.status, refused.text.includes(`Order ${firm.number} does not take leads back.`)]).toEqual([409, true]);
  await moveClock(business.slug, 'P6D');
  expect(await tab(leads[0]!.id)).toContain('This lead could be returned until');
  expect(await tab(leads[0]!.id)).not.toContain('Return lead');
  const late = await returnByForm(business, leads[0]!.id, cookie);
  expect([late.status, /could be returned until \w+ \d+/.test(late.text)]).toEqual([409, true]);
});

test('S3: a customer none of whose orders takes leads back has no Returns in the menu, no such page and no such tab (R-4.24)', async () => {
  const { business, email, market, order, leads } = await ownBusiness();
  const cookie = await sessionOfAda(business, email);
  const page = (path: string) => ask(business, path, { cookie });
  expect((await page('/leads')).text).toContain('href="/returns"');
  expect((await page('/returns')).status).toBe(200);
  await demand(business, `/api/v1/leads/orders/${order.id}`, { method: 'PATCH', key: 'owner', json: { acceptsReturns: false } });
  await until('the menu has no Returns', async () => !(await page('/leads')).text.includes('href="/returns"'), 5);
  for (const path of ['/returns', '/returns.data']) expect([path, (await page(path)).status]).toEqual([path, 404]);
  expect((await page(`/leads/${leads[0]!.id}`)).text).not.toContain('?tab=returns');
  expect((await returnByForm(business, leads[0]!.id, cookie)).status).toBe(409);
  await openOrder(market, 5, {}, 'owner');
  await until('Returns are back with an order that takes them', async () => (await page('/returns')).status === 200, 5);
});

/** A customer made by staff chooses a password first, then reads the same timeline on the page. */
async function seeTheWait(business: Business, returnId: string, planned: readonly string[]): Promise<void> {
  await onScreen('s3-a-lead-is-returned', looks[0]!, async (screen) => {
    const page = await screen.signIn(business, 'account-admin');
    await page.waitForURL((url) => url.pathname === '/change-password');
    await screen.step('choose-a-password', { examine: true });
    await page.getByLabel('Current password').fill('a first password');
    await page.getByLabel('New password', { exact: true }).fill('a better password');
    await page.getByLabel('New password again').fill('a better password');
    await page.getByRole('button', { name: 'Save password' }).click();
    await page.waitForURL((url) => url.pathname !== '/change-password');
    await screen.go(business, `/returns/${returnId}`);
    expect(await page.locator('.ui-timeline-planned').count()).toBe(planned.length);
    await screen.step('return-waits');
  });
}
