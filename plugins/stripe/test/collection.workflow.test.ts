import { setTimeout as pause } from 'node:timers/promises';
import { workflowIdOf } from '@portico/core';
import { msBetween } from '@portico/kit';
import { sql, type ProcessTimeline } from '@portico/kit/server';
import { actingAsOwner, addTestCard, followCollection } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCollectingBusiness, type CollectingBusiness } from './collection-business.ts';
import { recordHistory } from './record-history.ts';
import { CARDS } from './type-card.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ worker: true, environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});
beforeAll(() => sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null }));
let temporal = portal.worker!.temporal;

/** A machine that is busy with much else may take its time. */
const WAITS_S = 120;
const AT_MOST = { timeout: 300_000 };

async function until(what: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + WAITS_S * 1_000;
  while (!(await what())) {
    if (performance.now() > end) throw new Error(`it did not happen within ${WAITS_S} s`);
    await pause(100);
  }
}

/** A business whose plan was renewed with a card like this one, and whose collection has told its customer. */
async function renewedWith(name: string, like: string, settings: Readonly<Record<string, string>>): Promise<CollectingBusiness> {
  const here = await aCollectingBusiness({ portal, sandbox }, name, settings);
  await here.treatLike(like);
  await here.business.advance('P32D');
  await until(async () => (await here.latest()).collection !== null);
  await hasTaken(here, ['tell-customer']);
  return here;
}

const timelineOf = async (here: CollectingBusiness): Promise<ProcessTimeline> =>
  (await followCollection(await actingAsOwner(here.business), (await here.latest()).id))!.timeline;
const pastOf = async (here: CollectingBusiness) => (await timelineOf(here)).past.map(({ key }) => key);
const hasTaken = (here: CollectingBusiness, steps: readonly string[]) => until(async () => JSON.stringify(await pastOf(here)) === JSON.stringify(steps));
const statuses = async (here: CollectingBusiness) => (await here.charges()).map(({ status }) => status);

async function goTo({ business }: CollectingBusiness, at: string): Promise<void> {
  const now = await business.systemCtx('billing').inTenant(async (tx) => tx.ctx.clock.now());
  await business.advance(`PT${Math.ceil(msBetween(now, at) / 1000)}S`);
}

/** When its workflow has found out as well. */
async function isRecorded(here: CollectingBusiness, outcome: string): Promise<void> {
  const { collectionId } = await here.latest();
  const row = await here.owner.inTenant((tx) => tx.row<{ id: string }>(sql`select id from portico.processes where subject = ${collectionId}`));
  const workflowId = workflowIdOf(here.business.tenant.id, 'billing.collection', row!.id);
  await temporal.workflow.getHandle(workflowId).result();
  await recordHistory(temporal, workflowId, outcome);
}

/** Moves the clock to each planned instant: exactly what was planned for it happens, and nothing else. */
async function asPlanned(here: CollectingBusiness): Promise<readonly string[]> {
  const { past, planned } = await timelineOf(here);
  const before = past.map(({ key }) => key);
  // what is done and what is to come are of one look: a step that is taken between two looks would be waited for in vain
  for (let seen = await timelineOf(here); seen.planned.length > 0; seen = await timelineOf(here)) {
    const [next] = seen.planned;
    await goTo(here, next!.at);
    await until(async () => (await pastOf(here)).length > seen.past.length);
    const now = await here.business.systemCtx('billing').inTenant(async (tx) => tx.ctx.clock.now());
    await until(async () => (await timelineOf(here)).planned.every(({ at }) => at > now));
    const then = await timelineOf(here);
    expect(
      [...then.past, ...then.planned].map(({ key }) => key),
      `as it was planned, from ${next!.key} on`,
    ).toEqual([...before, ...planned.map(({ key }) => key)]);
  }
  return pastOf(here);
}

describe('A collection on a real Temporal server (S4, line 10)', () => {
  it.each([
    ['pause', 'paused', 'paused'],
    ['keep', 'kept-unpaid', 'active'],
    ['cancel', 'cancelled', 'ended'],
  ])('a card without funds, last rule %s: every step shown is what happens as the clock moves to it', AT_MOST, async (lastRule, outcome, state) => {
    const here = await renewedWith(`collect${lastRule}`, CARDS.insufficient, { lastRule, retryDays: lastRule === 'pause' ? '2, 7, 14, 21' : '2, 5' });
    const taken = await asPlanned(here);
    const tries = lastRule === 'pause' ? 4 : 2;
    expect(taken.filter((key) => key === 'retry-charge')).toHaveLength(tries);
    expect(await statuses(here)).toEqual(Array.from({ length: tries + 1 }, () => 'failed'));
    await until(async () => (await here.latest()).subscription === state);
    expect(await here.latest()).toMatchObject({ state: 'issued', ended: 'given-up' });
    await isRecorded(here, outcome);
  });

  it('a new card is charged at once, and once', AT_MOST, async () => {
    const here = await renewedWith('collectcard', CARDS.lost, {});
    await addTestCard(await actingAsOwner(here.business), here.customer, here.cardOf(CARDS.good));
    await until(async () => (await here.latest()).state === 'paid');
    await hasTaken(here, ['tell-customer', 'charge-new-card']);
    expect(await statuses(here)).toEqual(['failed', 'succeeded']);
    await isRecorded(here, 'paid-by-new-card');
  });
});

describe('A collection while nobody works (S4)', () => {
  it('goes on where it was when the worker is back: one charge for the days that were missed', AT_MOST, async () => {
    const here = await renewedWith('collectdown', CARDS.insufficient, { lastRule: 'keep', retryDays: '2, 7, 30' });
    await portal.worker!.stop();
    await here.business.advance('P10D');
    await pause(500);
    expect(await statuses(here)).toEqual(['failed']);
    const shown = (await timelineOf(here)).planned.map(({ key }) => key);
    temporal = (await portal.startWorker()).temporal;
    await hasTaken(here, ['tell-customer', 'retry-charge', 'tell-customer']);
    expect(['tell-customer', 'retry-charge', 'tell-customer', ...(await timelineOf(here)).planned.map(({ key }) => key)]).toEqual(['tell-customer', ...shown]);
    expect(await statuses(here)).toEqual(['failed', 'failed']);
  });
});
