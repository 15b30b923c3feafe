import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  ask,
  bothWidths,
  type Business,
  demand,
  fresh,
  inBothThemes,
  mails,
  moveClock,
  newBusiness,
  portico,
  type Screen,
  settled,
  signInOf,
  until,
} from '@portico/testing/browser';

const PASSWORD = 'a quiet pond at dawn';
const [GOOD, DECLINED] = ['4242 4242 4242 4242', '4000 0000 0000 0002'];

interface Person {
  readonly customer: string;
  readonly name: string;
  readonly email: string;
}

/** A business of its own that takes cards: its clock may be moved, and nobody else pays in it. */
async function ownBusiness(): Promise<Business> {
  const mark = fresh();
  const business = await newBusiness(`first-${mark}`, 'Bright Leads');
  for (const [key, value] of [
    ['publishableKey', `pk_test_first_${mark}`],
    ['secretKey', `sk_test_first_${mark}`],
  ] as const)
    await portico('setting', 'set', '--business', business.slug, '--key', `stripe.${key}`, '--value', value);
  return business;
}

const aPerson = (name: string): Person => {
  const mark = fresh();
  return { customer: `Cedar Ridge ${mark}`, name, email: `${name.split(' ')[0]!.toLowerCase()}@${mark}.example` };
};

const mailsTo = async (business: Business, { email }: Person, subject: string) =>
  (await mails(business, email)).filter((mail) => mail.subject.includes(subject));
const invitationsTo = (business: Business, person: Person) => mailsTo(business, person, 'invit');
/** The path of the one link of its kind in a mail. */
const linkIn = ({ html }: { html: string }, path: string): string => {
  const found = new RegExp(`href="https?://[^/"]+(/${path}/[\\w.-]+)"`).exec(html);
  if (!found) throw new Error(`the mail has no link to /${path}/`);
  return found[1]!;
};

const hasText = (page: Page, text: string) => page.getByRole('main').getByText(text).first().waitFor();
const headline = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Staff write a new customer down, without a password for its account admin. */
async function addCustomer(screen: Screen, business: Business, page: Page, { customer, name, email }: Person): Promise<string> {
  await screen.go(business, '/console/accounts/new');
  await page.getByLabel('Customer name').fill(customer);
  await page.getByLabel("Account admin's name").fill(name);
  await page.getByLabel('E-mail').fill(email);
  await screen.step('new-customer', { examine: true });
  await page.getByRole('button', { name: 'Create customer' }).click();
  await headline(page, customer);
  await hasText(page, 'The account admin is invited by mail when the first payment has come in.');
  await screen.step('customer-not-invited', { examine: true });
  return new URL(page.url()).pathname;
}

/** A monthly plan, put on sale. */
async function addPlan(screen: Screen, business: Business, page: Page, plan: string): Promise<void> {
  await screen.go(business, '/console/billing/plans/new');
  await page.getByLabel('Name', { exact: true }).fill(plan);
  await page.getByLabel('Price in USD').fill('99.00');
  await page.getByRole('button', { name: 'Create draft' }).click();
  await headline(page, plan);
  await page.getByRole('button', { name: 'Put on sale' }).click();
  await hasText(page, 'The plan is on sale.');
}

/** The plan is given to the customer, and the pay link of its first invoice is sent. */
async function sellPlan(screen: Screen, business: Business, page: Page, person: Person, plan: string): Promise<string> {
  await screen.go(business, '/console/billing/subscriptions/new');
  const group = page.getByLabel('Bill group');
  await group.selectOption(await optionWith(page, person.customer));
  await page.getByLabel('Plan', { exact: true }).selectOption(await optionWith(page, plan));
  await page.getByRole('button', { name: 'Begin subscription' }).click();
  await hasText(page, 'The subscription is there, with its first invoice.');
  await page.getByRole('button', { name: 'Send pay link' }).click();
  await hasText(page, 'The link is on its way to 1 person.');
  await screen.step('pay-link-sent', { examine: true });
  const mail = await until('the pay link is there', async () => (await mailsTo(business, person, 'Invoice')).at(-1));
  return linkIn(mail, 'pay');
}

