import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  bothWidths,
  type Business,
  demand,
  fresh,
  inBothThemes,
  mails,
  moveClock,
  newBusiness,
  type Screen,
  settled,
  signInOf,
  theRun,
  until,
} from '@portico/testing/browser';
import { firstCustomer } from './test/first-customer.ts';

const PRICE = { amount: 19_900, currency: 'USD' };
const CARDS = { good: '4242424242424242', declinesLater: '4000000000000341' } as const;

interface Story {
  readonly seller: Business;
  readonly subscriptionId: string;
}
interface Step {
  readonly at: string;
  readonly key: string;
  readonly sentence: string;
}
interface Collection {
  readonly state: string;
  readonly because: string | null;
  readonly endedBecause: string | null;
  readonly past: readonly Step[];
  readonly planned: readonly Step[];
}
interface Invoice {
  readonly id: string;
  readonly number: number;
  readonly status: string;
}

/** A business of its own, as its clock moves: connected to the gateway, with a customer whose plan is paid for its first month. */
async function aStory(width: number, lastRule: string): Promise<Story> {
  const slug = `s4x${width}x${fresh()}`;
  const { business: seller, accountId } = await firstCustomer(await newBusiness(slug, 'Quiet Harbor'), 'Harbor Roofing');
  const keys = { publishableKey: `pk_test_${slug}`, secretKey: `sk_test_${slug}` };
  for (const [plugin, json] of [['stripe', keys] as const, ['billing', { lastRule }] as const])
    await demand(seller, `/api/v1/workspace/plugins/${plugin}/settings`, { key: 'owner', method: 'PUT', json });
  const owner = { key: 'owner' as const, method: 'POST' };
  const { billGroups } = await demand<{ billGroups: { id: string }[] }>(seller, `/api/v1/accounts/${accountId}`, { key: 'owner' });
  const billGroupId = billGroups[0]!.id;
  const plan = { name: 'Calls', every: { unit: 'month', count: 1 }, prices: [PRICE] };
  const { id: planId } = await demand<{ id: string }>(seller, '/api/v1/billing/plans', { ...owner, json: plan });
  await demand(seller, `/api/v1/billing/plans/${planId}/publish`, owner);
  const begun = await demand<{ id: string; invoiceId: string }>(seller, '/api/v1/billing/subscriptions', {
    ...owner,
    json: { accountId, billGroupId, planId },
  });
  const { issuedOn } = await demand<{ issuedOn: string }>(seller, `/api/v1/billing/invoices/${begun.invoiceId}`, { key: 'owner' });
  const paid = { billGroupId, amount: PRICE, road: 'transfer', receivedOn: issuedOn, invoiceIds: [begun.invoiceId] };
  await demand(seller, '/api/v1/billing/payments', { ...owner, json: paid });
  return { seller, subscriptionId: begun.id };
}

const latestInvoice = async (seller: Business): Promise<Invoice> =>
  (await demand<{ data: Invoice[] }>(seller, '/api/v1/billing/invoices?limit=1', { key: 'account-admin' })).data[0]!;
const collectionOf = async (seller: Business, { id }: Invoice): Promise<Collection | null> =>
  (await demand<{ collection: Collection | null }>(seller, `/api/v1/billing/invoices/${id}/collection`, { key: 'account-admin' })).collection;
const keysOf = (steps: readonly Step[]) => steps.map(({ key }) => key);

/** What the gateway was asked to take, oldest first. */
async function charges({ slug }: Business): Promise<string[]> {
  const { control } = (theRun() as unknown as { stripe: { control: string } }).stripe;
  const { accounts } = (await (await fetch(`${control}/control/state?account=${slug}&kind=charge`)).json()) as {
    accounts: { charges: { status: string; created: number }[] }[];
  };
  return (accounts[0]?.charges ?? []).map(({ status }) => status);
}

async function typeCard(page: Page, number: string): Promise<void> {
  const frame = page.frameLocator('iframe').first();
  await frame.getByLabel('Card number').fill(number);
  await frame.getByLabel('Expiry').fill('12/34');
  await frame.getByLabel('CVC').fill('123');
}

/** The customer keeps a card that the bank takes now and declines later, and lets it be charged. */
async function keepCard(screen: Screen, page: Page, seller: Business): Promise<void> {
  await screen.go(seller, '/billing/billing-info?card=new&auto-pay=on', page);
  await typeCard(page, CARDS.declinesLater);
  await page.getByRole('button', { name: 'Save card' }).click();
  await page.getByText('The card is kept.').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Auto-pay is on.').waitFor();
}

