import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ask, bothWidths, type Business, demand, demoBusinesses, inBothThemes, type Screen, settled, signInOf } from '@portico/testing/browser';

// Telling this story twice in one business at the same moment would mix its sums: each width has a business of its own.
const sellerOf = (width: number): Business => demoBusinesses()[width === 390 ? 0 : 1];

interface Owed {
  readonly id: string;
  readonly number: number;
}

/** Staff write an invoice for the account admin's company and issue it; the customer sees it when it is Sent. */
async function issued(seller: Business, amount: number, send: boolean): Promise<Owed> {
  const { data } = await demand<{ data: { accountId: string; billGroupId: string; price: { currency: string } }[] }>(seller, '/api/v1/billing/subscriptions', {
    key: 'account-admin',
  });
  const { accountId, billGroupId, price } = data[0]!;
  const json = { accountId, billGroupId, lines: [{ description: 'Extra calls', quantity: 1, price: { amount, currency: price.currency } }] };
  const { id } = await demand<{ id: string }>(seller, '/api/v1/billing/invoices', { key: 'owner', method: 'POST', json });
  const { number } = await demand<{ number: number }>(seller, `/api/v1/billing/invoices/${id}/issue`, { key: 'owner', method: 'POST', json: { send } });
  return { id, number };
}

/** Types a card into the gateway's own frame. */
async function typeCard(page: Page): Promise<void> {
  const frame = page.frameLocator('iframe').first();
  await frame.getByLabel('Card number').fill('4242 4242 4242 4242');
  await frame.getByLabel('Expiry').fill('12/34');
  await frame.getByLabel('CVC').fill('123');
}

/** How far ink and paper of a gateway's field are apart, of 255: axe does not see into the frame. */
const contrastInFrame = (page: Page): Promise<number> =>
  page
    .frameLocator('iframe')
    .first()
    .getByLabel('Card number')
    .evaluate((field) => {
      const { color, backgroundColor } = getComputedStyle(field);
      const brightness = (text: string): number => Math.max(...text.match(/\d+/g)!.slice(0, 3).map(Number));
      return Math.abs(brightness(color) - brightness(backgroundColor));
    });

const money = (minor: number) => `$${(minor / 100).toFixed(2)}`;
const balance = async (seller: Business): Promise<number> => {
  const { balances } = await demand<{ balances: { owed: { amount: number } }[] }>(seller, '/api/v1/billing/balance', { key: 'account-admin' });
  return balances[0]?.owed.amount ?? 0;
};

test('S8: an invoice that is not Sent is nowhere: not in lists, not by address, not on paper, not in what is owed (R-2.9 to R-2.12)', async () => {
  const [seller] = demoBusinesses();
  const before = await balance(seller);
  const hidden = await issued(seller, 7_700, false);
  for (const path of ['', '/pdf']) expect((await ask(seller, `/api/v1/billing/invoices/${hidden.id}${path}`, { key: 'account-admin' })).status).toBe(404);
  const { data } = await demand<{ data: { id: string }[] }>(seller, '/api/v1/billing/invoices?limit=100', { key: 'account-admin' });
  expect(data.map(({ id }) => id)).not.toContain(hidden.id);
  expect(await balance(seller)).toBe(before);
  await demand(seller, `/api/v1/billing/invoices/${hidden.id}/send`, { key: 'owner', method: 'POST' });
  expect(await balance(seller)).toBe(before + 7_700);
  expect((await ask(seller, `/api/v1/billing/invoices/${hidden.id}/pdf`, { key: 'account-admin' })).headers['content-type']).toBe('application/pdf');
});

test.each(bothWidths)(
  'S8: staff mark an invoice Sent, the customer keeps a card, switches auto-pay on, and pays what they owe: $width px, light and dark',
  (look) =>
    inBothThemes('s8-pay', look, async (screen) => {
      const seller = sellerOf(look.width);
      const invoice = await issued(seller, 12_300, false);
      await markSent(screen, seller, invoice);
      const page = await screen.signIn(seller, 'account-admin');
      await screen.go(seller, '/billing');
      await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
      expect(await page.getByText('Outstanding balance').first().isVisible()).toBe(true);
      await screen.step('dashboard', { examine: true });
      await keepCardAndSwitchOn(screen, seller, page);
      await payOne(screen, page, seller, invoice);
      await readStatement(screen, page, seller);
      await payPicked(screen, page, seller);
      await payWholeAsSeen(screen, page, seller);
      await switchOff(screen, seller, page);
    }),
);

