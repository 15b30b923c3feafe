import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { ask, type Business, demand, fresh, inBusiness, type Look, newBusiness, onScreen, type Screen, settled, until } from '@portico/testing/browser';
import { FIRST_PASSWORD, firstCustomer, OWN_PASSWORD } from './test/first-customer.ts';
import { marketOf, openOrder, postLead } from './test/lead-market.ts';

const PHONE: Look = { width: 390, theme: 'light' };
let business: Business;
let accountId: string;

/** A business of its own: these forms change what every page shows. */
beforeAll(async () => {
  ({ business, accountId } = await firstCustomer(await newBusiness(`forms-${fresh()}`, 'Forms Ltd'), 'Ada and Sons'));
}, 120_000);

const LONG = { timeout: 180_000 };
const onPhone = (story: (screen: Screen) => Promise<void>) => () => onScreen('console-forms', PHONE, story);

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const said = (page: Page, text: string) => page.getByText(text).first().waitFor();

/** Signs in with the password that somebody else chose, and chooses an own one. */
async function signInFirst(screen: Screen, login: string): Promise<Page> {
  const page = await screen.visit();
  await screen.go(business, '/sign-in');
  await page.getByLabel('User name or e-mail').fill(login);
  await page.getByLabel('Password', { exact: true }).fill(FIRST_PASSWORD);
  await press(page, 'Sign in');
  await page.waitForURL(/\/change-password/);
  await settled(page);
  const [current, own, again] = [page.locator('[name=current]'), page.locator('[name=password]'), page.locator('[name=again]')];
  await current.fill(FIRST_PASSWORD);
  await own.fill(OWN_PASSWORD);
  await again.fill(OWN_PASSWORD);
  await press(page, 'Save password');
  await page.waitForURL((url) => url.pathname !== '/change-password');
  await settled(page);
  return page;
}

test(
  'staff create a customer with a bill group and an account admin, who signs in and adds a user, who signs in (line 16)',
  LONG,
  onPhone(async (screen) => {
    const mark = fresh();
    const staff = await screen.signIn(business, 'owner');
    await screen.go(business, '/console/accounts');
    await staff.getByRole('link', { name: 'New customer' }).first().click();
    await staff.getByLabel('Customer name').fill(`Roofs ${mark}`);
    await staff.getByLabel('First bill group').fill(`North ${mark}`);
    await staff.getByLabel("Account admin's name").fill('Bea Admin');
    await staff.getByLabel('User name').fill(`bea.${mark}`);
    await staff.getByLabel('Password', { exact: true }).fill(FIRST_PASSWORD);
    await press(staff, 'Create customer');
    await said(staff, `Roofs ${mark} is set up.`);
    await screen.step('customer-created');
    const { billGroups } = await demand<{ billGroups: { name: string }[] }>(business, `/api/v1${new URL(staff.url()).pathname.replace('/console', '')}`, {
      key: 'owner',
    });
    expect(billGroups.map(({ name }) => name)).toEqual([`North ${mark}`]);
    const bea = await signInFirst(screen, `bea.${mark}`);
    await screen.go(business, '/accounts/users', bea);
    await bea
      .getByRole('link', { name: 'New user' })
      .or(bea.getByRole('link', { name: '+New' }))
      .first()
      .click();
    await bea.getByLabel('Name', { exact: true }).fill('Cal Member');
    await bea.getByLabel('User name').fill(`cal.${mark}`);
    await bea.getByLabel('Password', { exact: true }).fill(FIRST_PASSWORD);
    await press(bea, 'Add user');
    await said(bea, 'Cal Member can sign in now.');
    await screen.step('user-created', { page: bea });
    const cal = await signInFirst(screen, `cal.${mark}`);
    await screen.go(business, '/leads', cal);
    expect(await cal.getByRole('heading', { level: 1 }).innerText()).toBe('Leads');
  }),
);

test(
  "the business's name and the reasons for a return are saved, and customers meet them (line 16)",
  LONG,
  onPhone(async (screen) => {
    const owner = await screen.signIn(business, 'owner');
    await screen.go(business, '/console/workspace/settings');
    await owner.getByLabel('Business name').fill('Forms and Sons');
    await formWith(owner, 'Business name').getByRole('button', { name: 'Save changes' }).click();
    await said(owner, 'Your settings are saved.');
    await owner.getByLabel('Reasons to choose from').fill('Wrong number\nThe number is a fax');
    await formWith(owner, 'Reasons to choose from').getByRole('button', { name: 'Save changes' }).click();
    await until('the reasons are kept', async () => {
      const { values } = await demand<{ values: { reasons: string[] } }>(business, '/api/v1/workspace/plugins/returns/settings', { key: 'owner' });
      return values.reasons.join() === 'Wrong number,The number is a fax';
    });
    await screen.step('settings-saved');
    const { id } = await deliveredLead();
    const ada = await screen.signIn(business, 'account-admin');
    await screen.go(business, `/leads/${id}?tab=returns`);
    expect(await ada.title()).toContain('Forms and Sons');
    await ada.getByLabel('The number is a fax').check();
    await press(ada, 'Return lead');
    await said(ada, 'Return asked for.');
  }),
);