const optionWith = async (page: Page, text: string): Promise<string> =>
  (await page.locator('option').filter({ hasText: text }).first().getAttribute('value')) ?? '';

/** Types a card into the gateway's own frame. */
async function typeCard(page: Page, number: string): Promise<void> {
  const frame = page.frameLocator('iframe').first();
  await frame.getByLabel('Card number').fill(number);
  await frame.getByLabel('Expiry').fill('12/34');
  await frame.getByLabel('CVC').fill('123');
}

/** The customer opens the pay link, first with a card that is declined, then with one that is good. */
async function pay(screen: Screen, business: Business, person: Person, link: string): Promise<void> {
  const page = await screen.visit();
  await screen.go(business, link);
  await screen.step('pay', { examine: true });
  await typeCard(page, DECLINED);
  await page.getByRole('button', { name: 'Pay $99.00' }).click();
  await hasText(page, 'Your bank declined the card');
  await screen.step('declined', { examine: true });
  await typeCard(page, GOOD);
  // what would have been sent for the declined card would have come by now
  await mailsTo(business, person, 'Invoice');
  expect(await invitationsTo(business, person)).toEqual([]);
  await page.getByRole('button', { name: 'Pay $99.00' }).click();
  await hasText(page, 'Thank you. Your payment was received.');
  await screen.step('paid', { examine: true });
}

/** Scanners of mails open the link as they like: with HEAD, again and again, and with a browser that runs what stands there. */
async function scan(screen: Screen, business: Business, link: string): Promise<void> {
  expect((await ask(business, link, { method: 'HEAD' })).status).toBe(200);
  for (let n = 0; n < 20; n += 1) {
    const { status, headers } = await ask(business, link);
    expect([status, headers['set-cookie']]).toEqual([200, undefined]);
  }
  await screen.visit();
  await screen.go(business, link);
  await hasText(screen.page, 'Create your password');
}

async function createPassword(screen: Screen, business: Business, { customer, name, email }: Person, link: string): Promise<Page> {
  const page = await screen.visit();
  await screen.go(business, link);
  await headline(page, `Welcome, ${name}`);
  await hasText(page, `Bright Leads invites you to manage ${customer} online`);
  await hasText(page, `From now on you sign in as ${email}.`);
  await screen.step('invitation', { examine: true });
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByLabel('Password again').fill('short');
  await page.getByRole('button', { name: 'Create password and sign in' }).click();
  await page.getByRole('alert').waitFor();
  await screen.step('invitation-refused', { examine: true });
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create password and sign in' }).click();
  await hasText(page, 'You are signed in. Welcome to Bright Leads.');
  expect(new URL(page.url()).pathname).not.toContain('invitation');
  await screen.step('first-page', { examine: true });
  return page;
}

/** By the menu on the left, which stands behind a button on a phone. */
async function byMenu(page: Page, name: string): Promise<void> {
  const menu = page.locator('summary[aria-label="Menu"]');
  if (await menu.isVisible()) await menu.click();
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).filter({ visible: true }).first().click();
  await headline(page, name);
  await settled(page);
}

/** Subscriptions, Invoices, Payments Made and Statement, each with what it is for. */
async function lookAround(screen: Screen, page: Page, plan: string, { name }: Person): Promise<void> {
  await byMenu(page, 'Subscriptions');
  await screen.step('subscriptions', { examine: true });
  await page.getByRole('link', { name: plan }).click();
  await headline(page, plan);
  for (const text of ['Plan Details', 'Start date', 'Renewal date', 'Contact persons', name, '$99.00', 'Active']) await hasText(page, text);
  await screen.step('plan-details', { examine: true });
  await byMenu(page, 'Invoices');
  await hasText(page, '$99.00');
  await page
    .getByRole('link', { name: /^Invoice \d+|^\d+$/ })
    .first()
    .click();
  await page.getByRole('link', { name: 'Download' }).first().waitFor();
  await byMenu(page, 'Payments Made');
  await hasText(page, 'Visa 4242');
  await byMenu(page, 'Statement');
  for (const text of ['Invoice 1', 'Payment 1', 'Balance']) await hasText(page, text);
  await screen.step('statement', { examine: true });
}

