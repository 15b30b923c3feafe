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
  type Kind,
  looks,
  mails,
  onScreen,
  type Screen,
  settled,
  signInOf,
  until,
} from '@portico/testing/browser';
import { freshPhone, newLead, openMarket, openOrder, postLead, readOrder, type LeadMarket } from './test/lead-market.ts';

const ORDER_COLUMNS = [
  'Order ID',
  'Start Date',
  'End Date',
  'Status',
  'Renewal',
  'Auto Charge',
  'Order Total',
  'Amount Received',
  'Remaining',
  'Cost',
  'Amount Paid',
];
const SORTS = ['received', '-received', 'name', '-name', 'type', '-type', 'status', '-status', 'town', '-town', 'assignee', '-assignee'];

let seller: Business;
let market: LeadMarket;

beforeAll(async () => {
  [seller] = demoBusinesses();
  market = await openMarket(seller);
});

const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });
const idsOf = (answer: { data: { id: string }[] }) => answer.data.map(({ id }) => id);

test('S2: a lead with bad fields is refused with a problem that names each of them', async () => {
  const answer = await ask(seller, '/api/v1/leads', { key: 'source', json: { type: 'no-such-type', name: '', email: 'nonsense', phone: 'x' } });
  expect(answer.status).toBe(422);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  const { errors } = answer.json<{ errors: { field: string; message: string }[] }>();
  expect(errors.map(({ field }) => field)).toEqual(expect.arrayContaining(['name', 'email', 'phone']));
  expect(errors.every(({ message }) => message.length > 5)).toBe(true);
});

test('S2: the same person twice is one lead, also when both posts come at once', async () => {
  await openOrder(market, 5);
  const address = `twin@${fresh()}.example`;
  const lead = newLead(market, { email: address.replace('twin', 'Twin+a') });
  const first = await ask(seller, '/api/v1/leads', { key: 'source', json: lead });
  expect([first.status, first.json<{ outcome: string }>().outcome]).toEqual([201, 'delivered']);
  const again = await ask(seller, '/api/v1/leads', { key: 'source', json: { ...lead, name: 'Somebody Else', phone: freshPhone(), email: address } });
  expect([again.status, again.json()]).toEqual([200, { id: first.json<{ id: string }>().id, outcome: 'duplicate' }]);
  const twin = newLead(market);
  const both = await Promise.all([1, 2].map(() => ask(seller, '/api/v1/leads', { key: 'source', json: twin })));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 201]);
  expect(new Set(both.map((one) => one.json<{ id: string }>().id)).size).toBe(1);
});

test('S2: of 50 posts at once on an order with room for 10, 10 are delivered and 40 are not', async () => {
  const own = await openMarket(seller);
  const order = await openOrder(own, 10, { places: ['972'] });
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => postLead(own)));
  const count = (outcome: string) => outcomes.filter((one) => one.outcome === outcome).length;
  expect([count('delivered'), count('unmatched')]).toEqual([10, 40]);
  expect(await readOrder(own, order.id)).toMatchObject({ state: 'open', filled: true, received: 10, remaining: 0 });
  expect((await postLead(own, { postalCode: '10001' })).outcome).toBe('unmatched');
});

test('S2: walking all pages by every header while leads arrive repeats none and misses none', async () => {
  const own = await openMarket(seller);
  await openOrder(own, 200);
  await Promise.all(Array.from({ length: 23 }, (_, at) => postLead(own, { town: ['Tigard', 'Camas', ''][at % 3] })));
  for (const sort of SORTS) {
    const list = `/api/v1/leads?type=${own.type.id}&limit=5&sort=${sort}`;
    const before = idsOf(await demand(seller, `/api/v1/leads?type=${own.type.id}&limit=100`, { key: 'account-admin' }));
    const walked: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { data: { id: string }[]; nextCursor: string | null } = await demand(seller, cursor ? `${list}&cursor=${encodeURIComponent(cursor)}` : list, {
        key: 'account-admin',
      });
      walked.push(...idsOf(page));
      cursor = page.nextCursor;
      if (walked.length === 10) await postLead(own);
    }
    expect(new Set(walked).size, `${sort} repeats none`).toBe(walked.length);
    expect(
      before.filter((id) => !walked.includes(id)),
      `${sort} misses none`,
    ).toEqual([]);
  }
});