const formWith = (page: Page, label: string) => page.locator('form').filter({ has: page.getByLabel(label) });

/** A lead of the customer's, by an order of its own. */
async function deliveredLead(): Promise<{ id: string }> {
  const market = await marketOf(business, accountId, 'owner');
  await openOrder(market, 20, {}, 'owner');
  const leads = await Promise.all(Array.from({ length: 20 }, () => postLead(market, {}, 'owner')));
  return leads[0]!;
}

test(
  'a colour is saved and shows, also before sign-in (line 16)',
  LONG,
  onPhone(async (screen) => {
    const before = await colourOfSignIn(screen);
    const owner = await screen.signIn(business, 'owner');
    await screen.go(business, '/console/workspace/branding');
    await owner.getByLabel('Colour', { exact: true }).fill('#7a1f5c');
    await press(owner, 'Save changes');
    await said(owner, 'Your branding is saved.');
    await screen.step('branding-saved');
    const after = await until('the colour shows', async () => {
      const colour = await colourOfSignIn(screen);
      return colour !== before && colour;
    });
    expect(after).toBe('rgb(122, 31, 92)');
  }),
);

async function colourOfSignIn(screen: Screen): Promise<string> {
  const page = await screen.visit();
  await screen.go(business, '/sign-in');
  const colour = await page.getByRole('button', { name: 'Sign in' }).evaluate((one) => getComputedStyle(one).backgroundColor);
  await page.close();
  return colour;
}

test(
  'a plugin is switched off, its pages are gone, and on again (lines 16, 18)',
  LONG,
  onPhone(async (screen) => {
    const statusOf = async () => (await ask(business, '/api/v1/returns', { key: 'account-admin' })).status;
    expect(await statusOf()).toBe(200);
    const owner = await screen.signIn(business, 'owner');
    await screen.go(business, '/console/workspace/plugins');
    await owner.getByRole('link', { name: 'Switch off Returns' }).click();
    await owner.getByText('Its pages, tabs and addresses are gone within seconds.').waitFor();
    await screen.step('plugin-goes-off');
    await press(owner, 'Switch off');
    await said(owner, 'The plugin is off.');
    await until('it is gone', async () => (await statusOf()) === 404);
    await press(owner, 'Switch on Returns');
    await said(owner, 'The plugin is on.');
    await until('it is back', async () => (await statusOf()) === 200);
  }),
);

test(
  'a parked event is sent out again and gets through (line 16)',
  LONG,
  onPhone(async (screen) => {
    const id = crypto.randomUUID();
    await inBusiness(business, (query) =>
      query(
        `insert into portico.event_deliveries (id, point, plugin_id, handler, subject, seq, payload, state, tries, last_error, created_at)
        select $1, point, plugin_id, handler, subject, 900, payload, 'parked', 8, 'The network was down.', created_at
        from portico.event_deliveries where point = 'core.tenant-created' limit 1`,
        [id],
      ),
    );
    const owner = await screen.signIn(business, 'owner');
    await screen.go(business, '/console/workspace/parked');
    await owner.getByText('The network was down.').waitFor();
    await press(owner, 'Retry');
    await said(owner, 'It is on its way again.');
    await screen.step('parked-retried');
    await until('it got through', async () => {
      const rows = await inBusiness(business, (query) => query('select state from portico.event_deliveries where id = $1', [id]));
      return rows[0]?.['state'] === 'delivered';
    });
  }),
);

test(
  'a process that is stuck is woken and goes on (line 16)',
  LONG,
  onPhone(async (screen) => {
    const { id } = await deliveredLead();
    const returned = await demand<{ id: string }>(business, '/api/v1/returns', { key: 'account-admin', json: { leadId: id, reason: 'Wrong number' } });
    const rowOf = async () =>
      (await inBusiness(business, (query) => query('select state, next_step from portico.processes where subject = $1', [returned.id])))[0] ?? {};
    const stateOf = async () => (await rowOf())['state'];
    // A step that it is still taking would say that it moves again, and wipe away what is written next.
    await until('its process took all that is due and waits', async () => (await rowOf())['next_step'] === 'remind-staff');
    await inBusiness(business, (query) =>
      query(`update portico.processes set state = 'stuck', stuck_because = 'A step does not move it.' where subject = $1`, [returned.id]),
    );
    const owner = await screen.signIn(business, 'owner');
    await screen.go(business, '/console/workspace/processes?state=stuck');
    await owner.getByText('A step does not move it.').waitFor();
    await press(owner, 'Wake');
    await said(owner, 'The process looks at its rows again.');
    await screen.step('process-woken');
    expect(await stateOf()).toBe('live');
    await screen.go(business, `/console/returns/${returned.id}`);
    await press(owner, 'Approve');
    await until('its process ended', async () => (await stateOf()) === 'ended');
  }),
);