/** The link was used: it says so, in the same words as any dead one, and offers the way back in. */
async function seeDeadLink(screen: Screen, business: Business, person: Person, link: string): Promise<void> {
  const page = await screen.visit();
  await screen.go(business, link);
  await headline(page, 'This link no longer works');
  await screen.step('dead-link', { examine: true });
  await page.getByRole('button', { name: 'Send me a new link' }).click();
  await hasText(page, 'Look into your mailbox');
  await screen.step('asked-for-link', { examine: true });
  await until('the way to the sign-in was mailed', async () => (await mailsTo(business, person, 'Your customer portal')).length === 1);
}

test.each(bothWidths)(
  'S1: staff sell a plan, the customer pays by card, is invited, creates a password and finds what they have: $width px, light and dark (R-0.1 to R-0.21)',
  { timeout: 240_000 },
  (look) =>
    inBothThemes('s1-invitation', look, async (screen) => {
      const business = await ownBusiness();
      const [person, plan] = [aPerson('Ines Carvalho'), `Calls ${fresh()}`];
      const staff = await screen.signIn(business, 'owner');
      const customerPage = await addCustomer(screen, business, staff, person);
      await addPlan(screen, business, staff, plan);
      const payLink = await sellPlan(screen, business, staff, person, plan);
      await pay(screen, business, person, payLink);
      const invitation = await until('the invitation has come', async () => (await invitationsTo(business, person))[0]);
      expect(invitation.text).toContain('Accept Invitation');
      const link = linkIn(invitation, 'invitation');
      await scan(screen, business, link);
      const page = await createPassword(screen, business, person, link);
      await lookAround(screen, page, plan, person);
      await seeDeadLink(screen, business, person, link);
      await screen.go(business, customerPage, staff);
      for (const text of ['Accepted', 'The invitation was sent', 'The invitation was accepted']) await hasText(staff, text);
      await screen.step('customer-accepted', { page: staff, examine: true });
      await secondPlan(screen, business, person, plan);
    }),
);

/** A second plan is paid too: the receipt comes, and no second invitation. */
async function secondPlan(screen: Screen, business: Business, person: Person, plan: string): Promise<void> {
  const staff = await screen.signIn(business, 'owner');
  const link = await sellPlan(screen, business, staff, person, plan);
  const page = await screen.visit();
  await screen.go(business, link);
  await typeCard(page, GOOD);
  await page.getByRole('button', { name: 'Pay $99.00' }).click();
  await hasText(page, 'Thank you. Your payment was received.');
  await until('the second receipt has come', async () => (await mailsTo(business, person, 'Your payment of')).length === 2);
  expect(await invitationsTo(business, person)).toHaveLength(1);
}

/** A customer with an account admin, by API; answers the address of its page. */
async function aCustomer(business: Business, { customer, name, email }: Person, password?: string): Promise<string> {
  const json = { name: customer, admin: { name, email, ...(password ? { password } : {}) } };
  const { id } = await demand<{ id: string }>(business, '/api/v1/accounts', { key: 'owner', json });
  return `/console/accounts/${id}`;
}