test.each(bothWidths)('S2: the lead appears in the portal, is found, opened, printed and assigned: $width px, light and dark', (look) =>
  inBothThemes('s2-a-lead-is-sold', look, async (screen) => {
    await openOrder(market, 5);
    const name = `Maren Okafor ${fresh()}`;
    const [phone, email] = [freshPhone(), `${fresh()}@okafor.example`];
    expect((await postLead(market, { name, phone, email, note: 'The gutter over the door leaks.' })).outcome).toBe('delivered');
    const page = await screen.signIn(seller, 'account-admin');
    await screen.go(seller, '/leads');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Leads');
    await row(page, name).waitFor();
    await screen.step('leads');
    await findTheLead(page, name);
    await screen.step('leads-filtered', { examine: true });
    await row(page, name).getByRole('link', { name: 'Open Lead' }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    for (const address of [`tel:${phone}`, `mailto:${email}`]) await page.locator(`a[href="${address}"]`).first().waitFor();
    await screen.step('lead');
    await seePrint(page, name);
    await screen.step('lead-print');
    await page.emulateMedia({ media: 'screen' });
    await page.getByLabel('Assign to').selectOption({ label: 'Luis Ortega' });
    await page.getByRole('button', { name: 'Assign', exact: true }).click();
    await page.getByText('The lead is assigned.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await screen.step('lead-assigned', { examine: true });
  }),
);

async function findTheLead(page: Page, name: string): Promise<void> {
  const [, , word] = name.split(' ');
  await page.getByLabel('Search leads').fill(word!.slice(0, 5));
  await page.getByLabel('Type').selectOption({ label: market.type.name });
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.waitForURL((url) => url.searchParams.get('type') === market.type.id);
  await page.getByText('Showing 1 of 1').waitFor();
  for (const [first, way] of [
    ['name', 'ascending'],
    ['-name', 'descending'],
  ] as const) {
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click();
    await page.waitForURL((url) => url.searchParams.get('sort') === first);
    await page.locator(`th[aria-sort=${way}]`, { hasText: 'Name' }).waitFor();
  }
  expect(await row(page, name).count()).toBe(1);
}

/** On paper there is the lead, and nothing to press. */
async function seePrint(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Print' }).waitFor();
  await page.emulateMedia({ media: 'print' });
  expect(await page.getByRole('navigation', { name: 'Main' }).first().isVisible()).toBe(false);
  expect(await page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
  expect(await page.getByRole('heading', { level: 1, name }).isVisible()).toBe(true);
}

test.each(bothWidths)('S2: the customer follows its orders, pauses and resumes one: $width px, light and dark', (look) =>
  inBothThemes('s2-a-lead-is-sold', look, async (screen) => {
    const own = await openMarket(seller);
    const order = await openOrder(own, 10);
    await postLead(own);
    const page = await screen.signIn(seller, 'account-admin');
    await screen.go(seller, '/leads/orders');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Orders');
    const headers = await page.locator('thead th').evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).textContent!.trim()));
    expect(headers.filter((header) => ORDER_COLUMNS.includes(header))).toEqual(ORDER_COLUMNS);
    const line = row(page, own.type.name);
    await line.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('The order is paused.').waitFor();
    await line.getByText('Paused', { exact: true }).waitFor();
    await screen.step('orders-paused', { examine: true });
    expect((await postLead(own)).outcome).toBe('unmatched');
    await line.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('The order takes leads again.').waitFor();
    expect((await postLead(own)).outcome).toBe('delivered');
    await page.getByRole('link', { name: String(order.number), exact: true }).click();
    await page.getByRole('heading', { level: 1, name: `Order ${order.number}` }).waitFor();
    await page.getByText('8 leads', { exact: true }).first().waitFor();
    await screen.step('order');
  }),
);