test(
  'a contact address is set, and whoever cannot sign in is led to it; so is whoever is signed in, from every page (R-2.24)',
  LONG,
  onPhone(async (screen) => {
    const owner = await screen.signIn(business, 'owner');
    await screen.go(business, '/console/workspace/branding');
    await owner.getByLabel('Contact e-mail').fill('help@forms.example');
    await press(owner, 'Save changes');
    await until('the address is kept', async () => {
      const visitor = await ask(business, '/sign-in', {});
      return visitor.text.includes('mailto:help@forms.example');
    });
    const visitor = await screen.visit();
    await screen.go(business, '/sign-in');
    expect(await visitor.getByRole('link', { name: 'Contact us' }).getAttribute('href')).toBe('mailto:help@forms.example');
    await screen.step('contact-under-sign-in', { examine: true });
    const ada = await screen.signIn(business, 'account-admin');
    await screen.go(business, '/leads');
    expect(await ada.getByRole('link', { name: 'Contact us' }).first().getAttribute('href')).toBe('mailto:help@forms.example');
  }),
);

test(
  'a user changes the own password in Settings: what is wrong stands at its field, all other sessions end, the new one signs in (R-1.7, R-4.34)',
  LONG,
  onPhone(async (screen) => {
    const mark = fresh();
    const json = { name: 'Dee Member', userName: `dee.${mark}`, password: FIRST_PASSWORD };
    await demand(business, '/api/v1/accounts/users', { key: 'account-admin', json });
    const page = await signInFirst(screen, `dee.${mark}`);
    const change = async (current: string, own: string, again: string) => {
      await page.locator('[name=current]').fill(current);
      await page.locator('[name=password]').fill(own);
      await page.locator('[name=passwordAgain]').fill(again);
      await press(page, 'Change password');
    };
    const signedIn = await ask(business, '/sign-in', { form: { login: `dee.${mark}`, password: OWN_PASSWORD } });
    const elsewhere = signedIn.headers['set-cookie']!.map((one) => one.split(';')[0]).join('; ');
    expect((await ask(business, '/leads', { cookie: elsewhere })).status).toBe(200);
    await screen.go(business, '/accounts/settings', page);
    await change('not my password', 'a third password', 'a third password');
    await said(page, 'This is not your current password.');
    await change(OWN_PASSWORD, 'a third password', 'another third one');
    await said(page, 'The two passwords differ.');
    await screen.step('own-password-refused', { page, examine: true });
    await change(OWN_PASSWORD, 'a third password', 'a third password');
    await said(page, 'Your password is changed.');
    await screen.go(business, '/leads', page);
    expect(new URL(page.url()).pathname).toBe('/leads');
    expect((await ask(business, '/leads', { cookie: elsewhere })).headers.location).toMatch(/^\/sign-in/);
    expect((await ask(business, '/sign-in', { form: { login: `dee.${mark}`, password: OWN_PASSWORD } })).status).toBe(401);
    expect((await ask(business, '/sign-in', { form: { login: `dee.${mark}`, password: 'a third password' } })).status).toBe(303);
  }),
);

test(
  'a button that was pressed says what it does, keeps its width, and takes no second press while the answer is awaited',
  LONG,
  onPhone(async (screen) => {
    const { id } = await deliveredLead();
    const ada = await screen.signIn(business, 'account-admin');
    await screen.go(business, `/leads/${id}?tab=returns`);
    let sent = 0;
    const held: (() => void)[] = [];
    await ada.route('**/leads/**', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      sent += 1;
      await new Promise<void>((go) => held.push(go));
      return route.continue();
    });
    await ada.getByRole('radio').first().check();
    const button = ada.getByRole('button', { name: 'Return lead', exact: true });
    const before = await button.boundingBox();
    await button.click();
    const pending = ada.locator('button[aria-busy=true]');
    await pending.waitFor();
    expect((await pending.boundingBox())!.width).toBe(before!.width);
    // both texts stand in the button, so that it is as wide as the longer; one of them is shown
    expect(await pending.locator('[data-shown=true]').textContent()).not.toBe('Return lead');
    expect(await pending.locator('[data-shown=false]').textContent()).toBe('Return lead');
    await pending.click({ force: true });
    await ada.keyboard.press('Enter');
    await screen.step('button-pending');
    expect(sent).toBe(1);
    for (const go of held) go();
    await said(ada, 'Return asked for.');
    expect(sent).toBe(1);
  }),
);
