import type { TestCustomer } from '@portico/plugin-accounts/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Id } from '@portico/kit';
import { startTestPortal, type TestPortal } from '@portico/testing';
import { leads } from '../api.ts';
import { assignLeadToOrder } from '../lead/assign-lead-to-order.ts';
import { readLead } from '../lead/lead.queries.ts';
import { changeLeadType } from '../type/save-lead-type.ts';
import { openLeadMarket, type LeadMarket } from './lead-market.ts';

let portal: TestPortal;
let slugs = 0;
beforeAll(async () => {
  portal = await startTestPortal();
});
afterAll(() => portal.close());

interface Shop extends LeadMarket {
  readonly buyer: TestCustomer;
}
const shop = async (): Promise<Shop> => {
  const market = await openLeadMarket(await portal.business(`twins-${(slugs += 1)}`));
  return { ...market, buyer: await market.account('Brightside') };
};
type Posted = Parameters<LeadMarket['post']>[0];
const post = async (here: Shop, lead: Posted): Promise<Id> => ((await here.post(lead))[0] as { id: Id }).id;
const apiOf = (here: Shop) => here.business.systemCtx('returns').use(leads);
const twinsOf = async (here: Shop, leadId: Id): Promise<Id[]> => (await apiOf(here).earlierTwins(leadId)).map((twin) => twin.leadId);
const lookBack = (here: Shop, lookBackDays: number) => changeLeadType(here.owner, here.typeId, { lookBackDays });

/** Two leads of one person, eight days apart, under a look-back of seven days that is thirty days afterwards. */
async function twoLeads(here: Shop, first: Posted, second: Posted): Promise<[Id, Id]> {
  await lookBack(here, 7);
  const one = await post(here, first);
  await here.business.advance('P8D');
  const two = await post(here, second);
  expect(two).not.toBe(one);
  await lookBack(here, 30);
  return [one, two];
}

it('a lead that ingest takes for a new one, beyond the look-back of its type, has no twin', async () => {
  const here = await shop();
  await here.order(here.buyer);
  const phone = here.phone();
  const one = await post(here, { phone });
  await here.business.advance('P31D');
  const two = await post(here, { phone });
  expect(two).not.toBe(one);
  expect(await twinsOf(here, two)).toEqual([]);
});

it('a look-back that was made longer finds the lead before, and the lead before finds nothing', async () => {
  const here = await shop();
  await here.order(here.buyer);
  const phone = here.phone();
  const [one, two] = await twoLeads(here, { phone }, { phone });
  expect(await twinsOf(here, two)).toEqual([one]);
  expect(await twinsOf(here, one)).toEqual([]);
});

it('two leads that staff place by hand: the second that the customer got has the first as its twin, whichever arrived before', async () => {
  const here = await shop();
  const phone = here.phone();
  const [one, two] = await twoLeads(here, { phone }, { phone });
  const orderId = await here.order(here.buyer);
  for (const leadId of [two, one]) {
    await assignLeadToOrder(here.owner, leadId, { orderId });
    await here.business.advance('PT1M');
  }
  expect(await twinsOf(here, one)).toEqual([two]);
  expect(await twinsOf(here, two)).toEqual([]);
});

it.each([
  ['Maren.O+web@Example.com', 'maren.o@example.com', true],
  ['maren.o@example.com', 'MAREN.O+roof@example.com', true],
  ['maren.o@example.com', 'maren.o.other@example.com', false],
  ['maren.o@example.com', 'maren.o@example.org', false],
])('%s and %s are one mailbox as ingest says: %s', async (first, second, isSame) => {
  const here = await shop();
  await here.order(here.buyer);
  const [one, two] = await twoLeads(here, { email: first }, { email: second });
  expect(await twinsOf(here, two)).toEqual(isSame ? [one] : []);
});

it('a lead of another account, or one that was given back, is no twin', async () => {
  const here = await shop();
  const [ours, theirs] = [await here.order(here.buyer, { leads: 1 }), await here.order(await here.account('Neighbour'), { leads: 1, daysAgo: 9 })];
  const phone = here.phone();
  const [one, two] = await twoLeads(here, { phone }, { phone });
  const orderOf = async (leadId: Id) => (await here.owner.inTenant((tx) => readLead(tx, leadId))).orderId;
  expect([await orderOf(one), await orderOf(two)]).toEqual([ours, theirs]);
  expect(await twinsOf(here, two)).toEqual([]);

  const again = await shop();
  await again.order(again.buyer);
  const [first, second] = await twoLeads(again, { phone }, { phone });
  expect(await twinsOf(again, second)).toEqual([first]);
  const { deliveryId } = await again.owner.inTenant((tx) => readLead(tx, first));
  await apiOf(again).giveBack(deliveryId!, again.owner.newId());
  expect(await twinsOf(again, second)).toEqual([]);
});