test.each(bothWidths)('S2: staff make types, sources and orders, place an unmatched lead, record a payment: $width px, light and dark', (look) =>
  inBothThemes('s2-a-lead-is-sold', look, async (screen) => {
    const mark = fresh();
    const page = await screen.signIn(seller, 'staff');
    await addType(page, mark);
    await screen.step('console-types');
    await addSource(page, mark);
    await screen.step('console-source-key', { examine: true });
    await revokeKey(screen, page);
    const own = { ...market, type: { id: '', key: `eaves-${mark}`, name: `Eaves ${mark}` } };
    const name = `Ilse Unmatched ${mark}`;
    expect((await postLead(own, { name })).outcome).toBe('unmatched');
    await addOrder(page, own.type.name);
    await screen.step('console-order', { examine: true });
    const order = new URL(page.url()).pathname;
    await recordPayment(page);
    await takePaymentBack(screen, page);
    await screen.step('console-order-paid');
    await screen.go(seller, '/console/leads?unmatched=1');
    await row(page, name).waitFor();
    await screen.step('console-unmatched');
    await row(page, name).getByRole('link', { name: 'Open Lead' }).click();
    await page.getByLabel('Order', { exact: true }).selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Give to this order' }).click();
    await page.getByText('The lead is delivered.').waitFor();
    await screen.step('console-lead-placed');
    await screen.go(seller, order);
    await closeOrder(screen, page);
  }),
);

async function addType(page: Page, mark: string): Promise<void> {
  await page.goto(`${seller.url}/console/leads/types`);
  await settled(page);
  await page.getByLabel('Key', { exact: true }).fill(`eaves-${mark}`);
  await page.getByLabel('Name', { exact: true }).fill(`Eaves ${mark}`);
  await page.getByRole('button', { name: 'Add lead type' }).click();
  await page.getByText('The lead type is added.').waitFor();
}

async function addSource(page: Page, mark: string): Promise<void> {
  await page.goto(`${seller.url}/console/leads/sources`);
  await settled(page);
  await page.getByLabel('Name', { exact: true }).fill(`Website ${mark}`);
  await page.getByRole('button', { name: 'Add lead source' }).click();
  await page.getByText('The lead source is added.').waitFor();
  if (new URL(page.url()).pathname === '/console/leads/sources') await page.getByRole('link', { name: `Website ${mark}` }).click();
  await page.getByLabel('Used by').fill('The form on our website');
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByText('Copy the key now').waitFor();
  const sealed = /portico-flash=([\w-]+)/.exec((await (await answered).headerValue('set-cookie')) ?? '')?.[1] ?? '';
  expect(sealed.length).toBeGreaterThan(40);
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/pk_|say/); // on its way to the page nobody reads the key
}