/** The clock comes to the renewal: it is invoiced, and the card is declined. */
async function renew({ seller }: Story): Promise<Invoice> {
  const before = await latestInvoice(seller);
  await moveTo(seller, 32 * 24 * 3_600_000);
  return until('the renewal is invoiced and its customer told', async () => {
    const invoice = await latestInvoice(seller);
    return invoice.id !== before.id && keysOf((await collectionOf(seller, invoice))?.past ?? []).includes('tell-customer') && invoice;
  });
}

/** How far the clock of a business is ahead of this machine's, since it was moved last. */
const ahead = new Map<string, number>();

async function moveTo({ slug }: Business, milliseconds: number): Promise<number> {
  const { now } = await moveClock(slug, `PT${Math.ceil(milliseconds / 1000)}S`);
  ahead.set(slug, Date.parse(now) - Date.now());
  return Date.parse(now);
}

/** Moves the clock to the next planned step, and waits until everything of that day has happened. */
async function goToNext(seller: Business, invoice: Invoice): Promise<Collection> {
  const { planned } = (await collectionOf(seller, invoice))!;
  const now = await moveTo(seller, Date.parse(planned[0]!.at) - Date.now() - ahead.get(seller.slug)! + 1_000);
  return until('what was planned for that day has happened', async () => {
    const then = (await collectionOf(seller, invoice))!;
    return then.planned.every(({ at }) => Date.parse(at) > now + 3_600_000) && then;
  });
}

const mailsTo = (seller: Business) => mails(seller, signInOf(seller, 'account-admin').login);

test.each(bothWidths)('S4: a card fails after it was kept; the mail says why, another card is charged at once, once: $width px, light and dark', (look) =>
  inBothThemes('s4-a-card-fails', look, async (screen) => {
    const story = await aStory(look.width, 'pause');
    const { seller, subscriptionId } = story;
    const page = await screen.signIn(seller, 'account-admin');
    await keepCard(screen, page, seller);
    await screen.go(seller, `/billing/subscriptions/${subscriptionId}`, page);
    await page.getByText(/^On .* we charge \$199\.00 to Visa 0341\.$/).waitFor();
    await screen.step('what-happens-next', { page, examine: true });
    const invoice = await renew(story);
    await readMail(seller, invoice);
    await screen.go(seller, `/billing/subscriptions/${subscriptionId}`, page);
    await page.getByText('Payment that did not go through').waitFor();
    await screen.step('subscription-failed', { page, examine: true });
    await seeTimeline(screen, page, seller, invoice);
    const after = await goToNext(seller, invoice);
    expect(keysOf(after.past), 'what was planned happened').toEqual(['tell-customer', 'retry-charge', 'tell-customer']);
    expect(await charges(seller)).toEqual(['failed', 'failed']);
    await seeAsStaff(screen, seller, invoice);
    await useAnotherCard(screen, page, seller, invoice);
    expect(await charges(seller)).toEqual(['failed', 'failed', 'succeeded']);
    await screen.go(seller, `/billing/subscriptions/${subscriptionId}`, page);
    await page.getByText(/we charge \$199\.00 to Visa 4242/).waitFor();
  }),
);

/** The mail in plain words: what was not charged, why, what happens next. */
async function readMail(seller: Business, { number }: Invoice): Promise<void> {
  const mail = await until('the mail has arrived', async () =>
    (await mailsTo(seller)).find(({ subject }) => subject === 'Your payment of $199.00 did not go through'),
  );
  expect(mail.text).toContain(`we could not charge $199.00 to your card for invoice ${number}. Nothing was charged.`);
  expect(mail.text).toContain('Your bank declined the card, and does not say why.');
  expect(mail.text).toMatch(/We try the card again on .* If it is not paid by .*, your plan is paused until it is\./);
  expect(mail.text).toContain('/billing/billing-info?card=new');
}

/** The invoice shows every step to the last rule, each with its day. */
async function seeTimeline(screen: Screen, page: Page, seller: Business, invoice: Invoice): Promise<void> {
  await screen.go(seller, `/billing/invoices/${invoice.id}`, page);
  const { planned } = (await collectionOf(seller, invoice))!;
  expect(keysOf(planned)).toEqual([
    ...['retry-charge', 'tell-customer', 'retry-charge', 'tell-customer', 'retry-charge', 'tell-customer', 'retry-charge'],
    ...['pause-subscription', 'tell-end'],
  ]);
  const shown = await page.locator('.ui-timeline-planned .ui-timeline-text').allInnerTexts();
  expect(shown).toEqual(planned.map(({ sentence }) => sentence));
  await page.getByText('Next try').waitFor();
  await page.getByText(/^Paused on .* if it is not paid$/).waitFor();
  await screen.step('invoice-failed', { page, examine: true });
}