async function markSent(screen: Screen, seller: Business, { id, number }: Owed): Promise<void> {
  const page = await screen.signIn(seller, 'staff');
  await screen.go(seller, `/console/billing/invoices/${id}`);
  await page.getByText('Customers cannot see this invoice').waitFor();
  await screen.step('console-not-seen', { examine: true });
  await page.getByRole('button', { name: 'Mark Sent' }).click();
  await page.getByText('The customer sees the invoice.').waitFor();
  await page.getByRole('heading', { level: 1, name: `Invoice ${number}` }).waitFor();
}

/** The slider at the bottom, the card, a submit of the card, a submit of the page. */
async function keepCardAndSwitchOn(screen: Screen, seller: Business, page: Page): Promise<void> {
  await screen.go(seller, '/billing/billing-info');
  await page.getByRole('switch', { name: 'Auto-pay' }).check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Add a card first: auto-pay needs one to charge.').first().waitFor();
  await screen.step('auto-pay-needs-card', { examine: true });
  await page.getByRole('link', { name: 'Add a card first', exact: true }).click();
  await typeCard(page);
  expect(await contrastInFrame(page)).toBeGreaterThan(150);
  await screen.step('card');
  await page.getByRole('button', { name: 'Save card' }).click();
  await page.getByText('The card is kept.').waitFor();
  expect(await page.getByRole('switch', { name: 'Auto-pay' }).isChecked()).toBe(true);
  await page.getByText('It is off: you pay each invoice yourself.').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Auto-pay is on.').waitFor();
  await screen.step('auto-pay-on', { examine: true });
}

async function payOne(screen: Screen, page: Page, seller: Business, { id, number }: Owed): Promise<void> {
  await screen.go(seller, `/billing/invoices/${id}`);
  await page.getByRole('heading', { level: 1, name: `Invoice ${number}` }).waitFor();
  await screen.step('invoice', { examine: true });
  await page.getByRole('link', { name: 'Pay', exact: true }).click();
  await page.getByLabel('Visa 4242').waitFor();
  await screen.step('pay', { examine: true });
  await page.getByRole('button', { name: `Pay ${money(12_300)}` }).click();
  await page.getByText('Thank you. Your payment was received.').waitFor();
  await screen.go(seller, `/billing/invoices/${id}`);
  await page.getByText('Paid', { exact: true }).first().waitFor();
  await screen.go(seller, '/billing/payments');
  await page.getByText('Visa 4242').first().waitFor();
  await screen.step('payments-made', { examine: true });
}

/** Another span by its name, and the same lines for a spreadsheet. */
async function readStatement(screen: Screen, page: Page, seller: Business): Promise<void> {
  await screen.go(seller, '/billing/statement');
  await page.getByRole('heading', { level: 1, name: 'Statement' }).waitFor();
  await screen.step('statement', { examine: true });
  await page.getByRole('link', { name: 'This year' }).click();
  await page.locator('a[aria-current="page"]', { hasText: 'This year' }).waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Spreadsheet' }).click()]);
  expect(file.suggestedFilename()).toMatch(/^Statement \d{4}-01-01 .+\.csv$/);
}

/** Two of several are picked: their sum stands on the button, and they are what is paid. Auto-pay is a switch there, unless it is on. */
async function payPicked(screen: Screen, page: Page, seller: Business): Promise<void> {
  const [one, two] = [await issued(seller, 2_100, true), await issued(seller, 3_200, true)];
  await screen.go(seller, '/billing/invoices');
  for (const { number } of [one, two]) await page.getByRole('checkbox', { name: `Pick invoice ${number}`, exact: true }).check();
  await page.getByRole('button', { name: `Pay 2 invoices · ${money(5_300)}` }).waitFor();
  await screen.step('invoices-picked', { examine: true });
  await page.getByRole('button', { name: `Pay 2 invoices · ${money(5_300)}` }).click();
  await page.getByRole('button', { name: `Pay ${money(5_300)}` }).waitFor();
  expect(await page.getByRole('switch', { name: 'Auto-pay with this card' }).count()).toBe(0);
  await page.getByRole('button', { name: `Pay ${money(5_300)}` }).click();
  await page.getByText('Thank you. Your payment was received.').waitFor();
}

