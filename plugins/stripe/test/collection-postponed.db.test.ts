import { core as coreKey } from '@portico/kit/server';
import { actingAsOwner, followCollection } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCollectingBusiness, type CollectingBusiness } from './collection-business.ts';
import { CARDS } from './type-card.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});
beforeAll(() => sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null }));

/** A business whose plan was renewed with a card without funds; from now on the bank would pay. */
async function declinedOnce(name: string): Promise<CollectingBusiness> {
  const here = await aCollectingBusiness({ portal, sandbox }, name);
  await here.treatLike(CARDS.insufficient);
  await pass(here, 'P32D');
  await here.treatLike(CARDS.good);
  return here;
}
async function pass({ business }: CollectingBusiness, duration: string): Promise<void> {
  await business.advance(duration);
  await business.settleProcesses();
}
const statuses = async (here: CollectingBusiness) => (await here.charges()).map(({ status }) => status);
const failuresTold = async ({ business }: CollectingBusiness) => (await business.mails()).filter(({ template }) => template === 'payment-failed').length;
const next = async (here: CollectingBusiness) =>
  (await followCollection(await actingAsOwner(here.business), (await here.latest()).id))!.timeline.planned[0]?.key;

describe('a try whose day has come', () => {
  it('waits while charges are stopped, is told to nobody as a failure, and is made once when they go on (line 9, line 10)', async () => {
    const here = await declinedOnce('braked');
    const brake = () => here.business.systemCtx('billing').use(coreKey);
    await brake().pullBrake('billing.charges', 'The card machine is being changed');
    await pass(here, 'P2D');
    await pass(here, 'PT1H');
    await pass(here, 'P1D');
    expect(await statuses(here)).toEqual(['failed']);
    expect(await here.latest()).toMatchObject({ state: 'issued', failures: 1, ended: null });
    expect(await next(here)).toBe('retry-charge');
    await brake().liftBrake('billing.charges');
    await pass(here, 'P1D');
    await pass(here, 'PT1M');
    expect(await statuses(here)).toEqual(['failed', 'succeeded']);
    expect(await here.latest()).toMatchObject({ state: 'paid', ended: 'paid' });
    expect(await failuresTold(here)).toBe(1);
  });

  it('is made again, later each time, while the gateway cannot be reached; nothing is charged twice and nobody is told of a failure (M8)', async () => {
    const here = await declinedOnce('unreachable');
    await sandbox.tell('POST', '/control/faults', { match: { account: 'unreachable' }, at: 'before-commit', do: 'drop' });
    await pass(here, 'P2D');
    for (const minutes of [11, 21, 41]) await pass(here, `PT${minutes}M`);
    await sandbox.tell('DELETE', '/control/faults');
    expect(await statuses(here)).toEqual(['failed']);
    expect(await here.latest()).toMatchObject({ state: 'issued', failures: 1, ended: null });
    await pass(here, 'P1D');
    await pass(here, 'PT1M');
    expect(await statuses(here)).toEqual(['failed', 'succeeded']);
    expect(await here.latest()).toMatchObject({ state: 'paid', ended: 'paid' });
    expect(await failuresTold(here)).toBe(1);
  });
});
