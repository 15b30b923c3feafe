import { beforeAll, expect, test } from 'vitest';
import { bothWidths, type Business, demand, fresh, inBothThemes, newBusiness, type Screen } from '@portico/testing/browser';
import { firstCustomer } from './test/first-customer.ts';
import { marketOf, openOrder, postLead } from './test/lead-market.ts';

let business: Business;
const names: string[] = [];

beforeAll(async () => {
  const { business: made, accountId } = await firstCustomer(await newBusiness(`users-${fresh()}`, 'Users Ltd'), 'Ada and Sons');
  business = made;
  const market = await marketOf(made, accountId, 'owner');
  await openOrder(market, 40, {}, 'owner');
  for (let at = 0; at < 8; at += 1) {
    names.push(`Nora Plain ${fresh()}`);
    await postLead(market, { name: names.at(-1) }, 'owner');
  }
}, 120_000);

/** A user who sees only what is assigned to him. */
const addUser = (name: string) =>
  demand<{ id: string }>(business, '/api/v1/accounts/users', {
    key: 'account-admin',
    json: { name, email: `${fresh()}@users.example`, password: 'a first password' },
  });

async function openUser({ page }: Screen, name: string): Promise<void> {
  await page.goto(`${business.url}/accounts/users`);
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

test.each(bothWidths)(
  'an account admin gives a user leads from the Users page, and takes over from one who is disabled (R-4.36): $width px, light and dark',
  (look) =>
    inBothThemes('users', look, async (screen) => {
      const name = `Bob Crew ${fresh()}`;
      const { id } = await addUser(name);
      const page = await screen.signIn(business, 'account-admin');
      await openUser(screen, name);
      await page.getByText('No lead is assigned to this user yet.').waitFor();
      await screen.step('user-without-leads', { examine: true });
      await page.getByRole('link', { name: 'Assign leads' }).click();
      const [first, second] = [names.pop()!, names.pop()!];
      for (const lead of [first, second]) await page.getByRole('checkbox', { name: `Pick ${lead}` }).check();
      expect(await page.getByLabel('Assign to').locator('option:checked').innerText()).toBe(name);
      await screen.step('leads-for-a-user', { examine: true });
      await page.getByRole('button', { name: 'Assign leads' }).click();
      await page.getByText('2 leads are assigned.').waitFor();
      await openUser(screen, name);
      await page.getByText('2 leads are assigned to this user.').waitFor();
      await screen.step('user-with-leads', { examine: true });

      // the only other user is disabled: the one who is left can still take the leads over
      await demand(business, `/api/v1/accounts/users/${id}`, { key: 'account-admin', method: 'PATCH', json: { enabled: false } });
      await page.getByRole('link', { name: first }).click();
      await page.getByLabel('Assign to').selectOption({ label: 'Ada Lind' });
      await page.getByRole('button', { name: 'Assign', exact: true }).click();
      await page.getByText('Assigned to Ada Lind').first().waitFor();
      await openUser(screen, name);
      await page.getByText('1 lead is assigned to this user.').waitFor();
    }),
);