/** An invoice that is sent while the page is open: the new sum is shown, and nothing is charged before it was seen. */
async function payWholeAsSeen(screen: Screen, page: Page, seller: Business): Promise<void> {
  await issued(seller, 4_000, true);
  await screen.go(seller, '/billing/pay');
  const before = await balance(seller);
  await page.getByRole('button', { name: /^Pay \$/ }).waitFor();
  await issued(seller, 1_500, true);
  await page.getByRole('button', { name: /^Pay \$/ }).click();
  await page.getByText(/What is owed has changed since you looked/).waitFor();
  expect(await balance(seller)).toBe(before + 1_500);
  await page.getByRole('button', { name: `Pay ${money(before + 1_500)}` }).waitFor();
  await screen.step('sum-changed', { examine: true });
  await page.getByRole('button', { name: /^Pay \$/ }).click();
  await page.getByText('Thank you. Your payment was received.').waitFor();
  await settled(page);
  expect(await balance(seller)).toBe(0);
}

/** Staff pick two drafts and mark them Sent: the customer sees both at once. */
test.each(bothWidths)('S8: staff mark several invoices Sent at once, and the customer agrees to auto-pay with the payment: $width px, light and dark', (look) =>
  inBothThemes('s8-at-once', look, async (screen) => {
    const seller = sellerOf(look.width);
    const drafts = [await aDraft(seller, 1_700), await aDraft(seller, 1_800)];
    const staff = await screen.signIn(seller, 'staff');
    await screen.go(seller, '/console/billing/invoices?status=draft');
    for (const id of drafts) await staff.locator(`input[name="ids"][value="${id}"]`).check();
    await screen.step('console-picked', { examine: true });
    await staff.getByRole('button', { name: 'Make void' }).click();
    await staff.getByText('2 invoices, $35.00 in all.').waitFor();
    await screen.step('console-void-asks', { examine: true });
    await staff.getByRole('button', { name: 'Keep it' }).last().click();
    await staff.getByRole('button', { name: 'Mark Sent' }).click();
    await staff.getByText('2 invoices are seen by their customers now.').waitFor();
    const page = await screen.signIn(seller, 'account-admin');
    for (const id of drafts) {
      await screen.go(seller, `/billing/invoices/${id}`);
      await page.getByText('Issued and sent').waitFor();
    }
    await screen.step('invoice-history', { examine: true });
    await page.getByRole('link', { name: 'Pay', exact: true }).click();
    await typeCard(page);
    await page.getByRole('switch', { name: 'Auto-pay with this card' }).check();
    await screen.step('pay-and-agree', { examine: true });
    await page.getByRole('button', { name: `Pay ${money(1_800)}` }).click();
    await page.getByText('Thank you. Your payment was received, and auto-pay is on.').waitFor();
    await switchOff(screen, seller, page);
  }),
);

async function aDraft(seller: Business, amount: number): Promise<string> {
  const { data } = await demand<{ data: { accountId: string; billGroupId: string; price: { currency: string } }[] }>(seller, '/api/v1/billing/subscriptions', {
    key: 'account-admin',
  });
  const { accountId, billGroupId, price } = data[0]!;
  const json = { accountId, billGroupId, lines: [{ description: 'Extra calls', quantity: 1, price: { amount, currency: price.currency } }] };
  return (await demand<{ id: string }>(seller, '/api/v1/billing/invoices', { key: 'owner', method: 'POST', json })).id;
}

async function switchOff(screen: Screen, seller: Business, page: Page): Promise<void> {
  await screen.go(seller, '/billing/billing-info');
  await page.getByRole('switch', { name: 'Auto-pay' }).uncheck();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Auto-pay is off.').waitFor();
  await page.getByRole('button', { name: 'Remove' }).first().click();
  await page.getByText('The card is forgotten.').waitFor();
  expect(signInOf(seller, 'account-admin').login).not.toBe('');
}
