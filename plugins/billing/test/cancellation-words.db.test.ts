import type { Ctx } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancellationRoutes } from '../cancellation/cancellation.routes.ts';
import { settledCancellations } from '../cancellation/cancellation.queries.ts';
import { actingAsOwner, aLivePlan, aPaidSubscription, askToCancel, foreseeCancellation, takeBackCancellation, undoCancellation } from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());

let business: TestBusiness;
let subscriptionId: string;
beforeAll(async () => {
  business = await portal.business('words');
  const owner = await actingAsOwner(business);
  subscriptionId = await aPaidSubscription(owner, await aCustomer(business, 'Harbor Roofing'), await aLivePlan(owner));
});

const preview = async (ctx: Ctx): Promise<any> => {
  const route = cancellationRoutes.find(({ name }) => name === 'foresee-cancellation')!;
  return route.handle!(ctx, { params: { id: subscriptionId }, query: { when: 'at-once' } } as never);
};
const cancel = async () => {
  const owner = await actingAsOwner(business);
  return askToCancel(owner, subscriptionId, { token: (await foreseeCancellation(owner, subscriptionId)).token, when: 'at-once', reason: '' });
};

describe('what a cancellation says (R-0.28)', () => {
  it('has money and days as people write them, by API as on the page', async () => {
    const { parts } = await preview(await actingAsOwner(business));
    const [line] = parts.find(({ pluginId }: { pluginId: string }) => pluginId === 'billing').lines;
    expect(line.values).toMatchObject({ amount: 9_900, currency: 'USD' });
    expect(line.sentence).toMatch(/^The renewal of \$99\.00 on [A-Z][a-z]{2} \d{1,2}, \d{4} does not come$/);
  });

  it('that came to nothing is not forgotten: undone, taken back', async () => {
    await undoCancellation(await actingAsOwner(business), await cancel());
    const second = await cancel();
    await business.advance('PT11M');
    await business.settleProcesses();
    await takeBackCancellation(await actingAsOwner(business), second);
    const settled = await (await actingAsOwner(business)).inTenant((tx) => settledCancellations(tx, subscriptionId));
    expect(settled.map(({ state }) => state)).toEqual(['undone', 'taken-back']);
  });
});
