import { afterAll, beforeAll, expect, test } from 'vitest';
import { daysAfter, hoursBetween, startOfDay, type Id, type Instant } from '@portico/kit';
import { core, sql, type Ctx } from '@portico/kit/server';
import { startTestPortal, type TestPortal } from '@portico/testing';
import { changeLeadType, CreateLeadType } from '../type/save-lead-type.ts';
import { openLeadMarket } from './lead-market.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal();
});
afterAll(() => portal.close());

interface Days {
  readonly starts_on: string;
  readonly ends_on: string | null;
  readonly starts_at: Instant;
  readonly ends_at: Instant | null;
}
const daysOf = (ctx: Ctx, orderId: Id) =>
  ctx.inTenant(
    (tx) => tx.row<Days>(sql`select starts_on::text, ends_on::text, starts_at, ends_at from leads.lead_orders where id = ${orderId}`) as Promise<Days>,
  );

test('an order keeps its days when the business has another zone: they begin and end there', async () => {
  const market = await openLeadMarket(await portal.business('moving'));
  const buyer = await market.account('Brightside');
  const [limited, endless] = [await market.order(buyer, { endsIn: 3 }), await market.order(buyer)];
  const before = await daysOf(market.owner, limited);
  const zone = market.business.tenant.zone === 'Asia/Tokyo' ? 'Pacific/Honolulu' : 'Asia/Tokyo';
  await market.business.systemCtx('core').use(core).saveTenant({ zone });
  await market.business.settleEvents();
  const after = await daysOf(market.owner, limited);
  expect([after.starts_on, after.ends_on]).toEqual([before.starts_on, before.ends_on]);
  expect(hoursBetween(startOfDay(after.starts_on, zone), after.starts_at)).toBe(0);
  expect(hoursBetween(startOfDay(daysAfter(after.ends_on!, 1), zone), after.ends_at!)).toBe(0);
  expect(hoursBetween(before.starts_at, after.starts_at)).not.toBe(0);
  expect((await daysOf(market.owner, endless)).ends_at).toBeNull();
});

test('leads are sorted by the new name of their type, however many they are, also one that came in meanwhile', async () => {
  const market = await openLeadMarket(await portal.business('renamed'));
  await market.post(...Array.from({ length: 12 }, () => ({})));
  await changeLeadType(market.owner, market.typeId, { name: 'Zinc roofs' });
  await market.post({});
  await market.business.settleEvents();
  const names = await market.owner.inTenant((tx) =>
    tx.rows<{ name: string; leads: number }>(sql`select type_key as name, count(*)::int as leads from leads.leads group by 1`),
  );
  expect(names).toEqual([{ name: 'zinc roofs', leads: 13 }]);
});

test('a look-back is a day at least: a lead that is posted again is known', () => {
  const type = (lookBackDays: number) => CreateLeadType.safeParse({ key: 'roofs', name: 'Roofs', lookBackDays }).success;
  expect([type(0), type(1), type(3_650), type(3_651)]).toEqual([false, true, true, false]);
});