/** A key stops working with the press of the button that says so. */
async function revokeKey(screen: Screen, page: Page): Promise<void> {
  const apiKey = await page.getByLabel('Shown once').inputValue();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy', exact: true }).first().click();
  await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(apiKey);
  const post = () => ask(seller, '/api/v1/leads', { key: { apiKey }, json: { type: 'no-such-type', name: 'Nobody' } });
  expect((await post()).status).toBe(422);
  await page.getByRole('button', { name: 'Revoke The form on our website' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke the key The form on our website for good?' });
  await dialog.waitFor();
  await screen.step('console-source-revoke', { examine: true });
  await dialog.getByRole('button', { name: 'Revoke The form on our website' }).click();
  await page.getByRole('row').filter({ hasText: 'The form on our website' }).getByText('Revoked').waitFor();
  expect((await post()).status).toBe(401);
  await page.reload();
  expect(await page.getByLabel('Shown once').count()).toBe(0);
  expect(await page.content()).not.toContain(apiKey);
}

async function addOrder(page: Page, typeName: string): Promise<void> {
  await page.goto(`${seller.url}/console/leads/orders`);
  await settled(page);
  await page.getByRole('link', { name: 'New order' }).click();
  await page.getByLabel('Customer and bill group').selectOption({ index: 1 });
  await page.getByLabel('Type', { exact: true }).selectOption({ label: typeName });
  await page.getByLabel('Order Total').fill('25');
  await page.getByLabel('Price per lead').fill('30.00');
  await page.getByRole('button', { name: 'Create order' }).click();
  await page.getByRole('heading', { level: 1, name: /^Order \d+$/ }).waitFor();
}

async function recordPayment(page: Page): Promise<void> {
  for (const amount of ['100.00', '20.50']) {
    await page.getByLabel('Amount', { exact: true }).fill(amount);
    await page.getByRole('button', { name: 'Record a payment' }).click();
    await page.getByText('The payment is recorded.').waitFor();
    await page.getByText(`$${amount}`).first().waitFor();
  }
  await amountPaid(page).getByText('$120.50').waitFor();
}

const amountPaid = (page: Page) => page.locator('dt', { hasText: 'Amount Paid' }).locator('xpath=following-sibling::dd[1]');

/** A payment that was a mistake stays in the list, with the row beside it that takes it back. */
async function takePaymentBack(screen: Screen, page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Take back $20.50' }).click();
  const dialog = page.getByRole('dialog', { name: 'Take back $20.50' });
  await dialog.getByRole('button', { name: 'Take back $20.50' }).click();
  await dialog.getByText('Give the reason.').first().waitFor();
  await screen.step('console-payment-needs-a-reason', { examine: true });
  await dialog.getByLabel('Reason').fill('Typed twice');
  await dialog.getByRole('button', { name: 'Take back $20.50' }).click();
  await page.getByText('The payment is taken back.').waitFor();
  await amountPaid(page).getByText('$100.00').waitFor();
  expect(await page.getByRole('button', { name: 'Take back $20.50' }).count()).toBe(0);
}

/** What cannot be undone is pressed twice, and says what happens in between. */
async function closeOrder(screen: Screen, page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Close order', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: /^Close order \d+ for good\?$/ });
  await dialog.getByText('What remains is given up.').waitFor();
  await screen.step('console-order-close', { examine: true });
  await dialog.getByRole('button', { name: /^Close order \d+$/ }).click();
  await page.getByText('The order is closed.').waitFor();
}

const userOf = async (who: Kind): Promise<{ id: string; email: string }> => {
  const users = await demand<{ data: { id: string; userName: string; email: string }[] }>(seller, '/api/v1/accounts/users?limit=100', { key: 'account-admin' });
  return users.data.find(({ userName }) => userName === signInOf(seller, who).login)!;
};
const mailAbout = (to: string, name: string) =>
  until(`a mail about ${name}`, async () => (await mails(seller, to)).find(({ subject }) => subject.includes(name)));

async function wish(screen: Screen, page: Page, on: boolean): Promise<void> {
  await screen.go(seller, '/leads/notifications');
  await page.getByLabel('Mail me about new leads').setChecked(on);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(on ? 'You get mails about new leads.' : 'You get no mails about new leads.').waitFor();
}

test('S2: who wants it gets a mail about a new lead, who does not gets none', async () => {
  const me = await userOf('account-admin');
  await onScreen('s2-a-lead-is-sold', looks[2]!, async (screen) => {
    const page = await screen.signIn(seller, 'account-admin');
    await openOrder(market, 5);
    await wish(screen, page, true);
    const wanted = `Mailed Lead ${fresh()}`;
    await postLead(market, { name: wanted });
    const mail = await mailAbout(me.email, wanted);
    expect(mail.html).toContain(seller.url);
    expect(mail.text).toContain(wanted);
    await wish(screen, page, false);
    const unwanted = `Unmailed Lead ${fresh()}`;
    await postLead(market, { name: unwanted });
    await wish(screen, page, true);
    const marker = `Marker Lead ${fresh()}`;
    await postLead(market, { name: marker });
    await mailAbout(me.email, marker);
    expect((await mails(seller, me.email)).filter(({ subject }) => subject.includes(unwanted))).toEqual([]);
    await wish(screen, page, false);
  });
});

test('S2: a user who wants it gets a mail about a lead that somebody assigns to them', async () => {
  const me = await userOf('member');
  await onScreen('s2-a-lead-is-sold', looks[1]!, async (screen) => {
    const page = await screen.signIn(seller, 'member');
    await openOrder(market, 5);
    await wish(screen, page, true);
    const name = `Assigned Lead ${fresh()}`;
    const { id } = await postLead(market, { name });
    await demand(seller, `/api/v1/leads/${id}/assignee`, { key: 'account-admin', json: { memberId: me.id } });
    const mail = await mailAbout(me.email, name);
    expect(mail.subject).toBe(`Lead for you: ${name}, Tigard`);
    expect(mail.text).toContain(`${seller.url}/leads/${id}`);
    await wish(screen, page, false);
    // whoever gives their own lead away sees it no more, and is told that it is done
    const giveAway = () => ask(seller, `/api/v1/leads/${id}/assignee`, { key: 'member', json: { memberId: null } });
    expect((await giveAway()).status).toBe(204);
    expect((await giveAway()).status).toBe(404);
  });
});
