import { sql, type Ctx } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agreeToAutoPay, keepCard } from '../terms/keep-card.ts';
import { isAutoPayOn } from '../terms/terms.queries.ts';
import { actingAsOwner } from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());
let owner: Ctx;
let group: { account_id: string; bill_group_id: string };
beforeAll(async () => {
  const business = await portal.business('agreed');
  owner = await actingAsOwner(business);
  const { accountId, billGroupId } = await aCustomer(business, 'Agrees');
  group = { account_id: accountId, bill_group_id: billGroupId };
});

const aCard = (lastFour: string) => owner.inTenant((tx) => keepCard(tx, group, { gatewayMethod: `pm_${lastFour}`, brand: 'Visa', lastFour }));
const agree = (methodId: string, words = 'I allow it.') =>
  owner.inTenant((tx) => agreeToAutoPay(tx, group, { methodId, words, by: owner.actor.id, at: owner.clock.now() }));
const terms = () =>
  owner.inTenant((tx) =>
    tx.row(sql`select auto_pay_mandate as words, default_method_id as card from billing.bill_group_terms where bill_group_id = ${group.bill_group_id}`),
  );

describe('auto-pay that is agreed to with a payment', () => {
  it('charges no card that was forgotten before the payment had come in', async () => {
    const [kept, forgotten] = [await aCard('4242'), await aCard('0002')];
    await owner.inTenant((tx) => tx.run(sql`update billing.payment_methods set removed_at = now() where id = ${forgotten}`));
    await agree(forgotten);
    expect(await owner.inTenant((tx) => isAutoPayOn(tx, group.bill_group_id))).toBe(false);
    expect(await terms()).toEqual({ words: null, card: kept });
  });

  it('makes that card the default, and keeps the words that were agreed to first (R-2.14)', async () => {
    const [kept, newer] = [await aCard('4242'), await aCard('5556')];
    await agree(kept);
    await agree(newer, 'Other words.');
    expect(await terms()).toEqual({ words: 'I allow it.', card: newer });
  });
});