test.each(bothWidths)(
  'S1: invited by hand, reminded after 3 days with the same link, sent again, expired after 14, as the clock moves: $width px, light and dark (R-0.7, R-0.8)',
  { timeout: 180_000 },
  (look) =>
    inBothThemes('s1-invitation-waits', look, async (screen) => {
      const business = await ownBusiness();
      const person = aPerson('Owen Lindqvist');
      const customerPage = await aCustomer(business, person);
      const links = async () => (await invitationsTo(business, person)).map((mail) => linkIn(mail, 'invitation'));
      const mailed = (count: number) => until(`${count} mails of the invitation`, async () => ((await links()).length === count ? links() : undefined));
      const staff = await screen.signIn(business, 'owner');
      const seen = async (...texts: string[]) => {
        await until(`the timeline says ${texts.join(', ')}`, async () => {
          await screen.go(business, customerPage, staff);
          const card = await staff.getByRole('region', { name: 'Portal invitation' }).innerText();
          return texts.every((text) => card.includes(text));
        });
      };
      await screen.go(business, customerPage, staff);
      await staff.getByRole('button', { name: 'Invite now' }).click();
      await hasText(staff, 'The invitation is on its way.');
      const [first] = await mailed(1);
      await seen('The invitation was sent', 'A reminder is sent, with the same link', 'It expires: the link is dead');
      await screen.step('invited', { page: staff, examine: true });
      await moveClock(business.slug, 'P3DT1M');
      expect(await mailed(2)).toEqual([first, first]);
      await seen('A reminder was sent, with the same link');
      await staff.getByRole('button', { name: 'Send again' }).click();
      await hasText(staff, 'A new link is on its way. The older one is dead.');
      const [, , newer] = await mailed(3);
      expect(newer).not.toBe(first);
      await seen('Sent again: the older link is dead');
      await screen.step('sent-again', { page: staff, examine: true });
      await moveClock(business.slug, 'P14DT1M');
      await seen('Expired', 'It expired: the link is dead');
      await screen.step('expired', { page: staff, examine: true });
      await askAndCome(screen, business, person, [first!, newer!]);
    }),
);

/** Both links are dead; the person asks for another by the page, and comes in with it. */
async function askAndCome(screen: Screen, business: Business, person: Person, dead: readonly string[]): Promise<void> {
  const before = (await invitationsTo(business, person)).length;
  const page = await screen.visit();
  for (const link of dead) {
    await screen.go(business, link);
    await headline(page, 'This link no longer works');
  }
  await page.getByRole('button', { name: 'Send me a new link' }).click();
  await hasText(page, 'Look into your mailbox');
  const mail = await until('a new link', async () => (await invitationsTo(business, person))[before]);
  await screen.go(business, linkIn(mail, 'invitation'), page);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Password again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create password and sign in' }).click();
  await hasText(page, 'You are signed in. Welcome to Bright Leads.');
}

test.each(bothWidths)(
  'S1: who has a password is asked for it, also where somebody else is signed in: $width px, light and dark (R-0.6)',
  { timeout: 120_000 },
  (look) =>
    inBothThemes('s1-invitation-known', look, async (screen) => {
      const business = await ownBusiness();
      const person = aPerson('Hana Sato');
      const customerPage = await aCustomer(business, person, PASSWORD);
      await demand(business, '/api/v1/accounts/invitations', { key: 'owner', json: { accountId: customerPage.split('/').at(-1) } });
      const mail = await until('the invitation', async () => (await invitationsTo(business, person))[0]);
      const page = await screen.signIn(business, 'owner');
      await screen.go(business, linkIn(mail, 'invitation'));
      await hasText(page, `If somebody else is signed in on this device, they are signed out here, and you come in as ${person.email}.`);
      expect(await page.getByLabel('Password again').count()).toBe(0);
      await screen.step('give-password', { examine: true });
      await page.getByLabel('Password', { exact: true }).fill('not this one');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('This is not your password.').first().waitFor();
      await screen.step('wrong-password', { examine: true });
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in' }).click();
      // staff had set it: now the person chooses an own one, as at any first sign-in
      await page.waitForURL((url) => url.pathname === '/change-password');
      expect(signInOf(business, 'owner').login).not.toBe(person.email);
      expect((await ask(business, linkIn(mail, 'invitation'))).text).toContain('This link no longer works');
    }),
);