async function seeAsStaff(screen: Screen, seller: Business, { id, number }: Invoice): Promise<void> {
  const staff = await screen.signIn(seller, 'owner');
  await screen.go(seller, '/console/billing/failed-charges', staff);
  await staff.getByRole('link', { name: `Invoice ${number}` }).waitFor();
  await staff.getByText('The bank does not say why').waitFor();
  await screen.step('failed-charges', { page: staff, examine: true });
  await screen.go(seller, `/console/billing/invoices/${id}`, staff);
  await staff.getByText('The card was tried again, and declined').waitFor();
  await screen.step('console-invoice-failed', { page: staff, examine: true });
}

/** From the invoice to Billing Info: the new card is charged at once, and the page says with what. */
async function useAnotherCard(screen: Screen, page: Page, seller: Business, invoice: Invoice): Promise<void> {
  await screen.go(seller, `/billing/invoices/${invoice.id}`, page);
  await page.getByRole('link', { name: 'Use another card' }).click();
  await page.getByRole('heading', { level: 1, name: 'Billing Info' }).waitFor();
  await page.getByText('Waiting for another card').waitFor();
  await typeCard(page, CARDS.good);
  await screen.step('another-card', { page, examine: true });
  await page.getByRole('button', { name: 'Save card' }).click();
  await page.getByText('The card is kept and is your default card now. $199.00 is charged to it at once.').first().waitFor();
  await until('the new card has paid', async () => (await latestInvoice(seller)).status === 'paid');
  await screen.go(seller, '/billing/billing-info', page);
  await page.getByText('Paid with Visa 4242').waitFor();
  await screen.step('another-card-charged', { page, examine: true });
  await screen.go(seller, `/billing/invoices/${invoice.id}`, page);
  await page.getByText('The new card was charged').waitFor();
  await settled(page);
  expect(await page.locator('.ui-timeline-planned').count()).toBe(0);
  await screen.step('invoice-paid', { page, examine: true });
}

test.each(bothWidths)(
  'S4: every step that is shown, from the decline to the last rule, is what happens as the clock moves to it: $width px, light and dark',
  (look) =>
    inBothThemes('s4-to-the-last-rule', look, async (screen) => {
      const story = await aStory(look.width, 'pause');
      const { seller, subscriptionId } = story;
      const page = await screen.signIn(seller, 'account-admin');
      await keepCard(screen, page, seller);
      const invoice = await renew(story);
      const first = (await collectionOf(seller, invoice))!;
      const whole = [...first.past, ...first.planned];
      for (let now = first; now.planned.length > 0; now = await goToNext(seller, invoice)) {
        expect([...now.past, ...now.planned].map(({ key }) => key)).toEqual(keysOf(whole));
        await screen.go(seller, `/billing/invoices/${invoice.id}`, page);
        expect(await page.locator('.ui-timeline-planned').count()).toBe(now.planned.length);
        expect(await page.getByRole('region', { name: 'Payment that did not go through' }).locator('.ui-timeline-past').count()).toBe(now.past.length);
      }
      expect((await collectionOf(seller, invoice))!.endedBecause).toBe('given-up');
      expect(await charges(seller)).toEqual(['failed', 'failed', 'failed', 'failed', 'failed']);
      await screen.go(seller, `/billing/invoices/${invoice.id}`, page);
      await page.getByText('The plan was paused').waitFor();
      await screen.step('given-up', { page, examine: true });
      await screen.go(seller, `/billing/subscriptions/${subscriptionId}`, page);
      await page.getByText('Your plan is paused until you pay it; it goes on by itself then.').waitFor();
      await screen.step('plan-paused', { page, examine: true });
      const subjects = (await mailsTo(seller)).map(({ subject }) => subject);
      expect(subjects.filter((subject) => subject === 'Your payment of $199.00 did not go through')).toHaveLength(4);
      expect(subjects.filter((subject) => subject === `Invoice ${invoice.number} is still not paid`)).toHaveLength(1);
    }),
);
