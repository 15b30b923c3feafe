import { beforeAll, expect, test } from 'vitest';
import { bothWidths, type Business, demand, demoBusinesses, fresh, inBothThemes, until } from '@portico/testing/browser';

let generous: Business;
let other: Business;

beforeAll(() => {
  [generous, other] = demoBusinesses();
});

/** Sells ten leads to the customer of the account admin, and gives the first back at once, as out of the area. */
async function giveBackAtOnce(business: Business): Promise<{ returnId: string; leadId: string }> {
  const mark = fresh();
  const me = await demand<{ roles: { accountId: string }[] }>(business, '/api/v1/me', { key: 'account-admin' });
  const { accountId } = me.roles[0]!;
  const { billGroups } = await demand<{ billGroups: { id: string }[] }>(business, `/api/v1/accounts/${accountId}`, { key: 'staff' });
  const type = await demand<{ id: string }>(business, '/api/v1/leads/types', {
    key: 'staff',
    json: { key: `vote-${mark}`, name: `Vote ${mark}`, lookBackDays: 30 },
  });
  const order = {
    accountId,
    billGroupId: billGroups[0]!.id,
    typeId: type.id,
    counts: 'leads',
    leads: 20,
    price: { amount: 1_000, currency: 'USD' },
    startsOn: '2026-01-01',
  };
  await demand(business, '/api/v1/leads/orders', { key: 'staff', json: order });
  const post = (at: number) =>
    demand<{ id: string }>(business, '/api/v1/leads', {
      key: 'source',
      json: { type: `vote-${mark}`, name: `Vera Vote ${mark}`, email: `vera${at}@${mark}.example` },
    });
  const leads = await Promise.all(Array.from({ length: 10 }, (_, at) => post(at)));
  const [{ id: leadId }] = leads as [{ id: string }];
  const asked = await demand<{ id: string }>(business, '/api/v1/returns', { key: 'account-admin', json: { leadId, reason: 'Out of my area' } });
  return { returnId: asked.id, leadId };
}

const read = (business: Business, id: string) =>
  demand<{ status: string; decidedBy: string | null; because: string | null }>(business, `/api/v1/returns/${id}`, { key: 'account-admin' });
const past = async (business: Business, id: string) =>
  (await demand<{ past: { key: string }[] }>(business, `/api/v1/returns/${id}/timeline`, { key: 'account-admin' })).past.map(({ key }) => key);

test('S3: the vote of a plugin approves a return at its business, while the same return waits at the other', async () => {
  const [here, there] = await Promise.all([giveBackAtOnce(generous), giveBackAtOnce(other)]);
  await until('the plugin has approved', async () => (await read(generous, here.returnId)).status === 'approved');
  expect(await read(generous, here.returnId)).toMatchObject({ decidedBy: 'plugins', because: 'Out of the area, and returned within 24 hours' });
  await until('staff of the other are asked', async () => (await past(other, there.returnId)).includes('tell-staff'));
  expect(await read(other, there.returnId)).toMatchObject({ status: 'pending', decidedBy: null });
  expect(await past(generous, here.returnId)).not.toContain('tell-staff');
});

test.each(bothWidths)(
  'S3: the customer reads that a rule of the business approved the return, and writes a note at its tab: $width px, light and dark',
  (look) =>
    inBothThemes('s3-a-plugin-votes', look, async (screen) => {
      const { returnId, leadId } = await giveBackAtOnce(generous);
      await until('the plugin has approved', async () => (await read(generous, returnId)).status === 'approved');
      const page = await screen.signIn(generous, 'account-admin');
      await screen.go(generous, `/returns/${returnId}`);
      await page.getByText('by a rule of the business').first().waitFor();
      await screen.step('approved-by-a-plugin');
      await screen.go(generous, `/leads/${leadId}`);
      await page.getByRole('link', { name: 'Goodwill', exact: true }).last().click();
      const note = `The fence is too high ${fresh()}`;
      await page.getByLabel('Goodwill note').fill(note);
      await page.getByRole('button', { name: 'Save note' }).click();
      await page.getByText('Note saved.').waitFor();
      await page.getByText(note).waitFor();
      await screen.step('tab-of-a-plugin', { examine: true });
    }),
);
